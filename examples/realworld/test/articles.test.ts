import { describe, expect, it } from 'vitest'
import { startingOn, SYSTEMS } from './conduit.ts'

const DRAGONS = { title: 'How to train', description: 'Ever wonder?', body: 'Very carefully.' }

describe.each(SYSTEMS)('articles on %s', (name) => {
  const on = startingOn(name)

  it(
    'are written, and read by everybody',
    on(async ({ ask, join }) => {
      const { token, username } = await join()
      const json = { article: { ...DRAGONS, tagList: ['training', 'dragons'] } }
      const [status, { article }] = await ask('POST', '/articles', { token, json })
      expect(status).toBe(201)
      expect(article).toEqual({
        ...DRAGONS,
        slug: expect.stringMatching(/^how-to-train-[\da-f]{12}$/),
        tagList: ['dragons', 'training'],
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        updatedAt: article.createdAt,
        favorited: false,
        favoritesCount: 0,
        author: { username, bio: '', image: '', following: false },
      })
      expect(await ask('GET', `/articles/${article.slug}`)).toEqual([200, { article }])
    }),
  )

  it(
    'have no tags where none are given, and each tag once',
    on(async ({ join, write }) => {
      const { token } = await join()
      expect((await write(token)).tagList).toEqual([])
      expect((await write(token, { tagList: ['b', 'a', 'b'] })).tagList).toEqual(['a', 'b'])
    }),
  )

  it(
    'may have the title of another, and then another slug',
    on(async ({ join, write }) => {
      const { token } = await join()
      const [first, second] = [await write(token), await write(token)]
      expect(first.title).toBe(second.title)
      expect(first.slug).not.toBe(second.slug)
    }),
  )

  it(
    'are changed by their author: another title is another slug, and the rest stays',
    on(async ({ ask, join, write }) => {
      const { token } = await join()
      const { slug, updatedAt: _, ...article } = await write(token, { tagList: ['a'] })
      const change = async (path: string, change: object) =>
        ask('PUT', `/articles/${path}`, { token, json: { article: change } })
      const [status, body] = await change(slug, { body: 'Other text.', tagList: ['ignored'] })
      expect([status, body.article]).toMatchObject([200, { ...article, slug, body: 'Other text.' }])
      const [, renamed] = await change(slug, { title: 'Wyverns', description: 'Too' })
      expect(renamed.article).toMatchObject({
        title: 'Wyverns',
        description: 'Too',
        body: 'Other text.',
        tagList: ['a'],
      })
      expect(renamed.article.slug).toMatch(/^wyverns-/)
      expect((await ask('GET', `/articles/${slug}`))[0]).toBe(422)
      const [, same] = await change(renamed.article.slug, {})
      expect(same.article).toEqual(renamed.article)
    }),
  )

  it(
    'are deleted by their author, with all that hangs on them',
    on(async ({ ask, join, write }) => {
      const { token } = await join()
      const { slug } = await write(token, { tagList: ['only-here'] })
      await ask('POST', `/articles/${slug}/favorite`, { token })
      await ask('POST', `/articles/${slug}/comments`, { token, json: { comment: { body: 'Hm.' } } })
      expect(await ask('DELETE', `/articles/${slug}`, { token })).toEqual([204, undefined])
      expect((await ask('GET', `/articles/${slug}`))[0]).toBe(422)
      expect(await ask('GET', '/tags')).toEqual([200, { tags: [] }])
      expect((await ask('DELETE', `/articles/${slug}`, { token }))[0]).toBe(422)
    }),
  )

  it(
    'of others are neither changed nor deleted',
    on(async ({ ask, join, write }) => {
      const [ada, eve] = [await join(), await join()]
      const article = await write(ada.token, { tagList: ['a'] })
      const path = `/articles/${article.slug}`
      const [changed, { errors }] = await ask('PUT', path, {
        token: eve.token,
        json: { article: { body: 'Mine.' } },
      })
      const refused = ['Only its author may change or delete an article.']
      expect([changed, errors.body]).toEqual([422, refused])
      expect(await ask('DELETE', path, { token: eve.token })).toEqual([422, { errors: { body: refused } }])
      expect(await ask('GET', path, { token: ada.token })).toEqual([200, { article }])
    }),
  )
})
