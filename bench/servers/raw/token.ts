// HS256 by hand: the signature is computed for each request, as in any server without a token cache.
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { JWT_AUDIENCE, JWT_ISSUER, JWT_SECRET, type Claims } from '../../domain/security.ts'
import { HttpProblem } from './answer.ts'

const key = createSecretKey(Buffer.from(JWT_SECRET))

/** The header of every token of our issuer; other algorithms are refused by not being equal. */
const HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')

/** The claims of a bearer token, or a 401. */
export function verifyBearer(authorization: string | undefined): Claims {
  if (authorization === undefined || !authorization.startsWith('Bearer ')) throw refused('A token is needed')
  const token = authorization.slice(7)
  const dot = token.lastIndexOf('.')
  if (!token.startsWith(HEADER) || token[HEADER.length] !== '.' || dot <= HEADER.length) throw refused()
  const given = Buffer.from(token.slice(dot + 1), 'base64url')
  const wanted = createHmac('sha256', key).update(token.slice(0, dot)).digest()
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw refused()
  const claims = parseClaims(token.slice(HEADER.length + 1, dot))
  if (claims.iss !== JWT_ISSUER || claims.aud !== JWT_AUDIENCE || claims.exp * 1000 <= Date.now()) {
    throw refused()
  }
  return claims
}

function parseClaims(payload: string): Claims {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims
  } catch {
    throw refused()
  }
}

function refused(message = 'The token is not valid'): HttpProblem {
  return new HttpProblem(401, message)
}
