export { cacheControl, toCacheControl, type CacheControlOptions } from './cache-control/index.ts'
export { fileName, type FileNameOptions } from './file-name/index.ts'
export { deprecated, type Deprecation } from './deprecation/index.ts'
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
} from './pages/index.ts'
export { preferredType } from './versions/index.ts'
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
