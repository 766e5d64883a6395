import { createSecretKey, hash, type KeyObject } from 'node:crypto'
import { algorithmsOf } from './algorithms.ts'

/** A key that tokens are verified with. */
export interface VerificationKey {
  readonly key: KeyObject
  /** Its id in a set of keys. */
  readonly kid: string | undefined
  /** One algorithm (RFC 8725 §3.1), under all of its names. */
  readonly algorithms: readonly string[]
  /** Tells whether it is the key that it was. */
  readonly fingerprint: string
}

/** What of the head of a token chooses its key. */
export interface KeyChoice {
  readonly alg?: string | undefined
  readonly kid?: unknown
}

/**
 * A public key for one algorithm: the one that it names, else the first of the accepted ones that it is fit for.
 *
 * @returns `undefined` when it is fit for none of them
 */
export function publicKeyFor(
  key: KeyObject,
  accepted: readonly string[],
  { alg, kid }: { readonly alg?: string | undefined; readonly kid?: string | undefined } = {},
): VerificationKey | undefined {
  const fit = algorithmsOf(key)
  const possible = accepted.filter((one) => fit.includes(one) && (alg === undefined || isSame(one, alg)))
  const [first] = possible
  if (first === undefined) return undefined
  const algorithms = possible.filter((one) => isSame(one, first))
  const bytes = key.export({ type: 'spki', format: 'der' })
  return {
    key,
    kid,
    algorithms,
    fingerprint: `${hash('sha256', bytes)} ${algorithms.join()} ${kid ?? ''}`,
  }
}

/** A secret for one algorithm. Its bytes are its UTF-8, as other programs that share it take it. */
export function secretKeyFor(secret: string, algorithm: string): VerificationKey {
  const key = createSecretKey(Buffer.from(secret))
  return { key, kid: undefined, algorithms: [algorithm], fingerprint: algorithm }
}

/** Most keys that one token is tried with: each costs a verification, of whatever strangers send. */
const MAX_TRIED = 8

/**
 * The keys that a token may be by: by their id where both have one (RFC 7515 §4.1.4), and by its algorithm. Mostly it is one; issuers that
 * rotate under one id, or have none, publish several. None where more would do than are tried.
 */
export function chooseKeys(
  keys: readonly VerificationKey[],
  { alg, kid }: KeyChoice,
): readonly VerificationKey[] {
  const fit = keys.filter((one) => one.algorithms.includes(alg ?? ''))
  const named = fit.filter((one) => one.kid !== undefined && one.kid === kid)
  const possible = named.length > 0 ? named : fit.filter((one) => one.kid === undefined || kid === undefined)
  return possible.length > MAX_TRIED ? [] : possible
}

const ED25519 = ['EdDSA', 'Ed25519']

function isSame(one: string, other: string): boolean {
  return one === other || (ED25519.includes(one) && ED25519.includes(other))
}
