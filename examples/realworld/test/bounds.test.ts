// What one member writes costs the others no more than these bounds allow.
import { expectQueries } from '@keelson/db/testing'
import { describe, expect, it } from 'vitest'
import { MOST_COMMENTS } from '../src/comments/comments.contract.ts'
import { MAX_LIMIT } from '../src/articles/articles.contract.ts'
import { DB } from '../src/tables.ts'
import { startingOn } from './conduit.ts'

describe('the size of an answer', () => {
  const on = startingOn('SQLite')

  it(
    'is bounded by that of each text that a list repeats',
    on(async ({ ask, join, write }) => {
      const { token } = await join()
      const { slug } = await write(token)
      const status = async (method: string, path: string, json: object) =>
        (await ask(method, path, { token, json }))[0]
      const bio = (length: number) => status('PUT', '/user', { user: { bio: 'x'.repeat(length) } })
      expect([await bio(2000), await bio(2001)]).toEqual([200, 422])
      const comment = (length: number) =>
        status('POST', `/articles/${slug}/comments`, { comment: { body: 'x'.repeat(length) } })
      expect([await comment(10_000), await comment(10_001)]).toEqual([200, 422])
      const tags = (count: number) =>
        status('POST', '/articles', {
          article: {
            title: 'a',
            description: 'b',
            body: 'c',
            tagList: Array.from({ length: count }, (_, at) => `${at}`),
          },
        })
      expect([await tags(100), await tags(101)]).toEqual([201, 422])
    }),
  )

  it(
    'is bounded by the length of lists, whatever is asked for',
    on(async ({ app, ask, join, write }) => {
      const { token } = await join()
      const { slug } = await write(token)
      const db = app.resolve(DB)
      const article = await db.articles.first({ where: { slug } })
      const { id: articleId = '', authorId = '' } = article ?? {}
      await db.articles.insertMany(
        Array.from({ length: MAX_LIMIT }, (_, at) => {
          return { slug: `a-${at}`, title: 'a', description: 'b', body: 'c', tagList: [], authorId }
        }),
      )
      const [, { articles, articlesCount }] = await ask('GET', '/articles?limit=100000')
      expect([articles.length, articlesCount]).toEqual([MAX_LIMIT, MAX_LIMIT + 1])
      const rows = Array.from({ length: MOST_COMMENTS }, () => ({ body: 'a', articleId, authorId }))
      await db.comments.insertMany(rows)
      const json = { comment: { body: 'One more.' } }
      expect(await ask('POST', `/articles/${slug}/comments`, { token, json })).toEqual([
        422,
        { errors: { body: [`An article has at most ${MOST_COMMENTS} comments.`] } },
      ])
    }),
  )
})

describe('what is kept', () => {
  const on = startingOn('SQLite', { isRolledBack: false })

  it(
    'is one list of tags, whatever is asked for',
    on(async ({ send }) => {
      const send20 = async () => {
        for (let at = 0; at < 20; at++) await send('GET', `/tags?x=${at}`)
      }
      await send('GET', '/tags')
      await expectQueries(0, send20)
    }),
  )
})
