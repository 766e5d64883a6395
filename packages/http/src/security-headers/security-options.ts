import {
  either,
  flag,
  integer,
  listOf,
  nested,
  oneOf,
  optionTable,
  recordOf,
  text,
  withDefaults,
  type WithDefaults,
} from '@keelson/core/options'
import { CSP_OPTIONS, type CspOptions } from './csp-options.ts'

/** Values of `referrer-policy` (Referrer Policy §3). */
export type ReferrerPolicy =
  | 'no-referrer'
  | 'no-referrer-when-downgrade'
  | 'origin'
  | 'origin-when-cross-origin'
  | 'same-origin'
  | 'strict-origin'
  | 'strict-origin-when-cross-origin'
  | 'unsafe-url'

/** Parts of `strict-transport-security` (RFC 6797 §6.1). */
export interface StrictTransportSecurityOptions {
  /** How long browsers ask this host over https alone, s. Default 31,536,000: a year. */
  readonly maxAgeSeconds?: number | undefined
  /** Default true. */
  readonly includeSubDomains?: boolean | undefined
  /** Whether browsers may have the host in the list that they bring along; a year and subdomains are needed for it. Default false. */
  readonly preload?: boolean | undefined
}

/** Options of `securityHeaders`: by the name of the header; `false` takes one out. */
export interface SecurityHeadersOptions {
  /** What a page may load and run. `false` also takes out that of data, which may do nothing. */
  readonly contentSecurityPolicy?: CspOptions | false | undefined
  /**
   * A second policy, which is reported alone: to try one that is stricter. It has a `reportTo`, and the same defaults but
   * `upgrade-insecure-requests`, which browsers ignore there.
   */
  readonly contentSecurityPolicyReportOnly?: CspOptions | undefined
  /** Where browsers send reports: paths of this app, or URLs, by the name that `reportTo` of a policy says. */
  readonly reportingEndpoints?: { readonly [name: string]: string } | undefined
  /** Sent over https alone. */
  readonly strictTransportSecurity?: StrictTransportSecurityOptions | false | undefined
  /** Of pages. Default `strict-origin-when-cross-origin`: with `no-referrer` browsers send `Origin: null` with their forms. Data has `no-referrer`. */
  readonly referrerPolicy?: ReferrerPolicy | readonly ReferrerPolicy[] | false | undefined
  /** Who may load answers without asking by CORS: images, scripts. Default `same-origin`. */
  readonly crossOriginResourcePolicy?: 'same-origin' | 'same-site' | 'cross-origin' | false | undefined
  /** Whether windows of other origins keep hold of a page. Default `same-origin`. */
  readonly crossOriginOpenerPolicy?:
    | 'same-origin'
    | 'same-origin-allow-popups'
    | 'noopener-allow-popups'
    | 'unsafe-none'
    | false
    | undefined
  /** Whether all that a page loads must say that it may be loaded. Default: not sent. */
  readonly crossOriginEmbedderPolicy?: 'require-corp' | 'credentialless' | 'unsafe-none' | false | undefined
  /** Features by name, with the origins that may use them: `self`, `*`, `https://maps.example`, or an empty list. Default: not sent. */
  readonly permissionsPolicy?: { readonly [feature: string]: readonly string[] } | undefined
  /** Whether a page asks for a process by origin. Default true. */
  readonly originAgentCluster?: boolean | undefined
  /** Whether browsers keep to the media type that is said. Default true. */
  readonly xContentTypeOptions?: boolean | undefined
  /** For browsers that do not know `frame-ancestors`. Default `SAMEORIGIN`. */
  readonly xFrameOptions?: 'DENY' | 'SAMEORIGIN' | false | undefined
  /** Default `off`. */
  readonly xDnsPrefetchControl?: 'on' | 'off' | false | undefined
  /** Default true: `noopen`. */
  readonly xDownloadOptions?: boolean | undefined
  /** Default `none`. */
  readonly xPermittedCrossDomainPolicies?:
    | 'none'
    | 'master-only'
    | 'by-content-type'
    | 'all'
    | false
    | undefined
  /** Default true: `0`, since the filter of old browsers did harm. */
  readonly xXssProtection?: boolean | undefined
}

const REFERRER_POLICIES: readonly ReferrerPolicy[] = [
  'no-referrer',
  'no-referrer-when-downgrade',
  'origin',
  'origin-when-cross-origin',
  'same-origin',
  'strict-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
]

const HSTS_OPTIONS = optionTable<StrictTransportSecurityOptions>({
  maxAgeSeconds: integer('How long browsers ask over https alone, s.', { default: 31_536_000 }),
  includeSubDomains: flag('Whether that holds for hosts below it.', { default: true }),
  preload: flag('Whether browsers may bring the host along.', { default: false }),
})

/** What a site says of itself over https, with what is by default. */
export function readHsts(
  options: StrictTransportSecurityOptions,
): WithDefaults<StrictTransportSecurityOptions> {
  return withDefaults(HSTS_OPTIONS, options)
}

const OFF = oneOf([false], 'Takes the header out.')

/** What `securityHeaders` takes; the defaults are those of helmet 8, but for the referrer policy. */
export const SECURITY_HEADERS_OPTIONS = optionTable<SecurityHeadersOptions>({
  contentSecurityPolicy: either(nested(CSP_OPTIONS, 'What a page may load and run.'), OFF),
  contentSecurityPolicyReportOnly: nested(CSP_OPTIONS, 'A policy that is reported alone.'),
  reportingEndpoints: recordOf(
    text('A path or a URL.', {
      pattern: '^(?:/(?!/)|https://)[!#-+\\--:<-\\[\\]-~]*$',
      what: 'a path or an https: URL',
    }),
    'Where browsers send reports.',
    text('Its name.', { pattern: '^[a-z][a-z0-9_.*-]*$' }),
  ),
  strictTransportSecurity: either(nested(HSTS_OPTIONS, 'Sent over https alone.'), OFF),
  referrerPolicy: {
    ...either(
      oneOf([...REFERRER_POLICIES, false], 'What pages say of where a reader comes from.'),
      listOf(oneOf(REFERRER_POLICIES, 'The last one that a browser knows counts.'), undefined, {
        minItems: 1,
      }),
    ),
    default: 'strict-origin-when-cross-origin',
  },
  crossOriginResourcePolicy: oneOf(
    ['same-origin', 'same-site', 'cross-origin', false],
    'Who may load answers.',
    {
      default: 'same-origin',
    },
  ),
  crossOriginOpenerPolicy: oneOf(
    ['same-origin', 'same-origin-allow-popups', 'noopener-allow-popups', 'unsafe-none', false],
    'Whether windows of other origins keep hold of a page.',
    { default: 'same-origin' },
  ),
  crossOriginEmbedderPolicy: oneOf(
    ['require-corp', 'credentialless', 'unsafe-none', false],
    'Whether all that a page loads must say that it may be.',
  ),
  permissionsPolicy: recordOf(
    listOf(
      text('Who may use the feature.', {
        pattern: '^(?:self|src|\\*|[a-z][a-z0-9+.-]*://[!#-\\[\\]-~]+)$',
        what: 'self, * or an origin',
      }),
    ),
    'Who may use which feature.',
    text('Name of a feature.', { pattern: '^[a-z][a-z0-9-]*$' }),
  ),
  originAgentCluster: flag('Whether a page asks for a process by origin.', { default: true }),
  xContentTypeOptions: flag('Whether browsers keep to the media type.', { default: true }),
  xFrameOptions: oneOf(['DENY', 'SAMEORIGIN', false], 'Who may show a page in a frame.', {
    default: 'SAMEORIGIN',
  }),
  xDnsPrefetchControl: oneOf(['on', 'off', false], 'Whether names in links are looked up early.', {
    default: 'off',
  }),
  xDownloadOptions: flag('Whether old browsers may not open downloads at once.', { default: true }),
  xPermittedCrossDomainPolicies: oneOf(
    ['none', 'master-only', 'by-content-type', 'all', false],
    'What Flash and Acrobat may load.',
    { default: 'none' },
  ),
  xXssProtection: flag('Whether the filter of old browsers is switched off.', { default: true }),
})
