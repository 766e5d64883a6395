// Which algorithms (RFC 7518 §3.1) a key can be used with.
import type { KeyObject } from 'node:crypto'

/** Algorithms of public keys, in the order in which they are preferred for a key that names none. */
export const PUBLIC_ALGORITHMS = [
  'RS256',
  'ES256',
  'EdDSA',
  'Ed25519',
  'ES384',
  'ES512',
  'PS256',
  'RS384',
  'RS512',
  'PS384',
  'PS512',
] as const

/** Algorithms of secrets. */
export const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const

/** An algorithm by which tokens are signed (RFC 7518 §3.1, RFC 9864); `none` is not one. */
export type BearerAlgorithm = (typeof PUBLIC_ALGORITHMS)[number] | (typeof SECRET_ALGORITHMS)[number]

const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']
const BY_CURVE: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
}
/** RFC 7518 §3.3 says the least; more than the most would cost too much time for each token. */
const RSA_BITS = { least: 2048, most: 8192 }

/** Algorithms that a public key is fit for; none for kinds and sizes that tokens are not signed with. */
export function algorithmsOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): readonly string[] {
  switch (asymmetricKeyType) {
    case 'rsa': {
      const bits = asymmetricKeyDetails?.modulusLength ?? 0
      return bits >= RSA_BITS.least && bits <= RSA_BITS.most ? RSA : []
    }
    case 'ec':
      return BY_CURVE[asymmetricKeyDetails?.namedCurve ?? ''] ?? []
    case 'ed25519':
      // Two names of one algorithm (RFC 9864 §2.2).
      return ['EdDSA', 'Ed25519']
    default:
      return []
  }
}

/** Bits of the hash of an algorithm of secrets, which the secret must have at least (RFC 7518 §3.2). */
export function bitsOf(algorithm: string): number {
  return Number(algorithm.slice(2))
}
