// Verification of one token by its signature and its claims. The cryptography is jose's.
import type { KeyObject } from 'node:crypto'
import type { FlattenedJWSInput } from 'jose'
import type { Clock } from '@keelson/core'
import { checkClaims, checkType, type BearerClaims, type ClaimRules } from './claims.ts'
import { deepFreeze } from './deep-freeze.ts'
import type { Jose } from './jose.ts'
import type { KeySource } from './key-source.ts'
import { TokenProblem } from './token-problem.ts'
import type { VerificationKey } from './verification-key.ts'

/** What tokens must have. */
export interface TokenRules extends ClaimRules {
  readonly issuer: string | undefined
  readonly audience: readonly string[]
  readonly accepted: readonly string[]
  readonly clockSkewMs: number
}

export interface Verifier {
  readonly jose: Jose
  readonly keys: KeySource
  readonly rules: TokenRules
  readonly clock: Clock
}

/** Three parts of base64url (RFC 7515 §3.1), none empty: no padding, no spaces, nothing encrypted, nothing unsigned. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/

/**
 * @throws {TokenProblem} when the token is not good
 * @throws {ServiceUnavailableError} when that cannot be known
 */
export async function verifyToken(token: string, verifier: Verifier): Promise<BearerClaims> {
  if (!COMPACT.test(token)) throw new TokenProblem('It is malformed.')
  const { jose, keys, rules, clock } = verifier
  try {
    const { payload } = await jose.jwtVerify(
      token,
      async ({ alg, kid, typ, crit, b64 }, signed) => {
        if (crit !== undefined) throw new TokenProblem("Its head has 'crit'.")
        // RFC 7797 §7. jose looks at it where it is critical alone.
        if (b64 !== undefined && b64 !== true) throw new TokenProblem("Its head has 'b64'.")
        checkType(typ, rules)
        const found = await keys.find({ alg, kid })
        if (found.length === 0) throw new TokenProblem('Its key is not known.')
        return signerOf(signed, found, jose)
      },
      {
        algorithms: [...rules.accepted],
        audience: [...rules.audience],
        requiredClaims: [...rules.required],
        clockTolerance: rules.clockSkewMs / 1000,
        currentDate: new Date(clock.now()),
        ...(rules.issuer === undefined ? {} : { issuer: rules.issuer }),
      },
    )
    return deepFreeze(checkClaims(payload, rules))
  } catch (error) {
    if (!(error instanceof jose.errors.JOSEError)) throw error
    // Without the error itself, which holds the claims.
    throw new TokenProblem(reasonOf(error, jose))
  }
}

/** Of several keys the one whose signature it is. The last is not tried here: the verification itself tells of it. */
async function signerOf(
  signed: FlattenedJWSInput,
  keys: readonly VerificationKey[],
  jose: Jose,
): Promise<KeyObject> {
  for (const { key } of keys.slice(0, -1)) if (await isBy(signed, key, jose)) return key
  return keys.at(-1)!.key
}

async function isBy(signed: FlattenedJWSInput, key: KeyObject, jose: Jose): Promise<boolean> {
  try {
    await jose.flattenedVerify(signed, key)
    return true
  } catch (error) {
    if (error instanceof jose.errors.JWSSignatureVerificationFailed) return false
    throw error
  }
}

function reasonOf(error: Error, { errors }: Jose): string {
  if (error instanceof errors.JWTExpired) return 'It has expired.'
  if (error instanceof errors.JWTClaimValidationFailed)
    return `Its '${error.claim}' is not what is asked for.`
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'Its signature is wrong.'
  if (error instanceof errors.JOSEAlgNotAllowed) return 'Its algorithm is not accepted.'
  return 'It is malformed.'
}
