// What is answered and shown where the database's answer to a write was lost, so that nobody knew whether it was done.
import { describe, expect, it } from 'vitest'
import { Load } from './fault-load.ts'
import { FaultyConduit, SERVERS } from './faulty-conduit.ts'

const LIMIT_MS = 120_000

describe.each(SERVERS)('on %s, a write whose answer was lost', (name) => {
  it(
    'is a 500, which nobody repeats, and is shown as it was done',
    { timeout: LIMIT_MS },
    async ({ skip }) => {
      await using conduit = await FaultyConduit.on(name, LIMIT_MS)
      if (conduit === undefined) return skip(`${name} is not at hand`)
      const load = await Load.begin(await conduit.process.url)
      const article = { title: 'Dragons', description: 'How to', body: 'Very carefully.' }
      const [, { article: written }] = await load.ask('POST', '/articles', { article })
      const path = `/articles/${written.slug}`
      const shown = async (): Promise<unknown[]> => {
        const [, body] = await load.ask('GET', path)
        return [body.article.favoritesCount, body.article.author.username]
      }
      const lost = async (to: RegExp, ...call: Parameters<Load['ask']>): Promise<number> => {
        conduit.way.loseAnswer(to)
        return (await load.ask(...call))[0]
      }
      expect(await shown()).toEqual([0, 'ada'])
      expect(await lost(/\bcommit\b/i, 'POST', `${path}/favorite`)).toBe(500)
      expect(await shown()).toEqual([1, 'ada'])
      const user = { username: 'countess' }
      expect(await lost(/\bcommit\b/i, 'PUT', '/user', { user })).toBe(500)
      expect(await shown()).toEqual([1, 'countess'])
      expect(await lost(/\bcommit\b/i, 'DELETE', `${path}/favorite`)).toBe(500)
      expect(await shown()).toEqual([0, 'countess'])
      const comment = { body: 'Only once.' }
      await load.ask('POST', `${path}/comments`, { comment })
      expect(await lost(/Only once/, 'POST', `${path}/comments`, { comment })).toBe(500)
      expect((await load.ask('GET', `${path}/comments`))[1].comments).toHaveLength(2)
    },
  )
})
