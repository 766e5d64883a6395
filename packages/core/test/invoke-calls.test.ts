import { getEventListeners } from 'node:events'
import {
  currentFrame,
  middleware,
  PRINCIPAL,
  route,
  router,
  t,
  type App,
  type RequestSummary,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { ada, isAda, member, orders } from './invoke-support.ts'
import { deferred, failureOf, open, requestLines } from './support.ts'

const mine = member.get('/mine', { response: t.String(), access: 'public' }, ({ user }) => user.id)
const both = member
  .use(
    middleware({
      name: 'session',
      stage: 'authenticate',
      adds: ['session'],
      run: (ctx): { session: { cart: number } } => ({ session: { cart: Number(ctx.cookie('cart') ?? 0) } }),
    }),
  )
  .get('/both', { access: 'public' }, ({ user, session }) => [user.id, session.cart])

describe('who calls', () => {
  it('is whom as names, and no middleware asks', async () => {
    await using test = await testApp({ routes: { mine } })
    expect(await test.app.invoke('mine', {}, ada)).toMatchObject({ data: 'ada' })
  })

  it('is, without as, whom the middleware finds in meta: nobody, unless it brings credentials', async () => {
    await using test = await testApp({ routes: { mine, both } })
    expect(await test.app.invoke('mine')).toMatchObject({
      ok: false,
      status: 401,
      error: { code: 'ERR_CORE_UNAUTHORIZED' },
    })
    const meta = { Authorization: 'Bearer bob', cookie: 'cart=3' }
    expect(await test.app.invoke('mine', {}, { meta })).toMatchObject({ data: 'bob' })
    expect(await test.app.invoke('both', {}, { meta })).toMatchObject({ data: ['bob', 3] })
  })

  it.each([
    [
      'mine',
      { usr: 1 },
      "as has 'usr', which its authenticate middleware does not add. Did you mean 'user'?",
    ],
    ['mine', {}, "as lacks 'user'."],
    [
      'both',
      { user: 1 },
      "as lacks 'session'. Give every name that its authenticate middleware adds: user, session.",
    ],
    ['ping', { user: 1 }, 'The route has no authenticate middleware. Omit as.'],
  ])('of %s is not whom %j says: that rejects, and nothing runs', async (name, as, text) => {
    const ran: string[] = []
    const use = [middleware({ name: 'mark', stage: 'receive', run: () => void ran.push('ran') })]
    await using test = await testApp({ use, routes: { mine, both, ping: route.get('/ping', open, () => 1) } })
    await expect(test.app.invoke(name as string, {}, { as })).rejects.toMatchObject({
      code: 'ERR_CORE_ARGUMENT',
      message: expect.stringContaining(`invoke('${name}'): ${text}`) as unknown,
    })
    expect(ran).toEqual([])
  })

  it('is the principal of the frame, whoever says so', async () => {
    const who = member.get('/who', { access: 'public' }, ({ frame }) => frame.get(PRINCIPAL))
    await using test = await testApp({ routes: { who } })
    expect(await test.app.invoke('who', {}, ada)).toMatchObject({ data: { id: 'ada', kind: 'user' } })
    const meta = { authorization: 'Bearer bob' }
    expect(await test.app.invoke('who', {}, { meta })).toMatchObject({ data: { id: 'bob', kind: 'user' } })
  })

  it('is judged by the access rule all the same', async () => {
    const guarded = member.get('/guarded', { response: t.Integer(), access: isAda }, () => 1)
    await using test = await testApp({ routes: { guarded } })
    const bob = { as: { user: { id: 'bob' } } }
    expect(await test.app.invoke('guarded', {}, bob)).toMatchObject({ ok: false, status: 403 })
    expect(await test.app.invoke('guarded', {}, ada)).toMatchObject({ ok: true })
  })
})

describe('what a call says of itself', () => {
  const told = route.get(
    '/files/:name/*rest',
    {
      query: { tag: t.Optional(t.Array(t.String())) },
      headers: { 'if-match': t.Optional(t.String()) },
      access: 'public',
    },
    (ctx) => ({
      method: ctx.method,
      path: ctx.path,
      url: ctx.url,
      origin: ctx.origin,
      address: ctx.remoteAddress,
      language: ctx.header('accept-language') ?? null,
      match: [ctx.header('if-match'), ctx.headers['if-match']],
      isOwnId: ctx.requestId === currentFrame()?.id,
    }),
  )

  it('is the method and the pattern of its route, with the params filled in', async () => {
    await using test = await testApp({ routes: { told }, publicUrl: 'https://shop.example' })
    const result = await test.app.invoke(
      'told',
      { params: { name: 'a b/c', rest: 'x/y z' }, query: { tag: ['1', '&'] }, headers: { 'if-match': 'v1' } },
      { meta: { 'Accept-Language': 'de' } },
    )
    expect(result).toMatchObject({
      ok: true,
      data: {
        method: 'GET',
        path: '/files/a%20b%2Fc/x/y%20z',
        url: '/files/a%20b%2Fc/x/y%20z?tag=1&tag=%26',
        origin: 'https://shop.example',
        address: '',
        language: 'de',
        match: ['v1', 'v1'],
        isOwnId: true,
      },
    })
  })

  it('is in the log by its kind', async () => {
    await using test = await testApp({ routes: { orders } })
    await test.app.invoke('orders.list', { params: { tenant: 'acme' } })
    await test.request('GET', '/tenants/acme/orders')
    expect(requestLines(test)).toMatchObject([
      {
        kind: 'call',
        method: 'GET',
        route: 'orders.list',
        status: 200,
        msg: 'call GET /tenants/:tenant/orders 200',
      },
      { method: 'GET', route: 'orders.list', status: 200, msg: 'GET /tenants/:tenant/orders 200' },
    ])
    expect(requestLines(test)[1]).not.toHaveProperty('kind')
  })
})

describe('middleware of a call', () => {
  it('transforms what has no text, renders no error, encodes nothing, and is told of the end', async () => {
    const values: unknown[] = []
    const ends: RequestSummary[] = []
    const watch = middleware({
      name: 'watch',
      stage: 'respond',
      transform: (_, outcome) => {
        values.push([outcome.value, outcome.errorCode])
        return outcome
      },
      encode: () => void values.push('encoded'),
      observe: (_, summary) => void ends.push(summary),
    })
    const routes = router(
      '/',
      {},
      {
        good: route.get('/good', { ...open, response: t.Object({ a: t.Integer() }) }, () => ({ a: 1 })),
        bad: member.get('/bad', { access: 'public' }, () => 1),
      },
    )
    await using test = await testApp({ use: [watch], routes: { routes } })
    await test.app.invoke('routes.good')
    await test.app.invoke('routes.bad')
    expect(values).toEqual([
      [{ a: 1 }, undefined],
      [undefined, 'ERR_CORE_UNAUTHORIZED'],
    ])
    expect(ends).toMatchObject([
      { status: 200, aborted: false },
      { status: 401, errorCode: 'ERR_CORE_UNAUTHORIZED' },
    ])
  })

  it('lays headers under the result', async () => {
    const limit = middleware({
      name: 'limit',
      stage: 'receive',
      run: (ctx) =>
        void ctx.responseHeaders
          .set('ratelimit', '5')
          .append('set-cookie', 'a=1')
          .append('set-cookie', 'b=2'),
    })
    await using test = await testApp({ use: [limit], routes: { mine } })
    const headers = { ratelimit: '5', 'set-cookie': ['a=1', 'b=2'] }
    expect(await test.app.invoke('mine', {}, ada)).toMatchObject({ ok: true, headers })
    expect(await test.app.invoke('mine')).toMatchObject({ status: 401, headers })
  })
})

/** The app that a handler of its own calls. */
const app = {} as { current: App }

describe('a call within a request', () => {
  it('shares its trace, has a caller of its own, and its own id', async () => {
    const inner = member.get(
      '/inner',
      { response: t.Array(t.String()), access: 'public' },
      ({ user, frame }) => [user.id, frame.trace.traceId, frame.trace.parentSpanId ?? '', frame.id],
    )
    const outer = member.get(
      '/outer',
      { response: t.Unknown(), access: 'public' },
      async ({ user, frame }) => {
        const result = (await app.current.invoke(
          'inner' as string,
          {},
          { as: { user: { id: 'robot' } } },
        )) as {
          data: unknown
        }
        return [user.id, frame.trace.traceId, frame.trace.spanId, frame.id, result.data]
      },
    )
    await using test = await testApp({ routes: { inner, outer } })
    app.current = test.app as App
    const response = await test.request('GET', '/outer', { headers: { authorization: 'Bearer ada' } })
    const [user, traceId, spanId, id, data] = (await response.json()) as [
      string,
      string,
      string,
      string,
      string[],
    ]
    expect(user).toBe('ada')
    expect(data.slice(0, 3)).toEqual(['robot', traceId, spanId])
    expect(data[3]).not.toBe(id)
  })

  it('ends with it, and has the nearer of the deadlines', async () => {
    const left: (number | undefined)[] = []
    const routes = {
      inner: route.get('/inner', { ...open, deadlineMs: 500 }, ({ frame }) => {
        left.push(frame.deadline === undefined ? undefined : Math.round(frame.deadline - frame.startedAt))
      }),
      outer: route.get('/outer', { ...open, deadlineMs: 100 }, async () => {
        await app.current.invoke('inner' as string)
      }),
    }
    await using test = await testApp({ routes })
    app.current = test.app as App
    await test.request('GET', '/outer')
    await test.app.invoke('inner')
    await test.app.invoke('inner', {}, { deadlineMs: 50 })
    expect(left[0]).toBeLessThanOrEqual(100)
    expect(left.slice(1)).toEqual([500, 50])
  })
})

describe('the end of a call', () => {
  it('comes with its deadline: 504, and the signal of the handler aborts', async () => {
    const aborted = deferred<unknown>()
    const slow = route.get('/slow', { ...open, deadlineMs: 1_000 }, ({ signal }) => {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason))
      return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    })
    await using test = await testApp({ routes: { slow } })
    const result = await test.app.invoke('slow', {}, { deadlineMs: 20 })
    expect(result).toMatchObject({
      ok: false,
      status: 504,
      error: { serverCode: 'ERR_CORE_GATEWAY_TIMEOUT', message: 'slow: The request took longer than 20 ms.' },
    })
    expect(await aborted.promise).toMatchObject({ code: 'ERR_CORE_GATEWAY_TIMEOUT' })
    test.takeErrors()
  })

  it('comes with the signal of the caller: the call rejects with its reason, and is observed as 499', async () => {
    const ends: RequestSummary[] = []
    const observed = middleware({
      name: 'ends',
      stage: 'record',
      observe: (_, summary) => void ends.push(summary),
    })
    const begun = deferred()
    const stopped = deferred()
    const slow = route.get('/slow', { ...open, use: [observed] }, ({ signal }) => {
      begun.resolve()
      return new Promise<string>((resolve) => {
        signal.addEventListener('abort', () => {
          stopped.resolve()
          resolve('late')
        })
      })
    })
    await using test = await testApp({ routes: { slow } })
    const controller = new AbortController()
    const call = failureOf(test.app.invoke('slow', {}, { signal: controller.signal }))
    await begun.promise
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await call).toBe(reason)
    await stopped.promise
    expect(ends).toMatchObject([{ status: 499, aborted: true }])
    expect(await failureOf(test.app.invoke('slow', {}, { signal: controller.signal }))).toBe(reason)
    expect(ends).toHaveLength(1)
  })

  it('comes with that of the request around it', async () => {
    const inner = deferred<unknown>()
    const begun = deferred()
    const never = new Promise<never>(() => undefined)
    const routes = {
      inner: route.get('/inner', open, ({ signal }) => {
        signal.addEventListener('abort', () => inner.resolve('inner aborted'))
        begun.resolve()
        return Promise.race([never, inner.promise])
      }),
      outer: route.get('/outer', open, () => app.current.invoke('inner' as string).catch(() => 'gone')),
    }
    await using test = await testApp({ routes })
    app.current = test.app as App
    const controller = new AbortController()
    const request = failureOf(test.request('GET', '/outer', { signal: controller.signal }))
    await begun.promise
    controller.abort()
    await request
    expect(await inner.promise).toBe('inner aborted')
  })

  it('begins nothing for a request that is over', async () => {
    let runs = 0
    const refused = deferred<unknown>()
    const routes = {
      inner: route.get('/inner', open, () => ++runs),
      outer: route.get('/outer', { ...open, deadlineMs: 20 }, async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        refused.resolve(await failureOf(app.current.invoke('inner' as string)))
      }),
    }
    await using test = await testApp({ routes })
    app.current = test.app as App
    expect((await test.request('GET', '/outer')).status).toBe(504)
    expect(await refused.promise).toMatchObject({ status: 504 })
    expect(runs).toBe(0)
    test.takeErrors()
  })

  it('leaves no listener on a signal behind', async () => {
    const routes = {
      atOnce: route.get('/at-once', open, () => 'a'),
      later: route.get('/later', open, async () => 'a'),
    }
    await using test = await testApp({ routes })
    const { signal } = new AbortController()
    for (const name of ['atOnce', 'later'] as const) {
      await test.app.invoke(name, {}, { signal })
      expect(getEventListeners(signal, 'abort')).toEqual([])
    }
  })
})
