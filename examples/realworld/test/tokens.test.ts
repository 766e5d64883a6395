import { Tokens } from '@keelson/auth'
import { SignJWT, type JWTPayload } from 'jose'
import { describe, expect, it } from 'vitest'
import { config } from '../src/config.ts'
import { startingOn } from './conduit.ts'

const NOW = Date.parse('2026-11-30T12:00:00Z')
const SECRET = config.APP_SECRET.reveal()

function sign(claims: JWTPayload, secret = SECRET): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
    .sign(new TextEncoder().encode(secret))
}

describe('a token', () => {
  const on = startingOn('SQLite', { now: NOW })
  const good = (sub: string): JWTPayload => ({
    iss: 'conduit',
    aud: 'conduit',
    client_id: 'app',
    jti: '1',
    iat: NOW / 1000,
    exp: NOW / 1000 + 30 * 86_400,
    sub,
  })
  const SOMEBODY = '0190163d-8694-739b-aea5-966c26f8ad91'

  it(
    'is wanted by each operation of a member, and the answer says how',
    on(async ({ send, ask }) => {
      const operations = [
        ['GET', '/user'],
        ['PUT', '/user'],
        ['GET', '/articles/feed'],
        ['POST', '/articles'],
        ['PUT', '/articles/none'],
        ['DELETE', '/articles/none'],
        ['POST', '/articles/none/comments'],
        ['DELETE', '/articles/none/comments/1'],
        ['POST', '/articles/none/favorite'],
        ['DELETE', '/articles/none/favorite'],
        ['POST', '/profiles/none/follow'],
        ['DELETE', '/profiles/none/follow'],
      ] as const
      for (const [method, path] of operations) {
        const response = await send(method, path)
        expect([method, path, response.status]).toEqual([method, path, 401])
        expect(response.headers.get('www-authenticate')).toMatch(/^Token\b/)
      }
      expect(await ask('GET', '/user')).toEqual([401, { errors: { body: ['Sign in.'] } }])
    }),
  )

  it(
    'that is wrong is a 401, where nobody has to sign in as well',
    on(async ({ ask }) => {
      const { exp: _, ...endless } = good(SOMEBODY)
      const wrong = {
        text: 'nonsense',
        'of another secret': await sign(good(SOMEBODY), 'x'.repeat(10) + 'another secret of 32 bytes'),
        'for another audience': await sign({ ...good(SOMEBODY), aud: 'news' }),
        'of no user': await sign(good('7')),
        'without an end': await sign(endless),
        'that has ended': await sign({ ...good(SOMEBODY), exp: NOW / 1000 - 60 }),
        'of another issuer': await sign({ ...good(SOMEBODY), iss: 'news' }),
      }
      expect((await ask('GET', '/articles', { token: await sign(good(SOMEBODY)) }))[0]).toBe(200)
      for (const [what, token] of Object.entries(wrong))
        for (const path of ['/user', '/articles', '/articles/none', '/profiles/none'])
          expect([what, path, (await ask('GET', path, { token }))[0]]).toEqual([what, path, 401])
    }),
  )

  it(
    'ends after a week',
    on(async ({ ask, join, app }) => {
      const { token } = await join()
      const WEEK_MS = 7 * 86_400_000
      await app.clock?.advance(WEEK_MS - 60_000)
      expect((await ask('GET', '/user', { token }))[0]).toBe(200)
      await app.clock?.advance(120_000)
      expect((await ask('GET', '/user', { token }))[0]).toBe(401)
    }),
  )

  it(
    'that is wrong keeps nobody from signing in',
    on(async ({ ask, join }) => {
      const { email } = await join('ada', 'plum tree')
      const json = { user: { email, password: 'plum tree' } }
      expect((await ask('POST', '/users/login', { token: 'old', json }))[0]).toBe(200)
      expect((await ask('GET', '/tags', { token: 'old' }))[0]).toBe(200)
    }),
  )

  it(
    'of another scheme is nobody',
    on(async ({ ask, join }) => {
      const { token } = await join()
      const as = (scheme: string) => ask('GET', '/user', { headers: { authorization: `${scheme} ${token}` } })
      expect((await as('Bearer'))[0]).toBe(401)
      expect((await as('token'))[0]).toBe(200)
    }),
  )

  it(
    'whose account is gone writes nothing, and reads as somebody who follows and likes nothing',
    on(async ({ ask, join, write, app }) => {
      const ada = await join()
      const { slug } = await write(ada.token)
      const token = await app.resolve(Tokens).issueAccess(SOMEBODY)
      const article = { title: 'x', description: 'x', body: 'x' }
      expect((await ask('GET', '/user', { token }))[0]).toBe(401)
      expect((await ask('PUT', '/user', { token, json: { user: { bio: 'x' } } }))[0]).toBe(401)
      expect((await ask('POST', '/articles', { token, json: { article } }))[0]).toBe(401)
      expect((await ask('POST', `/articles/${slug}/favorite`, { token }))[0]).toBe(401)
      expect(
        (await ask('POST', `/articles/${slug}/comments`, { token, json: { comment: { body: 'x' } } }))[0],
      ).toBe(401)
      expect((await ask('POST', `/profiles/${ada.username}/follow`, { token }))[0]).toBe(401)
      expect((await ask('PUT', `/articles/${slug}`, { token, json: { article } }))[0]).toBe(422)
      expect(await ask('GET', '/articles/feed', { token })).toEqual([200, { articles: [], articlesCount: 0 }])
      const unliked = await ask('DELETE', `/articles/${slug}/favorite`, { token })
      expect(unliked).toMatchObject([200, { article: { favorited: false } }])
      const unfollowed = await ask('DELETE', `/profiles/${ada.username}/follow`, { token })
      expect(unfollowed).toMatchObject([200, { profile: { following: false } }])
    }),
  )
})
