// One key of a ring. Messages are sentences that have nothing of the key.
import {
  createPrivateKey,
  createPublicKey,
  hash,
  KeyObject,
  sign,
  verify,
  type JsonWebKey,
} from 'node:crypto'
import { bitsOf, publicKeyFor, PUBLIC_ALGORITHMS, secretKeyFor, type VerificationKey } from '../jwt/index.ts'
import type { TokenKey } from './options.ts'

/** A key that is read. */
export interface RingKey {
  readonly verification: VerificationKey
  /** Absent where it only verifies. */
  readonly signingKey: KeyObject | undefined
  readonly alg: string
  /** How it is published (RFC 7517 §4); a secret is not. */
  readonly jwk: object | undefined
}

/** @throws {Error} for what cannot be used */
export function readKey({ key, secret, kid, alg }: TokenKey): RingKey {
  if ((key === undefined) === (secret === undefined)) throw new Error('It has not one of key and secret.')
  return secret === undefined ? pairOf(key, { kid, alg }) : secretOf(textOf(secret), { kid, alg })
}

type About = Pick<TokenKey, 'kid' | 'alg'>

function secretOf(secret: string, { kid, alg = 'HS256' }: About): RingKey {
  if (!alg.startsWith('HS')) throw new Error(`${alg} cannot be used with a secret.`)
  const bits = Buffer.byteLength(secret) * 8
  // RFC 7518 §3.2
  if (bits < bitsOf(alg)) throw new Error(`It has ${bits} bits, and ${alg} needs ${bitsOf(alg)}.`)
  const verification = { ...secretKeyFor(secret, alg), kid }
  return { verification, signingKey: verification.key, alg, jwk: undefined }
}

function pairOf(given: TokenKey['key'], about: About): RingKey {
  const { object, alg: own, kid: ownId } = keyObjectOf(given)
  if (object.type === 'secret') throw new Error('It is a secret.')
  const publicKey = object.type === 'private' ? createPublicKey(object) : object
  const jwk = publicKey.export({ format: 'jwk' })
  const alg = about.alg ?? own
  const kid = about.kid ?? ownId ?? thumbprintOf(jwk)
  const verification = verificationOf(publicKey, { alg, kid })
  if (object.type === 'private') assertPair(object, publicKey)
  const used = alg ?? (verification.algorithms[0] as string)
  return {
    verification,
    signingKey: object.type === 'private' ? object : undefined,
    alg: used,
    jwk: Object.freeze({ ...jwk, kid, alg: used, use: 'sig' }),
  }
}

/** A JWK says both, and nobody has looked whether they belong together: nothing that it signs would be good. */
function assertPair(privateKey: KeyObject, publicKey: KeyObject): void {
  const text = Buffer.from('probe')
  const digest = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  const isPair = attempt(
    () => verify(digest, text, publicKey, sign(digest, text, privateKey)),
    'It cannot sign.',
  )
  if (!isPair) throw new Error('Its private part is not of its public one.')
}

function verificationOf(
  key: KeyObject,
  about: { readonly alg?: string | undefined; readonly kid: string },
): VerificationKey {
  const found = publicKeyFor(key, PREFERRED, about)
  if (found !== undefined) return found
  throw new Error(
    about.alg === undefined ? 'It is fit for none of the algorithms.' : `It is not fit for ${about.alg}.`,
  )
}

const PREFERRED: readonly string[] = PUBLIC_ALGORITHMS

interface ReadObject {
  readonly object: KeyObject
  readonly alg?: string | undefined
  readonly kid?: string | undefined
}

function keyObjectOf(given: TokenKey['key']): ReadObject {
  if (given instanceof KeyObject) return { object: given }
  const text = typeof given === 'string' || isSecret(given) ? textOf(given).trim() : undefined
  if (text === undefined) return ofJwk(given as Readonly<Record<string, unknown>>)
  if (text.startsWith('{')) return ofJwk(attempt(() => JSON.parse(text), 'It is not JSON of a JWK.'))
  const isPrivate = text.includes('PRIVATE KEY')
  return {
    object: attempt(
      () => (isPrivate ? createPrivateKey(text) : createPublicKey(text)),
      'It cannot be read as PEM without a passphrase.',
    ),
  }
}

/** RFC 7517 §4 */
function ofJwk(jwk: Readonly<Record<string, unknown>>): ReadObject {
  const { kty, use, key_ops: operations, alg, kid, d } = jwk
  if (kty === 'oct') throw new Error('It is a secret.')
  if (use !== undefined && use !== 'sig') throw new Error('It is not for signatures.')
  const needed = d === undefined ? 'verify' : 'sign'
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes(needed)))
    throw new Error('It is not for signatures.')
  if (!isTextOrAbsent(alg) || !isTextOrAbsent(kid)) throw new Error('Its alg or kid is not a text.')
  const input = { key: jwk as JsonWebKey, format: 'jwk' } as const
  const read = (): KeyObject => (d === undefined ? createPublicKey(input) : createPrivateKey(input))
  return { object: attempt(read, 'It cannot be read as a JWK.'), alg, kid }
}

/** What OpenSSL says of a key helps nobody. */
function attempt<T>(read: () => T, sentence: string): T {
  try {
    return read()
  } catch {
    throw new Error(sentence)
  }
}

/** RFC 7638 §3: of a public key, which has the members that count and no others. */
function thumbprintOf(jwk: JsonWebKey): string {
  const members = Object.entries(jwk).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return hash('sha256', JSON.stringify(Object.fromEntries(members)), 'base64url')
}

function isSecret(value: unknown): value is { reveal(): string } {
  return typeof (value as { reveal?: unknown } | undefined)?.reveal === 'function'
}

function textOf(value: string | { reveal(): string }): string {
  return typeof value === 'string' ? value : value.reveal()
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
