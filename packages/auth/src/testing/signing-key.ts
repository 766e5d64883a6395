// Keys of an issuer of tests: real ones, made when they are needed.
import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'

/** Algorithms that an issuer of tests signs by. */
export type LocalIssuerAlgorithm = 'ES256' | 'EdDSA' | 'RS256'

interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const MADE: Record<LocalIssuerAlgorithm, () => KeyPair> = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
}

export const LOCAL_ISSUER_ALGORITHMS = Object.keys(MADE) as readonly LocalIssuerAlgorithm[]

/** A pair of keys that signs. */
export interface SigningKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: KeyObject
  /** What may be published. */
  readonly jwk: Readonly<Record<string, unknown>>
}

export function newSigningKey(alg: LocalIssuerAlgorithm): SigningKey {
  const { privateKey, publicKey } = MADE[alg]()
  const kid = randomUUID()
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' } }
}

/** Signs claims. Members of the head that are `undefined` are omitted. */
export function signToken(
  { alg, kid, privateKey }: SigningKey,
  claims: Readonly<Record<string, unknown>>,
  head: Readonly<Record<string, unknown>>,
): Promise<string> {
  return new SignJWT({ ...claims }).setProtectedHeader({ typ: 'at+jwt', kid, ...head, alg }).sign(privateKey)
}
