import { describe, expect, it } from 'vitest'
import { startingOn, SYSTEMS } from './conduit.ts'

describe.each(SYSTEMS)('tags on %s', (name) => {
  const on = startingOn(name)

  it(
    'are those of all articles, each once, in the order of the alphabet',
    on(async ({ ask, join, write }) => {
      expect(await ask('GET', '/tags')).toEqual([200, { tags: [] }])
      const { token } = await join()
      await write(token, { tagList: ['b', 'two words', 'a'] })
      await write(token, { tagList: ['c', 'a', 'B'] })
      expect(await ask('GET', '/tags')).toEqual([200, { tags: ['B', 'a', 'b', 'c', 'two words'] }])
    }),
  )
})
