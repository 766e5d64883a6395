// One key of a set (RFC 7517 §4). Messages continue a sentence about the key.
import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { publicKeyFor, type VerificationKey } from './verification-key.ts'

/** Members of private keys and of secrets (RFC 7518 §6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** @throws {Error} for what is not a public key for signatures */
export function publicKeyOfJwk(jwk: unknown, accepted: readonly string[]): VerificationKey {
  if (typeof jwk !== 'object' || jwk === null) throw new Error('is not an object')
  const { alg, kid } = jwk as Readonly<Record<string, unknown>>
  checkUse(jwk)
  if (!isTextOrAbsent(alg) || !isTextOrAbsent(kid))
    throw new Error('has a member of another type than RFC 7517 says')
  const found = publicKeyFor(toKeyObject(jwk), accepted, { alg, kid })
  if (found === undefined) throw new Error('is fit for none of the accepted algorithms')
  return found
}

function checkUse(jwk: object): void {
  const { use, key_ops: operations } = jwk as Readonly<Record<string, unknown>>
  if (PRIVATE_MEMBERS.some((name) => name in jwk)) throw new Error('is a private key or a secret')
  if (use !== undefined && use !== 'sig') throw new Error('is not for signatures')
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify')))
    throw new Error('is not for verification')
}

function toKeyObject(jwk: object): KeyObject {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  } catch {
    // What OpenSSL says of it helps nobody.
    throw new Error('cannot be read')
  }
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}
