import { CLOCK, route, type Clock } from '@keelson/core'
import { bearer } from '@keelson/auth'
import { SignJWT } from 'jose'
import { config } from '../config.ts'

const AUDIENCE = 'conduit'
const WEEK_SECONDS = 7 * 86_400
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** Who is signed in, as the token says. What else is known of a user is in the database. */
export interface Caller {
  readonly id: string
}

/** Finds the caller by the header `authorization: Token …`. Without one `user` is undefined; one that is wrong or old is a 401. */
const byToken = bearer({
  name: 'Token',
  scheme: 'Token',
  secret: config.APP_SECRET,
  audience: AUDIENCE,
  user: ({ sub }): Caller | undefined => (UUID.test(sub) ? { id: sub } : undefined),
})

/** Routes made with it know who calls. */
export const visitor = route.use(byToken)

/** Makes the tokens. */
export class Tokens {
  static readonly inject = [CLOCK] as const
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  issue(userId: string): Promise<string> {
    const now = Math.floor(this.#clock.now() / 1000)
    return new SignJWT()
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(userId)
      .setAudience(AUDIENCE)
      .setIssuedAt(now)
      .setExpirationTime(now + WEEK_SECONDS)
      .sign(new TextEncoder().encode(config.APP_SECRET.reveal()))
  }
}
