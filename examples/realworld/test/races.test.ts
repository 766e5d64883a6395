// What many do at the same moment. Each request is a transaction of its own here, so that nothing is rolled back after a test.
import { describe, expect, it } from 'vitest'
import { bind } from '@keelson/core'
import { ArticleReader } from '../src/articles/article-reader.ts'
import { DB, type Conduit } from '../src/tables.ts'
import { startingOn, SYSTEMS, type Answer } from './conduit.ts'

/** Somebody deletes the article between the look at it and what is written of it. */
class LateReader extends ArticleReader {
  static isLate = false
  readonly #tables: Conduit

  constructor(db: Conduit) {
    super(db)
    this.#tables = db
  }

  override async idOf(slug: string): Promise<string> {
    const id = await super.idOf(slug)
    if (LateReader.isLate) await this.#tables.articles.delete(id)
    return id
  }
}
const late = bind(ArticleReader, { needs: [DB], make: (db) => new LateReader(db) })

describe.each(SYSTEMS)('at the same moment on %s', (name) => {
  const on = startingOn(name, { isRolledBack: false, overrides: [late] })
  const statuses = async (calls: readonly Promise<readonly [number, unknown]>[]) =>
    (await Promise.all(calls)).map(([status]) => status).toSorted((a, b) => a - b)

  it(
    'one of those who want a name gets it, and so with an e-mail',
    on(async ({ ask }) => {
      const register = (username: string, email: string) =>
        ask('POST', '/users', { json: { user: { username, email, password: 'plum tree' } } })
      const names = [1, 2, 3, 4, 5].map((n) => register('wanted', `wanted${n}@example.com`))
      expect(await statuses(names)).toEqual([201, 422, 422, 422, 422])
      const emails = [1, 2, 3, 4, 5].map((n) => register(`one-of-${n}`, 'One@example.com'))
      expect(await statuses(emails)).toEqual([201, 422, 422, 422, 422])
    }),
  )

  it(
    'a member is counted once for an article, and follows once',
    on(async ({ ask, join, write }) => {
      const [ada, { token }] = [await join(), await join()]
      const { slug } = await write(ada.token)
      const times = [1, 2, 3, 4, 5, 6]
      expect(await statuses(times.map(() => ask('POST', `/articles/${slug}/favorite`, { token })))).toEqual(
        times.map(() => 200),
      )
      expect(
        await statuses(times.map(() => ask('POST', `/profiles/${ada.username}/follow`, { token }))),
      ).toEqual(times.map(() => 200))
      const [, { article }] = await ask('GET', `/articles/${slug}`, { token })
      expect([article.favoritesCount, article.author.following]).toEqual([1, true])
    }),
  )

  it(
    'many like, follow, and think better of it',
    on(async ({ ask, join, write }) => {
      const [ada, bob, eve] = [await join(), await join(), await join()]
      const articles = [await write(ada.token), await write(ada.token)]
      const calls = Array.from({ length: 60 }, (_, at) => {
        const { token } = at % 3 === 0 ? bob : eve
        const method = at % 2 === 0 ? 'POST' : 'DELETE'
        return [
          ask(method, `/articles/${articles[at % 5 === 0 ? 0 : 1]?.slug}/favorite`, { token }),
          ask(method, `/profiles/${ada.username}/follow`, { token }),
        ]
      }).flat()
      expect(new Set(await statuses(calls))).toEqual(new Set([200]))
    }),
  )

  it(
    'two changes of one article come one after the other, and none is lost',
    on(async ({ ask, join, write }) => {
      const { token } = await join()
      const { slug } = await write(token)
      const change = (article: object) => ask('PUT', `/articles/${slug}`, { token, json: { article } })
      expect(await statuses([change({ body: 'New text.' }), change({ description: 'New words' })])).toEqual([
        200, 200,
      ])
      const [, { article }] = await ask('GET', `/articles/${slug}`)
      expect(article).toMatchObject({ body: 'New text.', description: 'New words' })
      const renames = await Promise.all([change({ title: 'One' }), change({ title: 'Two' })])
      expect(await statuses(renames.map((one) => Promise.resolve(one)))).toEqual([200, 422])
      const [, winner] = renames.find(([status]) => status === 200) as Answer
      expect((await ask('GET', `/articles/${winner.article.slug}`))[1]).toEqual(winner)
    }),
  )

  it(
    'an article is changed or gone',
    on(async ({ ask, join, write }) => {
      const { token } = await join()
      const { slug } = await write(token)
      const [deleted, changed] = await Promise.all([
        ask('DELETE', `/articles/${slug}`, { token }),
        ask('PUT', `/articles/${slug}`, { token, json: { article: { body: 'x' } } }),
      ])
      expect(deleted[0]).toBe(204)
      expect([200, 422]).toContain(changed[0])
      expect((await ask('GET', `/articles/${slug}`))[0]).toBe(422)
    }),
  )

  it(
    'many sign up, and all are members then',
    on(async ({ join, ask }) => {
      const members = await Promise.all(Array.from({ length: 60 }, () => join()))
      const seen = await Promise.all(members.map(({ token }) => ask('GET', '/user', { token })))
      expect(seen.map(([, { user }]) => user.username)).toEqual(members.map(({ username }) => username))
    }),
  )

  it.for<readonly [string, string, object | undefined]>([
    ['a comment', 'comments', { comment: { body: 'Hm.' } }],
    ['a like', 'favorite', undefined],
  ])(
    '%s of an article that goes meanwhile is a 422, as of one that is not there',
    ([, path, json], context) =>
      on(async ({ ask, join, write }) => {
        const { token } = await join()
        const { slug } = await write(token)
        LateReader.isLate = true
        const answer = await ask('POST', `/articles/${slug}/${path}`, { token, json })
        LateReader.isLate = false
        expect(answer).toEqual([422, { errors: { body: ['There is no such article'] } }])
      })(context),
  )
})
