// Sets of keys (RFC 7517 §5): of an issuer, or written in the app.
import { publicKeyOfJwk } from './public-jwk.ts'
import type { VerificationKey } from './verification-key.ts'

/** The keys of a set that tokens can be verified with. */
export interface KeySet {
  readonly keys: readonly VerificationKey[]
  /** Why others cannot, one sentence each. */
  readonly skipped: readonly string[]
}

/** A JSON Web Key Set, as parsed. */
export interface JsonWebKeySet {
  readonly keys: readonly object[]
}

/** Each key of a set costs time at its import. */
const MAX_KEYS = 100

/**
 * Reads a set. Keys that cannot be used are passed over (RFC 7517 §5).
 *
 * @throws {Error} when it is not a set of keys
 */
export function readKeySet(value: unknown, accepted: readonly string[]): KeySet {
  const keys: unknown = (value as Partial<JsonWebKeySet> | null | undefined)?.keys
  if (!Array.isArray(keys)) throw new Error('It is not a JSON Web Key Set: it has no list of keys.')
  if (keys.length > MAX_KEYS) throw new Error(`It has ${keys.length} keys, more than ${MAX_KEYS}.`)
  const found = new Map<string, VerificationKey>()
  const skipped: string[] = []
  for (const [at, jwk] of keys.entries()) {
    try {
      const key = publicKeyOfJwk(jwk, accepted)
      found.set(key.fingerprint, key)
    } catch (error) {
      skipped.push(`keys[${at}] ${(error as Error).message}.`)
    }
  }
  return { keys: [...found.values()], skipped }
}
