// A session as front ends have one: each request says it has JSON, those without a body as well, and some have a body that nobody asked for.
import { describe, expect, it } from 'vitest'
import { startingOn, SYSTEMS, type Call } from './conduit.ts'

const headers = { 'content-type': 'application/json', 'x-requested-with': 'XMLHttpRequest' }
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe.each(SYSTEMS)('a session on %s', (name) => {
  const on = startingOn(name)

  it(
    'goes from the account to the last comment',
    on(async ({ ask: send }) => {
      const ask = (method: string, path: string, call: Call = {}) => send(method, path, { headers, ...call })
      const ada = { username: 'ada', email: 'ada@example.com', password: 'plum tree' }
      expect((await ask('POST', '/users', { json: { user: ada } }))[0]).toBe(201)
      const { email, password } = ada
      const [, { user }] = await ask('POST', '/users/login', { json: { user: { email, password } } })
      const { token } = user
      const shown = { username: 'ada', email, bio: '', image: '', token: expect.any(String) }
      expect(await ask('GET', '/user', { token })).toEqual([200, { user: shown }])
      // What it has already is not taken by another.
      const same = { user: { email, username: 'ada' } }
      expect(await ask('PUT', '/user', { token, json: same })).toEqual([200, { user: shown }])

      const none = [200, { articles: [], articlesCount: 0 }]
      for (const query of ['', '?author=ada', '?favorited=ada', '?tag=dragons'])
        expect(await ask('GET', `/articles${query}`)).toEqual(none)
      const text = {
        title: 'Dragons',
        description: 'How?',
        body: 'Carefully.',
        tagList: ['train', 'dragons'],
      }
      const [, { article }] = await ask('POST', '/articles', { token, json: { article: text } })
      const times = { createdAt: expect.stringMatching(TIME), updatedAt: expect.stringMatching(TIME) }
      expect(article).toMatchObject({ tagList: ['dragons', 'train'], favoritesCount: 0, ...times })
      expect(await ask('GET', '/articles/feed', { token })).toEqual(none)

      const path = `/articles/${article.slug}`
      const changed = await ask('PUT', path, { token, json: { article: { body: 'With two hands.' } } })
      const { body: _, updatedAt: __, ...kept } = article
      expect(changed).toMatchObject([200, { article: { ...kept, body: 'With two hands.' } }])
      const liked = await ask('POST', `${path}/favorite`, { token })
      expect(liked).toMatchObject([200, { article: { favorited: true, favoritesCount: 1 } }])
      for (const [as, favorited] of [
        [token, true],
        [undefined, false],
      ] as const) {
        const [, list] = await ask('GET', '/articles?favorited=ada', { token: as })
        expect(list).toMatchObject({
          articlesCount: 1,
          articles: [{ favorited, favoritesCount: 1, ...times }],
        })
      }
      const unliked = await ask('DELETE', `${path}/favorite`, { token })
      expect(unliked).toMatchObject([200, { article: { favorited: false, favoritesCount: 0 } }])

      const json = { comment: { body: 'Thank you!' } }
      const [, { comment }] = await ask('POST', `${path}/comments`, { token, json })
      expect(comment).toMatchObject({ body: 'Thank you!', author: { username: 'ada' }, ...times })
      for (const as of [token, undefined])
        expect(await ask('GET', `${path}/comments`, { token: as })).toEqual([200, { comments: [comment] }])
      expect((await ask('DELETE', `${path}/comments/${comment.id}`, { token }))[0]).toBe(204)
      expect((await ask('DELETE', path, { token }))[0]).toBe(204)
      expect(await ask('GET', '/tags')).toEqual([200, { tags: [] }])
    }),
  )

  it(
    'follows with a body that nobody asked for',
    on(async ({ ask, join }) => {
      await join('ada')
      const { token, email } = await join('eve')
      const call = { token, headers, json: { user: { email } } }
      const profile = { username: 'ada', bio: '', image: '' }
      expect(await ask('POST', '/profiles/ada/follow', call)).toEqual([
        200,
        { profile: { ...profile, following: true } },
      ])
      expect(await ask('DELETE', '/profiles/ada/follow', { token, headers })).toEqual([
        200,
        { profile: { ...profile, following: false } },
      ])
    }),
  )
})
