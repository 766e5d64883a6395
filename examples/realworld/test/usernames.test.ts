import { describe, expect, it } from 'vitest'
import { startingOn, SYSTEMS } from './conduit.ts'

describe.each(SYSTEMS)('user names on %s', (name) => {
  const on = startingOn(name)

  it(
    'are of any script, and of emoji',
    on(async ({ ask, join }) => {
      for (const username of ['👨‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿', 'ශ්‍රී', 'می‌خواهم']) {
        expect((await join(username)).username).toBe(username)
        const [status, { profile }] = await ask('GET', `/profiles/${encodeURIComponent(username)}`)
        expect([status, profile.username]).toEqual([200, username])
      }
    }),
  )

  it(
    'have nothing that is not seen, and are no way through a path',
    on(async ({ ask, join }) => {
      const { token } = await join()
      const errors = {
        body: [
          "Choose a user name without invisible or control characters, and without '.' or '..' alone or between slashes.",
        ],
      }
      const unseen = [
        'a\nb',
        'a\u200bb',
        'a\u200db',
        'a\u202eb',
        'a\u2028b',
        'a\ufe0fb',
        'a\u115fb',
        'ﬁ\u0085',
      ]
      for (const username of ['.', '..', '../etc', 'a/..', 'a/./b', ...unseen]) {
        const user = { username, email: 'ada@example.com', password: 'plum tree' }
        expect(await ask('POST', '/users', { json: { user } })).toEqual([422, { errors }])
        expect(await ask('PUT', '/user', { token, json: { user: { username } } })).toEqual([422, { errors }])
      }
    }),
  )
})
