/**
 * What browsers may do with an answer.
 *
 * @module
 */
export { securityHeaders, type NonceHeadersOptions } from './security-headers.ts'
export type { CspOptions, CspSources, NonceDirective } from './csp-options.ts'
export type {
  ReferrerPolicy,
  SecurityHeadersOptions,
  StrictTransportSecurityOptions,
} from './security-options.ts'
