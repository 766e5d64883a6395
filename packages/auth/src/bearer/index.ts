/**
 * JSON Web Tokens of an issuer as a scheme.
 *
 * @module
 */
export { bearer } from './bearer.ts'
export type { BearerAlgorithm, BearerClaims, JsonWebKeySet } from '../jwt/index.ts'
export type { BearerOptions } from './options.ts'
