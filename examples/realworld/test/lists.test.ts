import { expectQueries } from '@keelson/db/testing'
import { describe, expect, it } from 'vitest'
import { startingOn, SYSTEMS, type Conduit } from './conduit.ts'

async function titles({ ask }: Conduit, query: string, token?: string) {
  const [status, { articles, articlesCount }] = await ask('GET', `/articles${query}`, { token })
  expect(status).toBe(200)
  return [articlesCount, ...articles.map(({ title }: { title: string }) => title)]
}

describe.each(SYSTEMS)('lists of articles on %s', (name) => {
  const on = startingOn(name)

  it(
    'begin with the newest, and have no text',
    on(async (conduit) => {
      const { token, username } = await conduit.join()
      for (const title of ['one', 'two', 'three']) await conduit.write(token, { title, tagList: ['x'] })
      expect(await titles(conduit, '')).toEqual([3, 'three', 'two', 'one'])
      const [, { articles }] = await conduit.ask('GET', '/articles?limit=1')
      expect(articles).toEqual([
        {
          slug: expect.any(String),
          title: 'three',
          description: 'How to',
          tagList: ['x'],
          createdAt: expect.any(String),
          updatedAt: expect.any(String),
          favorited: false,
          favoritesCount: 0,
          author: { username, bio: '', image: '', following: false },
        },
      ])
    }),
  )

  it(
    'are given in parts, which say how many there are in all',
    on(async (conduit) => {
      const { token } = await conduit.join()
      for (let n = 1; n <= 25; n++) await conduit.write(token, { title: String(n) })
      expect(await titles(conduit, '')).toHaveLength(21)
      expect(await titles(conduit, '?limit=2&offset=1')).toEqual([25, '24', '23'])
      expect(await titles(conduit, '?offset=23')).toEqual([25, '2', '1'])
      expect(await titles(conduit, '?offset=25')).toEqual([25])
      expect(await titles(conduit, '?offset=9007199254740991&limit=9007199254740991')).toEqual([25])
      expect(await titles(conduit, '?limit=100000')).toHaveLength(26)
    }),
  )

  it(
    'are selected by tag, author and who likes them, and by all of these',
    on(async (conduit) => {
      const [ada, eve] = [await conduit.join('ada'), await conduit.join('eve')]
      const { slug } = await conduit.write(ada.token, { title: 'a1', tagList: ['red', 'two words'] })
      await conduit.write(ada.token, { title: 'a2', tagList: ['blue'] })
      const other = await conduit.write(eve.token, { title: 'e1', tagList: ['red'] })
      await conduit.ask('POST', `/articles/${slug}/favorite`, { token: eve.token })
      await conduit.ask('POST', `/articles/${other.slug}/favorite`, { token: eve.token })
      expect(await titles(conduit, '?tag=red')).toEqual([2, 'e1', 'a1'])
      expect(await titles(conduit, '?tag=two%20words')).toEqual([1, 'a1'])
      expect(await titles(conduit, '?author=ada')).toEqual([2, 'a2', 'a1'])
      expect(await titles(conduit, '?favorited=eve')).toEqual([2, 'e1', 'a1'])
      expect(await titles(conduit, '?favorited=eve&author=ada')).toEqual([1, 'a1'])
      expect(await titles(conduit, '?tag=red&author=ada&favorited=eve&limit=1')).toEqual([1, 'a1'])
      for (const query of ['?tag=none', '?author=nobody', '?favorited=nobody', '?tag=red&author=nobody'])
        expect(await titles(conduit, query)).toEqual([0])
    }),
  )

  it(
    'show to a caller what it likes and whom it follows',
    on(async (conduit) => {
      const [ada, eve] = [await conduit.join('ada'), await conduit.join('eve')]
      const { slug } = await conduit.write(ada.token)
      await conduit.ask('POST', `/articles/${slug}/favorite`, { token: eve.token })
      await conduit.ask('POST', '/profiles/ada/follow', { token: eve.token })
      const seenBy = async (token?: string) => {
        const [, { articles }] = await conduit.ask('GET', '/articles', { token })
        const [, { article }] = await conduit.ask('GET', `/articles/${slug}`, { token })
        const { body: _, ...facts } = article
        expect(articles).toEqual([facts])
        return [article.favorited, article.favoritesCount, article.author.following]
      }
      expect(await seenBy(eve.token)).toEqual([true, 1, true])
      expect(await seenBy(ada.token)).toEqual([false, 1, false])
      expect(await seenBy()).toEqual([false, 1, false])
    }),
  )

  it(
    'of the feed are of those whom the caller follows',
    on(async (conduit) => {
      const [ada, eve, bob] = [
        await conduit.join('ada'),
        await conduit.join('eve'),
        await conduit.join('bob'),
      ]
      await conduit.write(ada.token, { title: 'a1' })
      await conduit.write(eve.token, { title: 'e1' })
      await conduit.write(ada.token, { title: 'a2' })
      expect(await titles(conduit, '/feed', bob.token)).toEqual([0])
      await conduit.ask('POST', '/profiles/ada/follow', { token: bob.token })
      expect(await titles(conduit, '/feed', bob.token)).toEqual([2, 'a2', 'a1'])
      expect(await titles(conduit, '/feed?limit=1&offset=1', bob.token)).toEqual([2, 'a1'])
      expect(await titles(conduit, '/feed', ada.token)).toEqual([0])
    }),
  )

  it(
    'refuse parts that are none',
    on(async ({ ask }) => {
      for (const query of [
        'limit=0',
        'limit=-1',
        'limit=x',
        'limit=1.5',
        'offset=-1',
        'offset=1e99',
        'limit=',
      ])
        expect([query, (await ask('GET', `/articles?${query}`))[0]]).toEqual([query, 422])
    }),
  )

  it(
    'take one statement at any size, whoever asks, and two where there is nothing',
    on(async (conduit) => {
      const { token, username } = await conduit.join()
      const queries = [
        '',
        '?tag=a&limit=100',
        `?author=${username}`,
        `?tag=b&author=${username}&limit=1&offset=2`,
      ]
      const ask = async (count: number) => {
        for (const query of queries) {
          await expectQueries(count, () => titles(conduit, query))
          await expectQueries(count, () => titles(conduit, query, token))
        }
        await expectQueries(2, () => titles(conduit, '/feed', token))
      }
      await ask(2)
      for (let n = 0; n < 30; n++) await conduit.write(token, { tagList: ['a', 'b', `${n}`] })
      await ask(1)
      await expectQueries(2, () => titles(conduit, '?offset=30'))
    }),
  )
})
