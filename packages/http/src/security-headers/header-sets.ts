import { withDefaults, type WithDefaults } from '@keelson/core/options'
import { toCsp, type Csp, type CspSetting } from './csp.ts'
import type { CspOptions } from './csp-options.ts'
import {
  readHsts,
  SECURITY_HEADERS_OPTIONS,
  type SecurityHeadersOptions,
  type StrictTransportSecurityOptions,
} from './security-options.ts'

/** Headers as one list, `[name, value, …]`, and their names. */
export interface HeaderList {
  readonly flat: readonly string[]
  readonly names: ReadonlySet<string>
}

/** What answers over one scheme have, made ready at start. */
export interface HeaderSet {
  readonly page: HeaderList
  readonly data: HeaderList
  /** What a 304 may say: the rest is that of the answer which the client keeps (RFC 9111 §3.2). */
  readonly unchanged: HeaderList
}

/** What one `securityHeaders()` says. */
export interface SecurityPolicy {
  readonly http: HeaderSet
  readonly https: HeaderSet
  /** Whether pages have a nonce. */
  readonly hasNonce: boolean
  /** The headers of a page with a nonce. */
  readonly pageWith: (isSecure: boolean, nonce: string) => HeaderList
}

/** Makes the lists of options that were found right. */
export function toPolicy(options: SecurityHeadersOptions): SecurityPolicy {
  const policies = policiesOf(options)
  const https = toSet(options, policies, true)
  const http = toSet(options, policies, false)
  const withNonce = policies.filter(({ csp }) => csp.hasNonce)
  const [plain, secure] = [http, https].map(({ page }) =>
    without(
      page,
      withNonce.map(({ name }) => name),
    ),
  )
  return {
    http,
    https,
    hasNonce: withNonce.length > 0,
    pageWith: (isSecure, nonce) => {
      const { flat } = (isSecure ? secure : plain)!
      const own = withNonce.flatMap(({ name, csp }) => [name, csp.toText(isSecure, nonce)])
      return { flat: [...flat, ...own], names: http.page.names }
    },
  }
}

interface NamedCsp {
  readonly name: string
  readonly csp: Csp
}

function policiesOf(options: SecurityHeadersOptions): NamedCsp[] {
  const { contentSecurityPolicy = {}, contentSecurityPolicyReportOnly, reportingEndpoints = {} } = options
  const settingOf = (name: string, { reportTo = '' }: CspOptions): CspSetting => ({
    reportUri: reportingEndpoints[reportTo],
    isReportOnly: name.endsWith('-report-only'),
  })
  const named = (name: string, given: CspOptions | false | undefined): NamedCsp[] =>
    given === undefined || given === false ? [] : [{ name, csp: toCsp(given, settingOf(name, given)) }]
  return [
    ...named('content-security-policy', contentSecurityPolicy),
    ...named('content-security-policy-report-only', contentSecurityPolicyReportOnly),
  ]
}

type ReadyOptions = WithDefaults<
  SecurityHeadersOptions,
  'referrerPolicy' | 'originAgentCluster' | 'xContentTypeOptions' | 'xDownloadOptions' | 'xXssProtection'
>

function toSet(options: SecurityHeadersOptions, policies: readonly NamedCsp[], isSecure: boolean): HeaderSet {
  const all = withDefaults<ReadyOptions>(SECURITY_HEADERS_OPTIONS, options)
  const both = toList({
    'x-content-type-options': all.xContentTypeOptions && 'nosniff',
    'strict-transport-security': isSecure && toHsts(all.strictTransportSecurity),
    'cross-origin-resource-policy': all.crossOriginResourcePolicy,
  })
  const page = toList({
    ...Object.fromEntries(policies.map(({ name, csp }) => [name, csp.toText(isSecure, undefined)])),
    'reporting-endpoints': toEndpoints(all.reportingEndpoints),
    'referrer-policy': all.referrerPolicy !== false && [all.referrerPolicy].flat().join(', '),
    'cross-origin-opener-policy': all.crossOriginOpenerPolicy,
    'cross-origin-embedder-policy': all.crossOriginEmbedderPolicy,
    'permissions-policy': toPermissions(all.permissionsPolicy),
    'origin-agent-cluster': all.originAgentCluster && '?1',
    'x-frame-options': all.xFrameOptions,
    'x-dns-prefetch-control': all.xDnsPrefetchControl,
    'x-download-options': all.xDownloadOptions && 'noopen',
    'x-permitted-cross-domain-policies': all.xPermittedCrossDomainPolicies,
    'x-xss-protection': all.xXssProtection && '0',
  })
  const data = toList({
    'content-security-policy':
      all.contentSecurityPolicy !== false && "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': all.referrerPolicy !== false && 'no-referrer',
  })
  return { page: listOf([...both, ...page]), data: listOf([...both, ...data]), unchanged: listOf(both) }
}

function toList(headers: Readonly<Record<string, string | false | undefined>>): string[] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : [name, value],
  )
}

function listOf(flat: readonly string[]): HeaderList {
  return { flat, names: new Set(flat.filter((_, at) => at % 2 === 0)) }
}

function without({ flat }: HeaderList, names: readonly string[]): HeaderList {
  return listOf(flat.filter((_, at) => !names.includes(flat[at - (at % 2)]!)))
}

function toHsts(options: StrictTransportSecurityOptions | false = {}): string | false {
  if (options === false) return false
  const { maxAgeSeconds, includeSubDomains, preload } = readHsts(options)
  return [`max-age=${maxAgeSeconds}`, includeSubDomains && 'includeSubDomains', preload && 'preload']
    .filter((part) => part !== false)
    .join('; ')
}

/** RFC 9651 §3.2: a dictionary of strings. */
function toEndpoints(endpoints: SecurityHeadersOptions['reportingEndpoints'] = {}): string | undefined {
  const members = Object.entries(endpoints).map(([name, url]) => `${name}="${url}"`)
  return members.length === 0 ? undefined : members.join(', ')
}

/** RFC 9651 §3.2: a dictionary of lists, where words stand bare and origins in quotes. */
function toPermissions(features: SecurityHeadersOptions['permissionsPolicy'] = {}): string | undefined {
  const members = Object.entries(features).map(([feature, allowed]) => {
    const items = allowed.map((one) => (one.includes(':') ? `"${one}"` : one))
    return `${feature}=${allowed.includes('*') ? '*' : `(${items.join(' ')})`}`
  })
  return members.length === 0 ? undefined : members.join(', ')
}
