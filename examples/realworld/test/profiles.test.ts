import { describe, expect, it } from 'vitest'
import { startingOn, SYSTEMS } from './conduit.ts'

describe.each(SYSTEMS)('profiles on %s', (name) => {
  const on = startingOn(name)

  it(
    'are shown to everybody, without the e-mail',
    on(async ({ ask, join }) => {
      await join('ada')
      const profile = { username: 'ada', bio: '', image: '', following: false }
      expect(await ask('GET', '/profiles/ada')).toEqual([200, { profile }])
    }),
  )

  it(
    'are followed and no longer followed, each as often as one likes',
    on(async ({ ask, join }) => {
      await join('ada')
      const { token } = await join('eve')
      const following = async (method: string, path = '/profiles/ada/follow') => {
        const [status, { profile }] = await ask(method, path, { token })
        return [status, profile.username, profile.following]
      }
      expect(await following('DELETE')).toEqual([200, 'ada', false])
      expect(await following('POST')).toEqual([200, 'ada', true])
      expect(await following('POST')).toEqual([200, 'ada', true])
      expect(await following('GET', '/profiles/ada')).toEqual([200, 'ada', true])
      expect(await following('GET', '/profiles/eve')).toEqual([200, 'eve', false])
      expect(await following('DELETE')).toEqual([200, 'ada', false])
      expect(await following('GET', '/profiles/ada')).toEqual([200, 'ada', false])
    }),
  )

  it(
    'are not followed by their own user',
    on(async ({ ask, join }) => {
      const { token } = await join('ada')
      expect(await ask('POST', '/profiles/ada/follow', { token })).toEqual([
        422,
        { errors: { body: ['Nobody follows themselves'] } },
      ])
    }),
  )

  it(
    'that are not there are a 422, of every method',
    on(async ({ ask, join }) => {
      const { token } = await join()
      const unknown = [422, { errors: { body: ['There is no such user.'] } }]
      expect(await ask('GET', '/profiles/nobody')).toEqual(unknown)
      expect(await ask('POST', '/profiles/nobody/follow', { token })).toEqual(unknown)
      expect(await ask('DELETE', '/profiles/nobody/follow', { token })).toEqual(unknown)
      expect((await ask('GET', `/profiles/${'x'.repeat(5000)}`))[0]).toBe(422)
      expect((await ask('GET', '/profiles/a%00b'))[0]).toBe(422)
    }),
  )

  it(
    'are found by any name that a user can have',
    on(async ({ ask, join }) => {
      for (const username of [
        'a/b',
        'Ada Lovelace',
        'q?#&=',
        '名前',
        '🐉',
        '<b>',
        "o'neil",
        '...',
        'a./.b',
        '.ada',
        'a..b',
      ]) {
        await join(username)
        const [status, { profile }] = await ask('GET', `/profiles/${encodeURIComponent(username)}`)
        expect([status, profile.username]).toEqual([200, username])
      }
    }),
  )
})
