import { createPublicKey, KeyObject } from 'node:crypto'
import { publicKeyOfJwk } from './public-jwk.ts'
import { publicKeyFor, type VerificationKey } from './verification-key.ts'

/** @throws {Error} for what is not a public key, with a sentence that has nothing of it */
export function readPublicKey(key: unknown, accepted: readonly string[]): VerificationKey {
  const isPem = typeof key === 'string'
  if (!isPem && !(key instanceof KeyObject)) {
    try {
      return publicKeyOfJwk(key, accepted)
    } catch (error) {
      throw new Error(`It ${(error as Error).message}.`)
    }
  }
  const object = isPem ? ofPem(key) : key
  if (object.type !== 'public') throw new Error(`It is a ${object.type} key.`)
  const found = publicKeyFor(object, accepted)
  if (found === undefined) throw new Error('It is fit for none of the accepted algorithms.')
  return found
}

function ofPem(pem: string): KeyObject {
  // Of a private key OpenSSL would make its public one.
  if (pem.includes('PRIVATE KEY')) throw new Error('It is a private key.')
  try {
    return createPublicKey(pem)
  } catch {
    throw new Error('It cannot be read as PEM of a public key or a certificate.')
  }
}
