/**
 * JSON Web Tokens of an issuer as a scheme.
 *
 * @module
 */
export { bearer } from './bearer.ts'
export type { BearerAlgorithm } from './algorithms.ts'
export type { BearerClaims } from './claims.ts'
export type { JsonWebKeySet } from './key-set.ts'
export type { BearerOptions } from './options.ts'
