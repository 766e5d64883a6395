// What is known of a token, as RFC 7662 §2.2 says it.
import type { BearerClaims } from '../jwt/index.ts'
import { scopeOf } from './access-tokens.ts'
import type { Introspection, RefreshFamily } from './contract.ts'
import type { ReadyTokensOptions } from './options.ts'

/** Of a token that is not good nothing more is said. */
export const INACTIVE: Introspection = Object.freeze({ active: false })

/** Of an access token, whose claims are verified and all there (RFC 9068 §2.2). */
export function aboutAccess(claims: BearerClaims, scheme: ReadyTokensOptions['scheme']): Introspection {
  const { iss, aud, sub, exp, iat, jti, scope, client_id: clientId } = claims
  return {
    active: true,
    iss: iss as string,
    aud,
    sub,
    exp,
    iat: iat as number,
    jti: jti as string,
    client_id: clientId as string,
    token_type: scheme,
    ...(typeof scope === 'string' ? { scope } : {}),
  }
}

/** Of the good refresh token of a family. */
export function aboutRefresh(
  { userId: sub, clientId, scopes, createdAt, expiresAt }: RefreshFamily,
  { issuer: iss, audience: aud }: ReadyTokensOptions,
): Introspection {
  return {
    active: true,
    iss,
    aud,
    sub,
    client_id: clientId,
    iat: Math.floor(createdAt / 1000),
    exp: Math.floor(expiresAt / 1000),
    ...scopeOf(scopes),
  }
}
