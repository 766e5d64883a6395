/**
 * Tests of who may do what: callers with real credentials, an issuer of tokens on loopback, policies as tables. Any test runner will do.
 *
 * @module
 */
export { as, type AppUnderTest, type AsOptions } from './as.ts'
export type { IssuerFailure } from './issuer-failure.ts'
export type { LocalTokenClaims } from './local-claims.ts'
export { localIssuer, type LocalIssuer, type LocalIssuerOptions } from './local-issuer.ts'
export type { PolicyCell } from './policy-cells.ts'
export { policyTable, type PolicyTableOptions } from './policy-table.ts'
export { PolicyTableError, type PolicyTableDifference } from './policy-table-error.ts'
export type { LocalIssuerAlgorithm } from './signing-key.ts'
