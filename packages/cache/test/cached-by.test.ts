// What `by` and `key` may give.
import { cached } from '@keelson/cache'
import { route, t } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { account, cachedApp, Counter, open, seen } from './http-support.ts'

const keep = { ttlMs: 60_000 }

describe('by', () => {
  it('with a member that is undefined is no answer of anybody else, but an error', async () => {
    const made = new Counter()
    // Misspelt, so that all users would be of one team.
    const by = ({ user }: { readonly user: object }) => ({ team: (user as { team?: string }).team as string })
    await using app = await cachedApp({
      list: route.use(account).get('/', { ...open, use: [cached({ ...keep, by })] }, () => made.next()),
    })
    for (const user of ['ann', 'bob']) {
      const [status] = await seen(app.request('GET', '/', { headers: { 'x-user': user } }))
      expect(status).toBe(500)
    }
    expect(app.takeErrors().map(({ err }) => (err as Error).message)).toEqual(
      Array.from({ length: 2 }, () => expect.stringContaining('cached of list, by: A key consists of')),
    )
    expect(made.count).toBe(0)
  })

  it('leaves what was not sent of the input as absent', async () => {
    const made = new Counter()
    await using app = await cachedApp({
      list: route.post(
        '/',
        {
          ...open,
          headers: { 'x-a': t.Optional(t.String()) },
          body: t.Object({ in: t.Object({ a: t.Optional(t.String()) }) }),
          use: [cached({ ...keep, key: 'body' })],
        },
        () => made.next(),
      ),
    })
    const send = (json: object) => seen(app.request('POST', '/', { json }))
    expect(await send({ in: {} })).toEqual([200, '1'])
    expect(await send({ in: {} })).toEqual([200, '1'])
    expect(await send({ in: { a: '' } })).toEqual([200, '2'])
  })
})
