// The claims of tokens of tests: those that an access token must have (RFC 9068 §2.2), but for what a test says.
import { randomUUID } from 'node:crypto'

/** What a token of {@link LocalIssuer.token} says, beside `iss`, `aud`, `iat`, `exp`, `jti` and `client_id`, which it may say otherwise. */
export interface LocalTokenClaims {
  /** Whose it is. Default `ada`. */
  readonly sub?: string | undefined
  /** What it allows: the claim `scope` (RFC 9068 §2.2.3). */
  readonly scopes?: readonly string[] | undefined
  readonly [claim: string]: unknown
}

/** What an issuer says of its tokens. */
export interface ClaimsContext {
  readonly issuer: string
  readonly audience: string | readonly string[]
  /** Ms since 1970. */
  readonly now: number
}

const HOUR_SECONDS = 3600

export function claimsOf(
  { scopes, ...claims }: LocalTokenClaims,
  { issuer, audience, now }: ClaimsContext,
): Readonly<Record<string, unknown>> {
  const seconds = Math.floor(now / 1000)
  const all = {
    iss: issuer,
    aud: audience,
    sub: 'ada',
    client_id: 'test',
    iat: seconds,
    exp: seconds + HOUR_SECONDS,
    jti: randomUUID(),
    ...(scopes === undefined ? {} : { scope: scopes.join(' ') }),
    ...claims,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
