// The issuer of tests, with keys of which a test has the private half, and tokens that are not as they should be.
import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { SignJWT, type JWTHeaderParameters } from 'jose'
import { localIssuer as servedIssuer, type LocalIssuer as ServedIssuer } from '@keelson/auth/testing'

/** Time at which tokens of tests are issued, ms. */
export const NOW = Date.UTC(2030, 0, 1)
const NOW_SECONDS = NOW / 1000

/** A pair of keys that signs. */
export interface Signer {
  readonly kid: string
  readonly alg: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: Record<string, unknown>
}

const made = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}

export function signer(alg: keyof typeof made = 'ES256', kid: string = randomUUID()): Signer {
  const { privateKey, publicKey } = made[alg]()
  return {
    kid,
    alg,
    privateKey,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' },
  }
}

/** Claims that are good for an hour; `undefined` leaves one out. */
export function claimsOf(issuer: string, claims: Record<string, unknown> = {}): Record<string, unknown> {
  const all = { iss: issuer, aud: 'orders', sub: 'ada', iat: NOW_SECONDS, exp: NOW_SECONDS + 3600, ...claims }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** A token of a signer. */
export async function tokenOf(
  by: Signer,
  claims: Record<string, unknown>,
  head: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: by.alg, kid: by.kid, ...head } as JWTHeaderParameters)
    .sign(by.privateKey)
}

/** An issuer. */
export interface LocalIssuer extends AsyncDisposable {
  readonly url: string
  /** Keys that it publishes. */
  keys: readonly object[]
  /** Paths that were asked for. */
  readonly asked: readonly string[]
  /** Answers instead; `true` when it did. */
  answer: ServedIssuer['intercept']
  /** A token by its first key. */
  token(claims?: Record<string, unknown>, head?: Partial<JWTHeaderParameters>): Promise<string>
}

export async function localIssuer(by: Signer = signer(), path = ''): Promise<LocalIssuer> {
  const issuer = await servedIssuer({ path })
  issuer.keys = [by.jwk]
  return {
    url: issuer.url,
    asked: issuer.requests,
    get keys() {
      return issuer.keys
    },
    set keys(keys) {
      issuer.keys = keys
    },
    get answer() {
      return issuer.intercept
    },
    set answer(answer) {
      issuer.intercept = answer
    },
    token: (claims, head) => tokenOf(by, claimsOf(issuer.url, claims), head),
    [Symbol.asyncDispose]: () => issuer[Symbol.asyncDispose](),
  }
}
