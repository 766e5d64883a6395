import { route } from '@keelson/core'
import { tokens } from '@keelson/auth'
import { config } from '../config.ts'

const WEEK_MS = 7 * 86_400_000
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** Who is signed in, as the token says. What else is known of a user is in the database. */
export interface Caller {
  readonly id: string
}

/** Makes tokens, and finds the caller by the header `authorization: Token …`: nobody without one; one that is wrong or old is a 401. */
export const issuer = tokens({
  name: 'Token',
  scheme: 'Token',
  keys: [{ secret: config.APP_SECRET }],
  issuer: 'conduit',
  audience: 'conduit',
  // The API has one token, nothing to refresh it, and no way to sign out: nothing is kept of it.
  accessTtlMs: WEEK_MS,
  refresh: false,
  checkRevoked: false,
  user: ({ sub }): Caller | undefined => (UUID.test(sub) ? { id: sub } : undefined),
})

/** What a 401 without a token to look at asks for, as the scheme does. */
export const CHALLENGE = 'Token realm="conduit"'

/** Routes made with it know who calls. */
export const visitor = route.use(issuer.scheme)
