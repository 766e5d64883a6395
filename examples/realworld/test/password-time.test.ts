import { describe, expect, it } from 'vitest'
import { startingOn } from './conduit.ts'

describe('a sign-in', () => {
  const on = startingOn('SQLite')

  it(
    'takes as long for an e-mail that nobody has as for a wrong password',
    on(async ({ ask, join }) => {
      const { email } = await join()
      const shortest = async (user: object): Promise<number> => {
        const times: number[] = []
        for (let n = 0; n < 5; n++) {
          const start = process.cpuUsage()
          expect((await ask('POST', '/users/login', { json: { user } }))[0]).toBe(401)
          const { user: used, system } = process.cpuUsage(start)
          times.push(used + system)
        }
        return Math.min(...times)
      }
      const wrong = await shortest({ email, password: 'a wrong one' })
      const unknown = await shortest({ email: 'nobody@example.com', password: 'a wrong one' })
      // A hash is nearly all of it: without one it would be a tenth.
      expect(unknown / wrong).toBeGreaterThan(0.5)
      expect(unknown / wrong).toBeLessThan(2)
    }),
  )
})
