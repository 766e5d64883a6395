// W3's authentication by hand, until @keelson/auth brings it: verified tokens are kept, bounded, and never past `exp`.
import { accessRule, middleware, needs, UnauthorizedError } from '@keelson/core'
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { JWT_AUDIENCE, JWT_ISSUER, JWT_SECRET, READER_ROLE, type Claims } from '../../domain/security.ts'

const MAX_KEPT = 10_000
const key = createSecretKey(Buffer.from(JWT_SECRET))
const HEADER = `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.`

/** By the whole header value; only what passed the check gets in. The oldest leaves first. */
const kept = new Map<string, Claims>()

/** Puts the claims of the bearer token on the context. */
export const bearer = middleware({
  name: 'bearer',
  stage: 'authenticate',
  adds: ['user'],
  describe: { security: 'bearer', errors: [UnauthorizedError] },
  run: (ctx) => {
    const authorization = ctx.header('authorization')
    if (authorization === undefined || !authorization.startsWith('Bearer '))
      throw refused('A token is needed.')
    const known = kept.get(authorization)
    if (known === undefined) return { user: verify(authorization) }
    if (known.exp * 1000 > Date.now()) return { user: known }
    kept.delete(authorization)
    throw refused('The token has expired.')
  },
})

/** Admits callers who may read. */
export const reader = accessRule({
  name: 'reader',
  needs: needs<{ user: Claims }>('user'),
  allow: ({ user }) => user.roles.includes(READER_ROLE),
})

function verify(authorization: string): Claims {
  const token = authorization.slice('Bearer '.length)
  const dot = token.lastIndexOf('.')
  if (!token.startsWith(HEADER) || dot < HEADER.length) throw refused()
  const given = Buffer.from(token.slice(dot + 1), 'base64url')
  const wanted = createHmac('sha256', key).update(token.slice(0, dot)).digest()
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw refused()
  const claims = JSON.parse(Buffer.from(token.slice(HEADER.length, dot), 'base64url').toString()) as Claims
  const isOurs = claims.iss === JWT_ISSUER && claims.aud === JWT_AUDIENCE
  if (!isOurs || claims.exp * 1000 <= Date.now()) throw refused()
  keep(authorization, claims)
  return claims
}

function keep(authorization: string, claims: Claims): void {
  if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value as string)
  kept.set(authorization, claims)
}

function refused(message = 'The token is not valid.'): UnauthorizedError {
  return new UnauthorizedError(message, { challenge: 'Bearer' })
}
