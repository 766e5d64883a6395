// What an issuer hands out: access tokens of a subject, and the answers of its token endpoint.
import type { BearerClaims } from '../jwt/index.ts'
import { isSomebody } from '../schemes/index.ts'
import type { AccessSubject, AccessToken, AccessTokens } from './access-tokens.ts'
import type { IssuedTokens } from './contract.ts'
import type { Revocable } from './kept-nothing.ts'
import type { ReadyTokensOptions } from './options.ts'
import type { TokensHooks } from './ports.ts'

interface Parts {
  readonly access: AccessTokens
  readonly revoked: Revocable
  readonly hooks: TokensHooks
  readonly options: Pick<ReadyTokensOptions, 'scheme' | 'accessTtlMs'>
}

export class TokenMaker {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Whether the app knows somebody for a token. */
  async isKnown(claims: BearerClaims): Promise<boolean> {
    const { hooks } = this.#parts
    return hooks.user === undefined || isSomebody(await hooks.user(claims))
  }

  /**
   * Makes an access token, with what the app adds to it.
   *
   * @param until - until when tokens of the user are revoked, where the store was asked
   */
  async sign(subject: AccessSubject, until?: number): Promise<AccessToken> {
    const { access, revoked, hooks } = this.#parts
    const { userId, clientId, scopes } = subject
    const claims = (await hooks.claims?.({ userId, clientId, scopes })) ?? {}
    return access.sign(subject, claims, revoked.timeAfter(userId, until))
  }

  /** RFC 6749 §5.1 */
  answerOf({ text, claims }: AccessToken, refreshToken: string): IssuedTokens {
    const { scheme, accessTtlMs } = this.#parts.options
    const { scope } = claims
    return {
      access_token: text,
      token_type: scheme,
      expires_in: Math.floor(accessTtlMs / 1000),
      refresh_token: refreshToken,
      ...(typeof scope === 'string' ? { scope } : {}),
    }
  }
}
