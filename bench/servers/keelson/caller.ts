// W3's authentication: a token of one of 100 users, and the role of those who may read.
import { bearer, role } from '@keelson/auth'
import { route } from '@keelson/core'
import { JWT_AUDIENCE, JWT_ISSUER, JWT_SECRET, READER_ROLE, type Claims } from '../../domain/security.ts'

/** Routes of callers who have a token. */
export const member = route.use(
  bearer({
    issuer: JWT_ISSUER,
    audience: JWT_AUDIENCE,
    secret: JWT_SECRET,
    user: (claims) => claims as unknown as Claims,
  }),
)

/** Admits callers who may read. */
export const reader = role(READER_ROLE)
