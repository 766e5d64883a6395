// Keys of an issuer: the first signs, all verify, the public ones are published.
import type { KeyObject } from 'node:crypto'
import { refuseCall, type OptionPlace } from '@keelson/core/options'
import { fixedKeys, type JsonWebKeySet, type KeySource, type VerificationKey } from '../jwt/index.ts'
import { readKey, type RingKey } from './read-key.ts'
import type { TokenKey } from './options.ts'

/** Keys that are read. */
export interface KeyRing {
  readonly signing: { readonly key: KeyObject; readonly alg: string; readonly kid: string | undefined }
  readonly verifying: KeySource
  /** Algorithms of its keys. */
  readonly accepted: readonly string[]
  /** RFC 7517 §5: public keys alone. */
  readonly published: JsonWebKeySet
}

/** @throws {SetupError} `ERR_CORE_OPTION`, for every key that cannot be used; never with anything of a key */
export function readKeyRing(keys: readonly TokenKey[], place: OptionPlace): KeyRing {
  const read: RingKey[] = []
  const problems = keys.flatMap((key, at) => {
    try {
      read.push(readKey(key))
      return []
    } catch (error) {
      return [{ message: `Option keys[${at}] cannot be used. ${(error as Error).message}`, remedy: REMEDY }]
    }
  })
  refuseCall(problems, place)
  refuseCall(ringProblems(read), place)
  const [first] = read as [RingKey, ...RingKey[]]
  const verifying = read.map(({ verification }) => verification)
  return {
    // That it signs was looked at above.
    signing: { key: first.signingKey as KeyObject, alg: first.alg, kid: first.verification.kid },
    verifying: fixedKeys(verifying),
    accepted: [...new Set(verifying.flatMap(({ algorithms }) => algorithms))],
    published: { keys: read.flatMap(({ jwk }) => (jwk === undefined ? [] : [jwk])) },
  }
}

const REMEDY =
  'Give the private key as PEM, a JWK or a KeyObject (Ed25519, P-256, P-384, P-521, RSA from 2048 to 8192 bits), or a secret of at least 256 bits as secret.'

function ringProblems(read: readonly RingKey[]): { message: string; remedy: string }[] {
  const problems = []
  if (read[0]?.signingKey === undefined)
    problems.push({
      message: 'The first key signs, and is a public one.',
      remedy: 'Give its private key. Keys that only verify stand behind it.',
    })
  const ids = read.map(({ verification }) => verification)
  if (ids.some(isRepeated))
    problems.push({
      message: 'Two keys have one id, so that a token does not say which of them it is by.',
      remedy: 'Give each a kid of its own, or remove one.',
    })
  return problems
}

/** A key without an id is good for any, so there can be one alone of its algorithm. */
function isRepeated(key: VerificationKey, at: number, all: readonly VerificationKey[]): boolean {
  return all.some(
    (other, place) =>
      place < at &&
      (other.kid === key.kid ||
        ((other.kid === undefined || key.kid === undefined) &&
          other.algorithms.some((one) => key.algorithms.includes(one)))),
  )
}
