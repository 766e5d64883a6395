import { describe, expect, it } from 'vitest'
import { startingOn, SYSTEMS } from './conduit.ts'

const DRAGONS = { title: 'How to train', description: 'Ever wonder?', body: 'Very carefully.' }

describe.each(SYSTEMS)('articles as they are asked for on %s', (name) => {
  const on = startingOn(name)

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
