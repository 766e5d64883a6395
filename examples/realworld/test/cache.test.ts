// What is read twice is kept, and nobody is shown what is not true any more.
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { bind, DATABASE } from '@keelson/core'
import { redis } from '@keelson/cache/redis'
import { expectQueries } from '@keelson/db/testing'
import { testApp } from '@keelson/testing'
import { describe, expect, it, type TestContext } from 'vitest'
import { conduitOn } from '../src/app.ts'
import { Conduit, startingOn } from './conduit.ts'
import { DB } from '../src/tables.ts'
import { systemOn } from './systems.ts'

describe('an article that was read', () => {
  const on = startingOn('SQLite', { isRolledBack: false })

  it(
    'takes no statement more, and one for what a member has to do with it',
    on(async ({ ask, join, write }) => {
      const { token } = await join()
      const { slug } = await write(token)
      const read = (caller?: string) => ask('GET', `/articles/${slug}`, { token: caller })
      await expectQueries(1, () => read())
      await expectQueries(0, () => read())
      await expectQueries(1, () => read(token))
    }),
  )

  it(
    'is shown as it is after each change, to everybody at once',
    on(async ({ ask, join, write }) => {
      const [ada, eve] = [await join(), await join()]
      let { slug } = await write(ada.token)
      const seen = async (token?: string) => {
        const [status, { article }] = await ask('GET', `/articles/${slug}`, { token })
        return status === 200
          ? [
              article.body,
              article.favoritesCount,
              article.favorited,
              article.author.bio,
              article.author.following,
            ]
          : status
      }
      const change = (article: object) =>
        ask('PUT', `/articles/${slug}`, { token: ada.token, json: { article } })
      expect(await seen()).toEqual(['Very carefully.', 0, false, '', false])
      await change({ body: 'New text.' })
      expect(await seen()).toEqual(['New text.', 0, false, '', false])
      await ask('POST', `/articles/${slug}/favorite`, { token: eve.token })
      expect(await seen()).toEqual(['New text.', 1, false, '', false])
      expect(await seen(eve.token)).toEqual(['New text.', 1, true, '', false])
      await ask('POST', `/profiles/${ada.username}/follow`, { token: eve.token })
      expect(await seen(eve.token)).toEqual(['New text.', 1, true, '', true])
      await ask('PUT', '/user', { token: ada.token, json: { user: { bio: 'Writes.' } } })
      expect(await seen()).toEqual(['New text.', 1, false, 'Writes.', false])
      await ask('DELETE', `/articles/${slug}/favorite`, { token: eve.token })
      expect(await seen(eve.token)).toEqual(['New text.', 0, false, 'Writes.', true])
      const old = slug
      ;({ slug } = (await change({ title: 'Wyverns' }))[1].article)
      expect(await seen()).toEqual(['New text.', 0, false, 'Writes.', false])
      expect((await ask('GET', `/articles/${old}`))[0]).toBe(422)
      await ask('DELETE', `/articles/${slug}`, { token: ada.token })
      expect(await seen()).toBe(422)
      expect(await seen(eve.token)).toBe(422)
    }),
  )

  it(
    'is shown as it was where the change was refused',
    on(async ({ ask, join, write }) => {
      const [ada, eve] = [await join(), await join()]
      const { slug } = await write(ada.token)
      const before = await ask('GET', `/articles/${slug}`)
      const json = { article: { body: 'Mine.' } }
      expect((await ask('PUT', `/articles/${slug}`, { token: eve.token, json }))[0]).toBe(422)
      expect(await ask('GET', `/articles/${slug}`)).toEqual(before)
    }),
  )
})

describe('the tags', () => {
  const on = startingOn('SQLite', { isRolledBack: false })

  it(
    'are read once, until an article is written or deleted',
    on(async ({ ask, join, write }) => {
      const { token } = await join()
      const tags = async () => (await ask('GET', '/tags'))[1].tags
      await tags()
      await expectQueries(0, tags)
      const { slug } = await write(token, { tagList: ['new'] })
      expect(await tags()).toEqual(['new'])
      await expectQueries(0, tags)
      await ask('DELETE', `/articles/${slug}`, { token })
      expect(await tags()).toEqual([])
    }),
  )
})

/** Where Redis answers; CI requires it. */
async function redisUrl({ skip }: TestContext): Promise<string> {
  const { KEELSON_TEST_REDIS_URL: url = 'redis://127.0.0.1:6379', CI, REQUIRE_SERVICES } = process.env
  const { hostname, port } = new URL(url)
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => resolve(socket.end() !== undefined))
    socket.once('error', () => resolve(false))
  })
  if (answers) return url
  if (CI !== undefined || REQUIRE_SERVICES === 'true') throw new Error(`No Redis answers at ${url}.`)
  return skip('Redis is not at hand')
}

describe('two processes that share a Redis', () => {
  it('show what the other one has changed', async (context) => {
    const url = await redisUrl(context)
    const system = await systemOn('PostgreSQL')
    if (system === undefined) return context.skip('PostgreSQL is not at hand')
    const prefix = `conduit-${randomBytes(4).toString('hex')}:`
    const { log: _, ...options } = conduitOn(system, redis(url, { prefix }))
    await using first = await testApp(options)
    // Of the database there is one handle in this process; what each remembers is its own.
    const { log: __, ...others } = conduitOn(system, redis(url, { prefix }))
    const db = first.resolve(DB)
    const plugins = others.plugins?.filter(({ name }) => name !== 'database db') ?? []
    const providers = [...(others.providers ?? []), bind(DB, { value: db }), bind(DATABASE, { value: db })]
    await using second = await testApp({ ...others, plugins, providers })
    const [one, two] = [new Conduit(first), new Conduit(second)]
    const { token } = await one.join()
    const { slug } = await one.write(token)
    const bodyAt = async ({ ask }: Conduit) => (await ask('GET', `/articles/${slug}`))[1].article.body
    expect(await bodyAt(two)).toBe('Very carefully.')
    await one.ask('PUT', `/articles/${slug}`, { token, json: { article: { body: 'New text.' } } })
    expect(await bodyAt(one)).toBe('New text.')
    for (const end = Date.now() + 10_000; (await bodyAt(two)) !== 'New text.'; await wait(5))
      if (Date.now() > end) throw new Error('It shows the old text after ten seconds.')
  })
})
