export { cacheControl, toCacheControl, type CacheControlOptions } from './cache-control/index.ts'
export {
  clearCookie,
  cookieJar,
  createCookieJar,
  readCookie,
  setCookie,
  type CookieAttributes,
  type CookieContext,
  type CookieJar,
  type CookieJarFactory,
  type CookieJarOptions,
  type CookieOptions,
  type CreateCookieJarOptions,
  type JarCookie,
  type JarCookieOptions,
  type JarCookies,
  type ReadCookieOptions,
} from './cookies/index.ts'
export { cors, type CorsOptions, type OriginFunction, type OriginRule } from './cors/index.ts'
export { deprecated, type Deprecation } from './deprecation/index.ts'
export { fileName, type FileNameOptions } from './file-name/index.ts'
export { ipAccess, type IpAccessOptions } from './ip-access/index.ts'
export {
  cursors,
  InvalidCursorError,
  links,
  offsetPage,
  offsetPageOf,
  page,
  pageOf,
  type Cursors,
  type CursorsOptions,
  type OffsetPage,
  type OffsetPageOptions,
  type OffsetPageQuery,
  type PageOptions,
  type PageProperties,
  type PageQuerySchema,
} from './pages/index.ts'
export {
  securityHeaders,
  type CspOptions,
  type CspSources,
  type NonceDirective,
  type NonceHeadersOptions,
  type ReferrerPolicy,
  type SecurityHeadersOptions,
  type StrictTransportSecurityOptions,
} from './security-headers/index.ts'
export { preferredType } from './versions/index.ts'
export {
  isRedirectTarget,
  redirect,
  RedirectTargetError,
  type RedirectOptions,
  type RedirectTargetOptions,
} from './redirect/index.ts'
export { byAccept, type ByAcceptOptions } from './by-accept/index.ts'
export { html, htmlReply, trustedHtml, type Html, type HtmlReplyOptions } from './html/index.ts'
export {
  quotas,
  rateCost,
  rateLimit,
  type Quota,
  type QuotaBy,
  type Quotas,
  type QuotaSize,
  type QuotaSizes,
  type QuotasOptions,
  type RateLimit,
  type RateLimitOptions,
  type RequestQuota,
  type QuotaStoreOptions,
} from './rate-limit/index.ts'
export {
  createCsrfJudge,
  csrf,
  CsrfError,
  type CsrfJudge,
  type CsrfJudgeOptions,
  type CsrfOptions,
  type CsrfTokenOptions,
} from './csrf/index.ts'
