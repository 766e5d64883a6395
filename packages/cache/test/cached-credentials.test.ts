// What a handler may know its caller by, on a route that says nothing of callers.
import { cached, type CachedOptions } from '@keelson/cache'
import { middleware, route, t, type BaseContext } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { account, cachedApp, Counter, open, seen, transports } from './http-support.ts'

const keep = { ttlMs: 60_000 }
const of = ({ header, cookie }: BaseContext) => `of ${header('authorization') ?? cookie('sid') ?? 'nobody'}`
const CREDENTIALS = [
  ['authorization', (name: string) => name],
  ['cookie', (name: string) => `sid=${name}`],
] as const

describe.each(transports)('cached() and credentials that its key does not have, %s', (transport) => {
  it.each(CREDENTIALS)('keeps nothing of a request with %s, and gives it nothing', async (header, value) => {
    const session = middleware({
      name: 'session',
      stage: 'validate',
      adds: ['who'],
      run: (ctx) => ({ who: of(ctx) }),
    })
    const routes = {
      own: route.get('/own', { ...open, use: [cached(keep)] }, of),
      told: route.use(session).get('/told', { ...open, use: [cached(keep)] }, ({ who }) => who),
      user: route.use(account).get('/user', { ...open, use: [cached({ ...keep, by: 'user' })] }, of),
    }
    await using app = await cachedApp(routes, { transport })
    for (const name of Object.keys(routes)) {
      const ask = (method: string, who?: string) =>
        app.request(method, `/${name}`, who === undefined ? {} : { headers: { [header]: value(who) } })
      for (const who of ['ann', 'bob', undefined, 'ann', undefined]) {
        expect(await seen(ask('GET', who))).toEqual([200, `of ${who ?? 'nobody'}`])
        const length = (await ask('HEAD', who)).headers.get('content-length')
        expect(length).toBe(String(`of ${who ?? 'nobody'}`.length))
      }
    }
    const told = app.log.lines
      .map(({ msg }) => String(msg))
      .filter((msg) => msg.includes('pass the cache by'))
    expect(told).toEqual(
      Object.keys(routes).map(
        (name) =>
          `Some requests pass the cache by, where the route ${name} says cached(): they have the header '${header}', which is not in its key: say by: 'nobody' where the answer is the same whatever it is, or declare what is read of it.`,
      ),
    )
  })

  it('keeps it where the route says that the answer is that of all, or of whom', async () => {
    const made = new Counter()
    const kept = (path: string, options: Partial<CachedOptions>) =>
      route.get(path, { ...open, use: [cached({ ...keep, ...options })] }, () => made.next())
    const routes = { all: kept('/all', { by: 'nobody' }), some: kept('/some', { by: () => 'x' }) }
    await using app = await cachedApp(routes, { transport })
    for (const [path, wanted] of [
      ['/all', '1'],
      ['/some', '2'],
    ] as const)
      for (const who of ['ann', 'bob'])
        expect(
          await seen(app.request('GET', path, { headers: { authorization: who, cookie: who } })),
        ).toEqual([200, wanted])
  })

  it('keeps it where they are in the key: by vary, as declared headers, or as declared cookies alone', async () => {
    const vary = ['authorization', 'cookie']
    const headers = { authorization: t.Optional(t.String()), cookie: t.Optional(t.String()) }
    const cookies = { sid: t.Optional(t.String()) }
    const made = new Counter()
    const next = (ctx: BaseContext) => `${of(ctx)} ${made.next()}`
    const routes = {
      vary: route.get('/vary', { ...open, use: [cached({ ...keep, vary })] }, next),
      headers: route.get('/headers', { ...open, headers, use: [cached(keep)] }, next),
      cookies: route.get('/cookies', { ...open, cookies, use: [cached(keep)] }, next),
    }
    await using app = await cachedApp(routes, { transport })
    const ask = async (path: string, cookie: string) =>
      (await seen(app.request('GET', path, { headers: { cookie } })))[1]
    for (const name of Object.keys(routes)) {
      const ann = await ask(`/${name}`, 'sid=ann')
      const bob = await ask(`/${name}`, 'sid=bob')
      expect([ann, bob]).toEqual([expect.stringMatching(/^of ann /), expect.stringMatching(/^of bob /)])
      expect([await ask(`/${name}`, 'sid=ann'), await ask(`/${name}`, 'sid=bob')]).toEqual([ann, bob])
    }
    // One that the route does not declare may be what its handler knows the caller by.
    expect(await ask('/cookies', 'sid=ann; other=1')).not.toBe(await ask('/cookies', 'sid=ann; other=1'))
  })
})
