import { describe, expect, it } from 'vitest'
import { startingOn, SYSTEMS } from './conduit.ts'

const TEXTS = [
  '<script>alert(1)</script>',
  '🐉',
  `quotes ' " \` \\ ; -- /* %`,
  'Zürich, 東京, עברית, ไทย, हिन्दी',
  '  blanks around ',
]
/** Not fit for a name, which others look for. */
const NAMELESS = ['👩‍👩‍👧‍👦🏳️‍🌈', 'lines\tand more\r\n\u2028 ', 'é (e\u0301)']

describe.each(SYSTEMS)('texts on %s', (name) => {
  const on = startingOn(name)

  it(
    'come back as they were sent, in every place',
    on(async ({ ask, join, write }) => {
      for (const text of [...TEXTS, ...NAMELESS]) {
        const name = TEXTS.includes(text) ? text : `${NAMELESS.indexOf(text)}`
        const { token } = await join(name)
        const [, { user }] = await ask('PUT', '/user', { token, json: { user: { bio: text, image: text } } })
        expect(user).toMatchObject({ username: name, bio: text, image: text })
        const article = await write(token, { title: text, description: text, body: text, tagList: [name] })
        expect(article).toMatchObject({ title: text, description: text, body: text, tagList: [name] })
        expect(await ask('GET', `/articles/${encodeURIComponent(article.slug)}`, { token })).toEqual([
          200,
          { article },
        ])
        const path = `/articles/${encodeURIComponent(article.slug)}/comments`
        const [, { comment }] = await ask('POST', path, { token, json: { comment: { body: text } } })
        expect(comment).toMatchObject({ body: text, author: { username: name, bio: text, image: text } })
        for (const by of ['tag', 'author']) {
          const [, { articles }] = await ask('GET', `/articles?${by}=${encodeURIComponent(name)}`)
          expect(articles).toHaveLength(1)
        }
      }
      const [, { tags }] = await ask('GET', '/tags')
      expect(tags).toEqual(expect.arrayContaining(TEXTS))
    }),
  )

  it(
    'that are too large are a 413, which is not the fault of a member',
    on(async ({ ask, join }) => {
      const { token } = await join()
      const article = { title: 'x', description: 'x', body: 'x'.repeat(2_000_000) }
      expect((await ask('POST', '/articles', { token, json: { article } }))[0]).toBe(413)
    }),
  )

  it(
    'that no database keeps are refused',
    on(async ({ ask, join }) => {
      const { token } = await join()
      const article = { title: 'x', description: 'x', body: 'x' }
      for (const broken of ['a\u0000b', 'half \ud83d of a dragon']) {
        for (const member of ['title', 'description', 'body'])
          expect(
            (
              await ask('POST', '/articles', { token, json: { article: { ...article, [member]: broken } } })
            )[0],
          ).toBe(422)
        const tagged = { article: { ...article, tagList: [broken] } }
        expect(await ask('POST', '/articles', { token, json: tagged })).toEqual([
          422,
          { errors: { body: ['article.tagList.0: must be well-formed text without NUL'] } },
        ])
        expect((await ask('PUT', '/user', { token, json: { user: { bio: broken } } }))[0]).toBe(422)
      }
      expect(await ask('GET', '/articles?tag=a%00b')).toEqual([
        422,
        { errors: { body: ['tag: must be well-formed text without NUL'] } },
      ])
      expect(await ask('GET', '/articles')).toMatchObject([200, { articlesCount: 0 }])
    }),
  )
})
