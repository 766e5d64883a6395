import type { StoreCallOptions } from '@keelson/core'

/** What `issue` takes. */
export interface IssueTokensOptions {
  /** What the tokens allow (RFC 6749 §3.3). Default: they do not say, and `ability()` admits them nowhere. */
  readonly scopes?: readonly string[] | undefined
  /** The client that they are for. Default: the first of `clients`. */
  readonly clientId?: string | undefined
  /** When the user proved who it is, ms since 1970; one in the future counts as now. Default: now. */
  readonly authenticatedAt?: number | undefined
  /** How, in the values of `amr` (RFC 8176): `pwd`, `otp`. */
  readonly factors?: readonly string[] | undefined
}

/** What `refresh` takes besides the token. */
export interface RefreshTokensOptions {
  /** The client that asks, once it is authenticated. Default: a client without a secret. */
  readonly clientId?: string | undefined
  /**
   * What tells the program that asks from others, such as its user agent: within ten seconds a used token gives the same answer again to the
   * same one alone. Default: the empty text.
   */
  readonly caller?: string | undefined
  /** Fewer scopes for the access token than the refresh token has (RFC 6749 §6). Default: all of them. */
  readonly scopes?: readonly string[] | undefined
}

/** An access token and a refresh token, as a token endpoint answers (RFC 6749 §5.1). The texts are secrets: send them, and log them nowhere. */
export interface IssuedTokens {
  readonly access_token: string
  /** Name of the authentication scheme in the header `authorization`. */
  readonly token_type: 'Bearer' | 'Token'
  /** How long the access token is good, seconds. */
  readonly expires_in: number
  readonly refresh_token: string
  /** Scopes of the access token, separated by spaces; absent where it does not say. */
  readonly scope?: string
}

/** What is known of a token (RFC 7662 §2.2): of one that is not good nothing but that. */
export type Introspection =
  | { readonly active: false }
  | {
      readonly active: true
      readonly client_id: string
      readonly sub: string
      readonly iss: string
      readonly aud: string | readonly string[]
      /** Seconds since 1970. */
      readonly iat: number
      /** Seconds since 1970. */
      readonly exp: number
      readonly scope?: string
      /** Of access tokens alone. */
      readonly token_type?: 'Bearer' | 'Token'
      /** Of access tokens alone. */
      readonly jti?: string
    }

/** The refresh tokens that came of one sign-in, of which one at a time is good. */
export interface RefreshFamily {
  /** SHA-256, base64url, of the id that its tokens have: who reads a store cannot make up a token of it. */
  readonly id: string
  readonly userId: string
  readonly clientId: string
  readonly scopes?: readonly string[] | undefined
  /** Ms since 1970. */
  readonly createdAt: number
  /** When a token of it was last used, ms since 1970. */
  readonly usedAt: number
  /** When it ends unless it is used before, ms since 1970. */
  readonly expiresAt: number
  /** When it ends, however much it is used, ms since 1970. */
  readonly endsAt: number
  /** Ms since 1970. */
  readonly authenticatedAt: number
  readonly factors?: readonly string[] | undefined
  /** SHA-256 of the token that is good, base64url. Of 256 random bits nothing slower is needed. */
  readonly hash: string
  /** The token before, for a client that did not get the answer. */
  readonly previous?: UsedRefreshToken | undefined
}

/** A refresh token that was used, and what it gave. */
export interface UsedRefreshToken {
  /** SHA-256 of the token, base64url. */
  readonly hash: string
  /** SHA-256 of what tells the caller from others, base64url. */
  readonly caller: string
  /** Ms since 1970. */
  readonly usedAt: number
  /** The answer, encrypted by the token: who has not the token cannot read it. */
  readonly answer: string
}

/**
 * Keeps families of refresh tokens. Each operation ends when its signal aborts, and rejects when the store cannot be reached.
 * `refreshTokenStoreSuite` proves an implementation.
 */
export interface RefreshTokenStore {
  /** @returns `false` where a family has this id already */
  add(family: RefreshFamily, options?: StoreCallOptions): Promise<boolean>
  /** The family of an id; one that has ended may be gone. */
  find(id: string, options?: StoreCallOptions): Promise<RefreshFamily | undefined>
  /**
   * Puts a family in the place of the one of its id whose `hash` is `expectedHash`, in one step: of several at once exactly one succeeds. One
   * that is gone stays so.
   *
   * @returns whether it was put there
   */
  replace(family: RefreshFamily, expectedHash: string, options?: StoreCallOptions): Promise<boolean>
  /** All families of a user, in any order. */
  listByUser(userId: string, options?: StoreCallOptions): Promise<readonly RefreshFamily[]>
  /** Removes a family of a user. From then on nobody finds it. @returns whether it was there, and theirs */
  remove(id: string, userId: string, options?: StoreCallOptions): Promise<boolean>
}
