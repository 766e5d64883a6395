// What a token says, once its signature is right (RFC 7519 §4, RFC 9068 §2.2).
import { TokenProblem } from './token-problem.ts'

/** The claims of a verified token. They are frozen, and whatever is not named here is as the token has it. */
export interface BearerClaims {
  /** Who issued it. */
  readonly iss?: string | undefined
  /** Whom it is about; unique within its issuer. */
  readonly sub: string
  /** For whom it is. */
  readonly aud: string | readonly string[]
  /** When it ends, seconds since 1970. */
  readonly exp: number
  /** When it begins to be good, seconds since 1970. */
  readonly nbf?: number | undefined
  /** When it was issued, seconds since 1970. */
  readonly iat?: number | undefined
  /** Its id. */
  readonly jti?: string | undefined
  readonly [claim: string]: unknown
}

/** What a profile of tokens asks for. */
export interface ClaimRules {
  /** Media types of the head's `typ`, without `application/`; `undefined` where it may be absent. */
  readonly types: readonly (string | undefined)[]
  readonly required: readonly string[]
}

/** Rules by profile. */
export const PROFILES: Readonly<Record<'jwt' | 'rfc9068', ClaimRules>> = {
  // Tokens of other kinds, such as logout tokens, have types of their own (RFC 8725 §3.11).
  jwt: { types: [undefined, 'jwt', 'at+jwt'], required: ['exp', 'sub', 'aud'] },
  // RFC 9068 §2.1, §2.2
  rfc9068: { types: ['at+jwt'], required: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'] },
}

/** The last moment that a date can be. */
const MAX_SECONDS = 8_640_000_000_000

/** @throws {TokenProblem} when the head has another type than the rules name */
export function checkType(typ: unknown, { types }: ClaimRules): void {
  const type = typeof typ === 'string' ? typ.toLowerCase().replace(/^application\/(?=[^/]+$)/, '') : typ
  if (!types.includes(type as string | undefined)) throw new TokenProblem('It is of another type.')
}

/**
 * Checks what its reader did not: types of the claims that are read here.
 *
 * @throws {TokenProblem} for a claim of another type, and for a token that is bound to a key, which is nothing that its bearer may use alone
 */
export function checkClaims(
  claims: Readonly<Record<string, unknown>>,
  { required }: ClaimRules,
): BearerClaims {
  for (const name of ['exp', 'nbf', 'iat', 'auth_time']) {
    const value = claims[name]
    // 1e400 is read as Infinity, which is after every moment.
    if (value !== undefined && !(typeof value === 'number' && Math.abs(value) <= MAX_SECONDS))
      throw new TokenProblem(`Its '${name}' is not a time.`)
  }
  for (const name of ['sub', 'iss', 'jti', 'client_id']) {
    const value = claims[name]
    const isNeeded = required.includes(name)
    if (!(value === undefined && !isNeeded) && (typeof value !== 'string' || (isNeeded && value === '')))
      throw new TokenProblem(`Its '${name}' is not a text.`)
  }
  // RFC 7800 §3.1; RFC 9449 §6.1, RFC 8705 §3.1
  if (claims['cnf'] !== undefined)
    throw new TokenProblem('It is bound to a key of its owner, which is not checked here.')
  return claims as BearerClaims
}

/** Scopes of the claim `scope` (RFC 8693 §4.2) or `scp`; none where it says nothing. */
export function scopesOf({ scope, scp }: BearerClaims): readonly string[] {
  const said = scope ?? scp
  if (typeof said === 'string') return said.split(' ').filter(Boolean)
  return Array.isArray(said) ? said.filter((one): one is string => typeof one === 'string' && one !== '') : []
}
