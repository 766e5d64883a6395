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

  it(
    'that are not there are a 422, of every method',
    on(async ({ ask, join }) => {
      const { token } = await join()
      const json = { article: { body: 'x' } }
      expect(await ask('GET', '/articles/none')).toEqual([
        422,
        { errors: { body: ['There is no such article'] } },
      ])
      const gone = await ask('GET', '/articles/none')
      expect(await ask('PUT', '/articles/none', { token, json })).toEqual(gone)
      expect(await ask('DELETE', '/articles/none', { token })).toEqual(gone)
      for (const [length, texts] of [
        [150, ['There is no such article']],
        [151, ['slug: must NOT have more than 150 characters']],
        [5000, ['slug: must NOT have more than 150 characters']],
      ] as const)
        expect(await ask('GET', `/articles/${'x'.repeat(length)}`)).toEqual([
          422,
          { errors: { body: texts } },
        ])
    }),
  )

  it(
    'say each member that is missing, empty, too long or of another type, and nothing is written',
    on(async ({ ask, join, write }) => {
      const { token } = await join()
      const { slug } = await write(token)
      const refused = async (method: string, path: string, article: unknown) => {
        const [status, { errors }] = await ask(method, path, { token, json: { article } })
        expect(status).toBe(422)
        return [...new Set(errors.body.map((text) => String(text.split(':')[0])))].toSorted()
      }
      expect(await refused('POST', '/articles', undefined)).toEqual(['article'])
      expect(await refused('POST', '/articles', {})).toEqual([
        'article.body',
        'article.description',
        'article.title',
      ])
      for (const member of ['title', 'description', 'body'])
        for (const value of ['', ' \n', null, 7, ['x']]) {
          const where = [`article.${member}`]
          expect(await refused('POST', '/articles', { ...DRAGONS, [member]: value })).toEqual(where)
          expect(await refused('PUT', `/articles/${slug}`, { [member]: value })).toEqual(where)
        }
      for (const tag of ['', '  ', 'x'.repeat(10_000), 7, null])
        expect(await refused('POST', '/articles', { ...DRAGONS, tagList: ['good', tag] })).toEqual([
          'article.tagList.1',
        ])
      expect(await refused('POST', '/articles', { ...DRAGONS, tagList: 'a' })).toEqual(['article.tagList'])
      expect(await ask('GET', '/articles')).toMatchObject([200, { articlesCount: 1 }])
    }),
  )
})
