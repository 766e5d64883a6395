// Access tokens by the profile of RFC 9068: made by the first key, verified by all.
import { ArgumentError, type Clock } from '@keelson/core'
import {
  loadJose,
  PROFILES,
  TokenProblem,
  verifyToken,
  type BearerClaims,
  type Jose,
  type TokenRules,
  type Verifier,
} from '../jwt/index.ts'
import type { KeyRing } from './key-ring.ts'
import { newTokenId } from './token-id.ts'

/** What a token says of whom it is for. */
export interface AccessSubject {
  readonly userId: string
  readonly clientId: string
  readonly scopes?: readonly string[] | undefined
  /** The family of its refresh token; absent where it has none. */
  readonly family?: string | undefined
  /** Ms since 1970. */
  readonly authenticatedAt: number
  readonly factors?: readonly string[] | undefined
}

/** A token that was made. */
export interface AccessToken {
  readonly text: string
  readonly claims: BearerClaims
}

interface Options {
  readonly ring: KeyRing
  readonly issuer: string
  readonly audience: string | readonly string[]
  readonly ttlMs: number
  readonly clockSkewMs: number
  readonly clock: Clock
}

/** Those that have a meaning here; claims of the app cannot stand in their place. */
const RESERVED = [
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'client_id',
  'scope',
  'scp',
  'sid',
  'auth_time',
  'amr',
  'cnf',
  'act',
]
/** Longest token, bytes. */
export const MAX_TOKEN_LENGTH = 8192
/** The token is to stay well below the 8 KB that are read. */
const MAX_CLAIMS_LENGTH = 4096

export class AccessTokens {
  readonly #options: Options
  #jose: Promise<Jose> | undefined

  constructor(options: Options) {
    this.#options = options
  }

  /** @param now - ms since 1970 */
  async sign(
    subject: AccessSubject,
    more: Readonly<Record<string, unknown>>,
    now: number,
  ): Promise<AccessToken> {
    const { signing } = this.#options.ring
    const claims = { ...checked(more), ...this.#claimsOf(subject, now) }
    // Not before one is issued.
    const { SignJWT } = await import('jose/jwt/sign')
    const { kid, alg, key } = signing
    const head = { typ: 'at+jwt', alg, ...(kid === undefined ? {} : { kid }) }
    const text = await new SignJWT(claims as {}).setProtectedHeader(head).sign(key)
    if (text.length > MAX_TOKEN_LENGTH)
      throw new ArgumentError(
        `tokens: An access token would have ${text.length} bytes, more than the ${MAX_TOKEN_LENGTH} that are read. Give fewer scopes and claims.`,
      )
    return { text, claims }
  }

  /** What verifies them. */
  async verifier(): Promise<Verifier> {
    const { ring, clock } = this.#options
    return { jose: await this.#load(), keys: ring.verifying, rules: this.#rules(), clock }
  }

  /** The claims of a token of ours that is good, whether revoked or not. */
  async read(text: string): Promise<BearerClaims | undefined> {
    try {
      return await verifyToken(text, await this.verifier())
    } catch (error) {
      if (error instanceof TokenProblem) return undefined
      throw error
    }
  }

  /** RFC 9068 §2.2; `sid` is the family (RFC 9068 §2.2.2 leaves room for it). */
  #claimsOf(subject: AccessSubject, now: number): BearerClaims {
    const { issuer: iss, audience: aud, ttlMs } = this.#options
    const { userId: sub, clientId, scopes, family, authenticatedAt, factors } = subject
    const iat = secondsOf(now)
    return {
      iss,
      sub,
      aud,
      client_id: clientId,
      iat,
      exp: iat + secondsOf(ttlMs),
      jti: newTokenId(now),
      auth_time: secondsOf(authenticatedAt),
      ...scopeOf(scopes),
      ...(family === undefined ? {} : { sid: family }),
      ...(factors === undefined ? {} : { amr: factors }),
    }
  }

  #rules(): TokenRules {
    const { issuer, audience, ring, clockSkewMs } = this.#options
    return { ...PROFILES.rfc9068, issuer, audience: [audience].flat(), accepted: ring.accepted, clockSkewMs }
  }

  #load(): Promise<Jose> {
    return (this.#jose ??= loadJose())
  }
}

function checked(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const taken = Object.keys(claims).find((name) => RESERVED.includes(name))
  if (taken !== undefined)
    throw new ArgumentError(`tokens: claims gives '${taken}', which issue sets. Give it another name.`)
  if (JSON.stringify(claims).length > MAX_CLAIMS_LENGTH)
    throw new ArgumentError(
      `tokens: claims gives more than ${MAX_CLAIMS_LENGTH} characters, which each request would carry. Give fewer.`,
    )
  return claims
}

/** RFC 6749 §3.3: there is no empty scope. */
export function scopeOf(scopes: readonly string[] | undefined): { readonly scope?: string } {
  return scopes === undefined || scopes.length === 0 ? {} : { scope: scopes.join(' ') }
}

function secondsOf(ms: number): number {
  return Math.floor(ms / 1000)
}
