/**
 * Tokens that an app issues: access tokens, refresh tokens, their revocation, and the endpoints for them.
 *
 * @module
 */
export type { RevokeTokenOptions } from './call-options.ts'
export type {
  Introspection,
  IssuedTokens,
  IssueTokensOptions,
  RefreshFamily,
  RefreshTokensOptions,
  RefreshTokenStore,
  UsedRefreshToken,
} from './contract.ts'
export { TokenClientError, GrantError, GrantTypeError, ScopeError, TokenRequestError } from './errors.ts'
export { tokens, type TokenIssuer } from './issuer.ts'
export { keyValueRefreshTokenStore } from './key-value-refresh-token-store.ts'
export type { IssuerOptions, TokenClient, TokenKey, TokensOptions, TokenSubject } from './options.ts'
export { ISSUED_TOKENS, type TokenRoutes } from './token-route-types.ts'
export type { TokensHooks, TokensPorts } from './ports.ts'
export { Tokens } from './tokens.ts'
