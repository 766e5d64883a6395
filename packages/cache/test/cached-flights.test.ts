import { CACHE, cached } from '@keelson/cache'
import {
  currentFrame,
  FrameworkError,
  middleware,
  NotFoundError,
  PRINCIPAL,
  reply,
  route,
} from '@keelson/core'
import { createTransactionScope, currentTransaction, runInTransaction } from '@keelson/core/frames'
import { createFakeClock } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { account, Arrivals, cachedApp, Counter, gate, open, seen, transports } from './http-support.ts'

const keep = { ttlMs: 60_000 }

describe.each(transports)('a flight of cached, %s', (transport) => {
  it('runs the handler once for a hundred requests at once, cold', async () => {
    const made = new Counter()
    const go = gate()
    const show = route.get('/', { ...open, use: [cached(keep)] }, async () => {
      await go.promise
      return { n: made.next() }
    })
    const arrivals = new Arrivals()
    await using app = await cachedApp({ show }, { transport, use: [arrivals.middleware] })
    const answers = Array.from({ length: 100 }, () => seen(app.request('GET', '/')))
    await arrivals.until(100)
    go.open()
    expect(new Set((await Promise.all(answers)).map(String))).toEqual(new Set(['200,{"n":1}']))
    expect(made.count).toBe(1)
  })

  it('belongs to no request: the first one leaves, and the others get the answer', async () => {
    const made = new Counter()
    const [go, begun] = [gate(), gate()]
    const left = gate()
    const aborted: unknown[] = []
    const watching = middleware({
      name: 'watching',
      stage: 'receive',
      run: ({ frame }) => frame.addAbortListener(left.open),
    })
    const show = route.get('/', { ...open, use: [watching, cached(keep)] }, async ({ signal }) => {
      signal.addEventListener('abort', () => aborted.push(signal.reason))
      begun.open()
      await go.promise
      return made.next()
    })
    const arrivals = new Arrivals()
    await using app = await cachedApp({ show }, { transport, use: [arrivals.middleware] })
    const leaving = new AbortController()
    const first = app.request('GET', '/', { signal: leaving.signal }).catch(() => 'left')
    await begun.promise
    const second = seen(app.request('GET', '/'))
    const third = seen(app.request('GET', '/'))
    await arrivals.until(3)
    leaving.abort()
    expect(await first).toBe('left')
    await left.promise
    go.open()
    expect([await second, await third]).toEqual([
      [200, '1'],
      [200, '1'],
    ])
    expect([made.count, aborted]).toEqual([1, []])
  })

  it('is cancelled when all who wait have left', async () => {
    const [begun, ended] = [gate(), gate()]
    const show = route.get('/', { ...open, use: [cached(keep)] }, async ({ signal }) => {
      signal.addEventListener('abort', () => ended.open())
      begun.open()
      await ended.promise
      return 'late'
    })
    await using app = await cachedApp({ show }, { transport })
    const leaving = new AbortController()
    const first = app.request('GET', '/', { signal: leaving.signal }).catch(() => 'left')
    await begun.promise
    leaving.abort()
    expect(await first).toBe('left')
    await ended.promise
  })

  it('whose answer is not kept gives it to who began it, and those who wait run their own', async () => {
    const made = new Counter()
    const [begun, go] = [gate(), gate()]
    const show = route.get('/', { ...open, use: [cached(keep)] }, async () => {
      const n = made.next()
      begun.open()
      await go.promise
      return reply(200, { n }, { 'cache-control': 'no-store', 'set-cookie': `n=${n}` })
    })
    const arrivals = new Arrivals()
    await using app = await cachedApp({ show }, { transport, use: [arrivals.middleware] })
    const ask = async (): Promise<unknown> => {
      const answer = await app.request('GET', '/')
      return [await answer.json(), answer.headers.get('set-cookie')]
    }
    const first = ask()
    await begun.promise
    const others = [ask(), ask()]
    await arrivals.until(3)
    go.open()
    expect(await first).toEqual([{ n: 1 }, 'n=1'])
    expect(new Set((await Promise.all(others)).map((one) => JSON.stringify(one)))).toEqual(
      new Set(['[{"n":2},"n=2"]', '[{"n":3},"n=3"]']),
    )
    expect(made.count).toBe(3)
  })

  it.each([404, 503])('that throws %i with a cookie gives it to who began it alone', async (status) => {
    const made = new Counter()
    const [begun, go] = [gate(), gate()]
    const show = route.get('/', { ...open, use: [cached(keep)] }, async () => {
      const headers = { 'Set-Cookie': `n=${made.next()}` }
      begun.open()
      await go.promise
      throw new FrameworkError({ code: 'ERR_TEST', status, title: 'No', message: 'No.', headers })
    })
    const arrivals = new Arrivals()
    await using app = await cachedApp({ show }, { transport, use: [arrivals.middleware] })
    const ask = async (): Promise<unknown> => {
      const answer = await app.request('GET', '/')
      return [answer.status, answer.headers.get('set-cookie')]
    }
    const first = ask()
    await begun.promise
    const other = ask()
    await arrivals.until(2)
    go.open()
    expect([await first, await other]).toEqual([
      [status, 'n=1'],
      [status, 'n=2'],
    ])
    app.takeErrors()
  })

  it('is joined while something else is invalidated, and not by who asks after its own tags are', async () => {
    const made = new Counter()
    const [begun, go] = [gate(), gate()]
    const routes = {
      show: route.get(
        '/:id',
        { ...open, use: [cached({ ...keep, tags: ({ params }) => [`row:${String(params.id)}`] })] },
        async () => {
          const n = made.next()
          begun.open()
          await go.promise
          return n
        },
      ),
    }
    const arrivals = new Arrivals()
    await using app = await cachedApp(routes, { transport, use: [arrivals.middleware] })
    const kept = app.resolve(CACHE)
    const ask = (): Promise<unknown> => seen(app.request('GET', '/1'))
    const first = ask()
    await begun.promise
    await kept.invalidate('row:2')
    const joined = ask()
    await arrivals.until(2)
    await kept.invalidate('row:1')
    const after = [ask(), ask()]
    await arrivals.until(4)
    go.open()
    expect(await Promise.all([first, joined, ...after])).toEqual([
      [200, '1'],
      [200, '1'],
      [200, '2'],
      [200, '2'],
    ])
    expect(made.count).toBe(2)
  })

  it('gives its error to all who wait, and is run anew by the next', async () => {
    const made = new Counter()
    const go = gate()
    const show = route.get('/', { ...open, use: [cached(keep)] }, async () => {
      await go.promise
      if (made.next() === 1) throw new Error('broken')
      return 'x'
    })
    const arrivals = new Arrivals()
    await using app = await cachedApp({ show }, { transport, use: [arrivals.middleware] })
    const answers = Array.from({ length: 5 }, () => app.request('GET', '/'))
    await arrivals.until(5)
    go.open()
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([500, 500, 500, 500, 500])
    expect(await seen(app.request('GET', '/'))).toEqual([200, 'x'])
    expect(made.count).toBe(2)
    app.takeErrors()
  })

  it('runs as its caller, and outside of the transaction around', async () => {
    const show = route
      .use(account)
      .get('/', { ...open, use: [cached({ ...keep, by: 'user' })] }, () => [
        currentFrame()?.get(PRINCIPAL)?.id,
        currentTransaction()?.name ?? null,
      ])
    await using app = await cachedApp({ show }, { transport })
    expect(await seen(app.request('GET', '/', { headers: { 'x-user': 'a' } }))).toEqual([200, '["a",null]'])
  })
})

describe('an answer that is not fresh any more', () => {
  it('is given within its grace while a new one is made, and where that fails', async () => {
    const made = new Counter()
    let status = 200
    const ended: (() => void)[] = []
    const show = route.get('/', { ...open, use: [cached({ ttlMs: 1000, graceMs: 60_000 })] }, () => {
      const n = made.next()
      setImmediate(() => ended.shift()?.())
      if (status === 500) throw new Error('broken')
      return n
    })
    const clock = createFakeClock()
    await using app = await cachedApp({ show }, { ports: { clock } })
    const next = (): Promise<void> => new Promise((resolve) => ended.push(resolve))
    const ask = async () => (await seen(app.request('GET', '/')))[1]
    expect(await ask()).toBe('1')
    await clock.advance(1000)
    const second = next()
    expect(await ask()).toBe('1')
    await second
    await new Promise(setImmediate)
    expect(await ask()).toBe('2')
    status = 500
    await clock.advance(1000)
    const third = next()
    expect(await ask()).toBe('2')
    await third
    await new Promise(setImmediate)
    // It is not asked for each request while it fails.
    expect(await ask()).toBe('2')
    expect(made.count).toBe(3)
    await clock.advance(61_000)
    expect((await app.request('GET', '/')).status).toBe(500)
    app.takeErrors()
  })

  it('is not given any more once its record is gone', async () => {
    let isThere = true
    const made: (() => void)[] = []
    const show = route.get('/', { ...open, use: [cached({ ttlMs: 1000, graceMs: 60_000 })] }, () => {
      setImmediate(() => made.shift()?.())
      if (!isThere) throw new NotFoundError()
      return 'there'
    })
    const clock = createFakeClock()
    await using app = await cachedApp({ show }, { ports: { clock } })
    expect((await app.request('GET', '/')).status).toBe(200)
    isThere = false
    await clock.advance(1000)
    const ran = new Promise<void>((resolve) => made.push(resolve))
    expect((await app.request('GET', '/')).status).toBe(200)
    await ran
    await new Promise(setImmediate)
    expect((await app.request('GET', '/')).status).toBe(404)
  })
})

describe('cached within a transaction', () => {
  it('keeps nothing of what an open transaction sees', async () => {
    const made = new Counter()
    const names: unknown[] = []
    const transaction = middleware({
      name: 'transaction',
      stage: 'handle',
      wrap: async (_ctx, next) => {
        const scope = createTransactionScope({ name: 'db', onError: () => {} })
        const outcome = await runInTransaction(scope, next)
        await scope.committed()
        return outcome
      },
    })
    const show = route.get('/', { ...open, use: [transaction, cached(keep)] }, () => {
      names.push(currentTransaction()?.name)
      return made.next()
    })
    await using app = await cachedApp({ show })
    expect([await seen(app.request('GET', '/')), await seen(app.request('GET', '/'))]).toEqual([
      [200, '1'],
      [200, '2'],
    ])
    expect(names).toEqual(['db', 'db'])
  })
})
