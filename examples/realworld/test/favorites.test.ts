import { describe, expect, it } from 'vitest'
import { startingOn, SYSTEMS } from './conduit.ts'

describe.each(SYSTEMS)('favorites on %s', (name) => {
  const on = startingOn(name)

  it(
    'count each member once, however often it says so',
    on(async ({ ask, join, write }) => {
      const [ada, eve] = [await join(), await join()]
      const { slug } = await write(ada.token)
      const say = async (method: string, { token } = eve) => {
        const [status, { article }] = await ask(method, `/articles/${slug}/favorite`, { token })
        return [status, article.slug === slug, article.favorited, article.favoritesCount]
      }
      expect(await say('DELETE')).toEqual([200, true, false, 0])
      expect(await say('POST')).toEqual([200, true, true, 1])
      expect(await say('POST')).toEqual([200, true, true, 1])
      expect(await say('POST', ada)).toEqual([200, true, true, 2])
      expect(await say('DELETE')).toEqual([200, true, false, 1])
      expect(await say('DELETE')).toEqual([200, true, false, 1])
    }),
  )

  it(
    'leave the time of the article as it is',
    on(async ({ ask, join, write }) => {
      const { token } = await join()
      const { slug, updatedAt } = await write(token)
      const [, { article }] = await ask('POST', `/articles/${slug}/favorite`, { token })
      expect(article.updatedAt).toBe(updatedAt)
    }),
  )

  it(
    'need an article',
    on(async ({ ask, join }) => {
      const { token } = await join()
      expect((await ask('POST', '/articles/none/favorite', { token }))[0]).toBe(422)
      expect((await ask('DELETE', '/articles/none/favorite', { token }))[0]).toBe(422)
    }),
  )
})
