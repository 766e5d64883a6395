// Functions of tags: what they read must be there, and what they give must be tags.
import { cached, invalidates, type InvalidatedTags } from '@keelson/cache'
import { needs, route, t } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { account, cachedApp, Counter, open, seen, transports } from './http-support.ts'

const keep = { ttlMs: 60_000 }
const params = { id: t.Integer() }

describe.each(transports)('functions of tags, %s', (transport) => {
  it.each([
    ['a route with one', '/:id', { params }, "It has 'id'."],
    ['a route with one that has no schema', '/:id', {}, "It has 'id'."],
    ['a route without', '/1', {}, 'It has none.'],
  ])('may not read a param that there is not: %s', async (_name, path, options, has) => {
    const tag = ({ params }: { readonly params: { readonly [name: string]: unknown } }) =>
      `o:${String(params['orderId'])}`
    const routes = {
      show: route.get(
        path,
        { ...open, ...options, use: [cached({ ...keep, tags: (ctx) => [tag(ctx)] })] },
        () => 1,
      ),
      close: route.post(path, { ...open, ...options, use: [invalidates(tag)] }, () => 2),
    }
    await using app = await cachedApp(routes, { transport })
    for (const [method, place] of [
      ['GET', 'cached of show'],
      ['POST', 'invalidates of close'],
    ] as const) {
      expect((await app.request(method, '/1')).status).toBe(500)
      expect(app.takeErrors().map(({ err }) => (err as Error).message)).toEqual([
        `${place}: its tags read the param 'orderId', which the route does not have. ${has}`,
      ])
    }
  })

  it('may read those that there are, all at once too, and everything else of the request', async () => {
    const made = new Counter()
    const tags = ({ params, header, method }: Parameters<InvalidatedTags>[0]) => [
      `o:${String(params['id'])}`,
      `${JSON.stringify(params)} ${Object.keys({ ...params }).join()} ${header('x-a')}`,
      String(method === 'HEAD'),
    ]
    const routes = {
      show: route.get('/:id', { ...open, params, use: [cached({ ...keep, tags })] }, () => made.next()),
      close: route.post('/:id', { ...open, params, use: [invalidates(tags)] }, () => 'closed'),
    }
    await using app = await cachedApp(routes, { transport })
    const show = async () => (await seen(app.request('GET', '/7')))[1]
    expect([await show(), await show()]).toEqual(['1', '1'])
    expect(await seen(app.request('POST', '/7'))).toEqual([200, 'closed'])
    expect(await show()).toBe('2')
  })

  it.each([
    ['undefined', () => undefined, 'Tags are a list of texts, not undefined.'],
    ['a list with undefined', () => [undefined], 'A tag is a text that is not empty, not undefined.'],
    ['a promise', () => Promise.resolve(['a']), 'Tags are a list of texts, not'],
  ])('must give tags: not %s', async (_name, tags, message) => {
    const routes = {
      show: route.get('/', { ...open, use: [cached({ ...keep, tags: tags as never })] }, () => 1),
      close: route.post('/', { ...open, use: [invalidates(tags as never)] }, () => 1),
    }
    await using app = await cachedApp(routes, { transport })
    for (const [method, place] of [
      ['GET', 'cached of show'],
      ['POST', 'invalidates of close'],
    ] as const) {
      expect((await app.request(method, '/')).status).toBe(500)
      expect(app.takeErrors().map(({ err }) => (err as Error).message)).toEqual([
        expect.stringContaining(`${place}: ${message}`),
      ])
    }
  })

  it('are given what they need', async () => {
    const made = new Counter()
    const needed = needs<{ user: { id: string | undefined } }>('user')
    const tags = ({ user }: { readonly user: { readonly id: string | undefined } }) => [`user:${user.id}`]
    const member = route.use(account)
    const routes = {
      show: member.get('/', { ...open, use: [cached({ ...keep, by: 'user', needs: needed, tags })] }, () =>
        made.next(),
      ),
      leave: member.post('/', { ...open, use: [invalidates({ needs: needed, tags })] }, () => 'left'),
      clear: route.delete('/', { ...open, use: [invalidates({ tags: ['user:ann'] })] }, () => 'cleared'),
    }
    await using app = await cachedApp(routes, { transport })
    const ask = async (who: string, method = 'GET') =>
      (await seen(app.request(method, '/', { headers: { 'x-user': who } })))[1]
    expect([await ask('ann'), await ask('bob')]).toEqual(['1', '2'])
    expect(await ask('ann', 'POST')).toBe('left')
    expect([await ask('ann'), await ask('bob')]).toEqual(['3', '2'])
    expect(await ask('bob', 'DELETE')).toBe('cleared')
    expect([await ask('ann'), await ask('bob')]).toEqual(['4', '2'])
  })
})

it('options of invalidates() are looked at', () => {
  expect(() => invalidates({ tags: ['a\n'] })).toThrow('control characters')
  expect(() => invalidates({ tag: ['a'] } as never)).toThrow("no option 'tag'")
  expect(() => invalidates({} as never)).toThrow('tags')
  expect(() => invalidates({ tags: [] })).toThrow('No tag is given.')
})
