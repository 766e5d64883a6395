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

/** What the start says where the plugin is not there. */
const NOT_LISTED = {
  remedy: 'List what tokens() made in the plugins of the app: createApp({ plugins: [shop] }).',
}

/** What `Tokens` needs: the plugin binds it as a whole, so that nothing provides these, and the start says what to do. */
export const TOKENS_NEEDS = [
  token<TokensPorts>('ports of Tokens', NOT_LISTED),
  token<TokensOptions>('options of Tokens', NOT_LISTED),
] as const
