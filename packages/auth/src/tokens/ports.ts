import { token, type Bus, type Clock, type KeyValueStore, type Logger } from '@keelson/core'
import type { BearerClaims } from '../jwt/index.ts'
import type { RefreshTokenStore } from './contract.ts'
import type { TokensOptions, TokenSubject } from './options.ts'

type MaybePromise<T> = T | Promise<T>

/** What {@link Tokens} stands on. */
export interface TokensPorts {
  /**
   * Keeps what was revoked, and refresh tokens unless `refreshTokens` does. An issuer with `refresh: false` and `checkRevoked: false` has none, and no
   * `bus`.
   */
  readonly store?: KeyValueStore | undefined
  /** Default: a part of `store`. */
  readonly refreshTokens?: RefreshTokenStore | undefined
  /** Tells other processes what was revoked. */
  readonly bus?: Bus | undefined
  readonly clock: Clock
  /** Is told where the bus could not tell it. Default: nobody is. */
  readonly log?: Logger | undefined
}

/** What {@link Tokens} asks the app. */
export interface TokensHooks {
  /** Who a token is for; nobody ends a refresh token. Default: everybody is. */
  readonly user?: ((claims: BearerClaims) => MaybePromise<unknown>) | undefined
  /** More claims of an access token. Default: none. */
  readonly claims?: ((subject: TokenSubject) => MaybePromise<Readonly<Record<string, unknown>>>) | undefined
}

/** Nothing provides it: the plugin binds `Tokens` as a whole. */
const PARTS = token<TokensPorts & TokensOptions>('parts of Tokens', {
  remedy:
    'List what tokens() made in the plugins of the app: const issuer = tokens({ … }), then createApp({ plugins: [issuer] }).',
})

/** What `Tokens` needs: one token in both places, so that the start says once what to do. */
export const TOKENS_NEEDS = [PARTS, PARTS] as const
