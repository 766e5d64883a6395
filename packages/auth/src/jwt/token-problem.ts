import { UnauthorizedError } from '@keelson/core'

/** Why a token is not good: a sentence for its sender, without anything of the token. */
export class TokenProblem extends Error {}

/** 401 with the error code of RFC 6750 §3.1: the token is expired, revoked, malformed or invalid for another reason. */
export function invalidToken(authScheme: string, why: string): UnauthorizedError {
  return new UnauthorizedError(`The token is not good. ${why} Get a new one.`, {
    challenge: `${authScheme} error="invalid_token", error_description="${why.replaceAll(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "'")}"`,
  })
}
