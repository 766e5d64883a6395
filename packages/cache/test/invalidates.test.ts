import { CACHE, cached, invalidates, type Cache } from '@keelson/cache'
import { middleware, NotFoundError, reply, route, t, type AnyMiddleware } from '@keelson/core'
import {
  createTransactionScope,
  currentTransaction,
  runInTransaction,
  type OwnedTransactionScope,
} from '@keelson/core/frames'
import { describe, expect, it } from 'vitest'
import { cachedApp, Counter, gate, open, seen, transports } from './http-support.ts'

const list = (made: Counter) =>
  route.get('/orders', { ...open, use: [cached({ ttlMs: 60_000, tags: ['orders'] })] }, () => made.next())

/** A transaction of some database around a route: it commits below 400. */
const transaction = (note: (scope: OwnedTransactionScope) => void = () => {}): AnyMiddleware =>
  middleware({
    name: 'transaction',
    stage: 'handle',
    wrap: async (_ctx, next) => {
      const scope = createTransactionScope({ name: 'db', owner: {}, onError: () => {} })
      note(scope)
      const outcome = await runInTransaction(scope, next)
      if (outcome.status < 400) await scope.committed()
      else await scope.rolledBack()
      return outcome
    },
  })

/** A savepoint of the transaction around. */
const savepoint: AnyMiddleware = middleware({
  name: 'savepoint',
  stage: 'handle',
  wrap: async (_ctx, next) => {
    const scope = (currentTransaction() as OwnedTransactionScope).savepoint()
    const outcome = await runInTransaction(scope, next)
    await scope.committed()
    return outcome
  },
})

/** The outermost transaction holds its commit back. */
function heldBack(list: readonly AnyMiddleware[], holding: AnyMiddleware): AnyMiddleware[] {
  const at = list.findIndex(({ name }) => name === 'transaction')
  return [...list.slice(0, at + 1), holding, ...list.slice(at + 1)]
}

describe.each(transports)('invalidates, %s', (transport) => {
  it('lets the caller read its own write', async () => {
    const made = new Counter()
    const routes = {
      list: list(made),
      other: route.get('/other', { ...open, use: [cached({ ttlMs: 60_000, tags: ['other'] })] }, () =>
        made.next(),
      ),
      add: route.post('/orders', { ...open, use: [invalidates('orders')] }, () => reply(201, 'added')),
    }
    await using app = await cachedApp(routes, { transport })
    const ask = async (path: string) => (await seen(app.request('GET', path)))[1]
    for (let at = 0; at < 3; at++) {
      const first = await ask('/orders')
      expect(await ask('/orders')).toBe(first)
      expect(await ask('/other')).toBe('2')
      expect(await seen(app.request('POST', '/orders'))).toEqual([201, 'added'])
      expect(await ask('/orders')).not.toBe(first)
    }
  })

  it('does so for tags that the request or the outcome tells', async () => {
    const made = new Counter()
    const routes = {
      show: route.get(
        '/orders/:id',
        {
          ...open,
          use: [cached({ ttlMs: 60_000, tags: ({ params }) => [`order:${String(params['id'])}`] })],
        },
        () => made.next(),
      ),
      close: route.post(
        '/orders/:id',
        {
          ...open,
          use: [
            invalidates((_ctx, outcome) =>
              ((outcome?.value as { closed: string[] } | undefined)?.closed ?? []).map((id) => `order:${id}`),
            ),
          ],
        },
        ({ params }) => ({ closed: [params.id] }),
      ),
    }
    await using app = await cachedApp(routes, { transport })
    const ask = async (id: string) => (await seen(app.request('GET', `/orders/${id}`)))[1]
    expect([await ask('1'), await ask('2')]).toEqual(['1', '2'])
    expect(await seen(app.request('POST', '/orders/1'))).toEqual([200, '{"closed":["1"]}'])
    expect([await ask('1'), await ask('2')]).toEqual(['3', '2'])
  })

  it('invalidates nothing where the route refuses', async () => {
    const made = new Counter()
    const use = [invalidates('orders')]
    const routes = {
      list: list(made),
      refused: route.post('/refused', { ...open, use }, () => reply(409, 'no')),
      missing: route.post('/missing', { ...open, use }, () => {
        throw new NotFoundError()
      }),
    }
    await using app = await cachedApp(routes, { transport })
    const ask = async () => (await seen(app.request('GET', '/orders')))[1]
    await ask()
    expect((await app.request('POST', '/refused')).status).toBe(409)
    expect((await app.request('POST', '/missing')).status).toBe(404)
    expect(await ask()).toBe('1')
  })

  it('does it where the route fails, since nobody knows what it has written', async () => {
    const made = new Counter()
    const use = [invalidates('orders')]
    const routes = {
      list: list(made),
      thrown: route.post('/thrown', { ...open, use }, () => {
        throw new Error('broken')
      }),
      answered: route.post('/answered', { ...open, use }, () => reply(503, 'later')),
      unfit: route.post('/unfit', { ...open, use, response: t.Integer() }, () => 'x' as never),
      byOutcome: route.post(
        '/by-outcome',
        { ...open, use: [invalidates((_ctx, outcome) => (outcome === undefined ? 'orders' : []))] },
        () => {
          throw new Error('broken')
        },
      ),
    }
    await using app = await cachedApp(routes, { transport })
    const ask = async () => (await seen(app.request('GET', '/orders')))[1]
    for (const [at, path] of ['/thrown', '/answered', '/unfit', '/by-outcome'].entries()) {
      expect(await ask()).toBe(String(at + 1))
      expect((await app.request('POST', path)).status).toBeGreaterThanOrEqual(500)
      expect(await ask()).toBe(String(at + 2))
    }
    app.takeErrors()
  })

  it('says so where the function fails for a route that has failed, whose error goes on', async () => {
    const use = [
      invalidates((_ctx, outcome) => {
        if (outcome === undefined) throw new Error('no tags')
        return []
      }),
    ]
    const broken = route.post('/', { ...open, use }, () => {
      throw new NotFoundError('gone', { cause: new Error('at first') })
    })
    const failed = route.post('/failed', { ...open, use }, () => {
      throw new Error('at first')
    })
    await using app = await cachedApp({ broken, failed }, { transport })
    expect((await app.request('POST', '/')).status).toBe(404)
    expect((await app.request('POST', '/failed')).status).toBe(500)
    const errors = JSON.stringify(app.takeErrors())
    expect(errors).toContain('at first')
    expect(errors).toContain('The tags of a route that has failed are not known.')
  })

  it('is an error, and invalidates nothing, where the function gives what is not a tag', async () => {
    const made = new Counter()
    const rolledBack = gate()
    const routes = {
      list: list(made),
      wrong: route.post(
        '/wrong',
        {
          ...open,
          use: [
            transaction((scope) => scope.afterRollback(rolledBack.open)),
            invalidates(() => ['orders', '']),
          ],
        },
        () => 'x',
      ),
    }
    await using app = await cachedApp(routes, { transport })
    await seen(app.request('GET', '/orders'))
    expect((await app.request('POST', '/wrong')).status).toBe(500)
    expect(JSON.stringify(app.takeErrors())).toContain('A tag is a text that is not empty')
    expect((await seen(app.request('GET', '/orders')))[1]).toBe('1')
  })

  it.each([
    ['inside of a transaction', (tx: AnyMiddleware, own: AnyMiddleware) => [tx, own]],
    ['around a transaction', (tx: AnyMiddleware, own: AnyMiddleware) => [own, tx]],
    ['inside of a savepoint', (tx: AnyMiddleware, own: AnyMiddleware) => [tx, savepoint, own]],
  ])('waits for the commit, %s', async (_where, order) => {
    const made = new Counter()
    const [handled, commit] = [gate(), gate()]
    let kept: Cache | undefined
    const holding = middleware({
      name: 'holding',
      stage: 'handle',
      wrap: async (_ctx, next) => {
        const outcome = await next()
        handled.open()
        await commit.promise
        return outcome
      },
    })
    const routes = {
      list: list(made),
      add: route
        .inject({ kept: CACHE })
        .post(
          '/orders',
          { ...open, use: heldBack(order(transaction(), invalidates('orders')), holding) as never },
          ({ kept: cache }) => {
            kept = cache
            return 'added'
          },
        ),
    }
    await using app = await cachedApp(routes, { transport })
    const ask = async () => (await seen(app.request('GET', '/orders')))[1]
    expect(await ask()).toBe('1')
    const added = seen(app.request('POST', '/orders'))
    await handled.promise
    // Others still get what was committed.
    expect(await ask()).toBe('1')
    commit.open()
    expect(await added).toEqual([200, 'added'])
    expect(await ask()).toBe('2')
    expect(kept?.state().keptInvalidations).toBe(0)
  })

  it('is said again after the commit of each database around, since nobody knows whose data it was', async () => {
    const made = new Counter()
    const [handled, commit] = [gate(), gate()]
    const holding = middleware({
      name: 'holding',
      stage: 'handle',
      wrap: async (_ctx, next) => {
        const outcome = await next()
        handled.open()
        await commit.promise
        return outcome
      },
    })
    const use = [transaction(), holding, transaction(), invalidates('orders')]
    const routes = { list: list(made), add: route.post('/orders', { ...open, use }, () => 'added') }
    await using app = await cachedApp(routes, { transport })
    const ask = async () => (await seen(app.request('GET', '/orders')))[1]
    expect(await ask()).toBe('1')
    const added = seen(app.request('POST', '/orders'))
    await handled.promise
    expect(await ask()).toBe('2')
    commit.open()
    await added
    expect(await ask()).toBe('3')
  })

  it('does nothing where the transaction is rolled back', async () => {
    const made = new Counter()
    const undo = middleware({
      name: 'undo',
      stage: 'handle',
      wrap: async (_ctx, next) => {
        await next()
        return reply(409, 'undone')
      },
    })
    const routes = {
      list: list(made),
      add: route.post(
        '/orders',
        { ...open, use: [transaction(), undo, invalidates('orders')] },
        () => 'added',
      ),
    }
    await using app = await cachedApp(routes, { transport })
    await seen(app.request('GET', '/orders'))
    expect(await seen(app.request('POST', '/orders'))).toEqual([409, 'undone'])
    expect((await seen(app.request('GET', '/orders')))[1]).toBe('1')
  })

  it('is not given what was made before the write to whom asks after it', async () => {
    const made = new Counter()
    const [begun, go] = [gate(), gate()]
    const routes = {
      list: route.get(
        '/orders',
        { ...open, use: [cached({ ttlMs: 60_000, tags: ['orders'] })] },
        async () => {
          const n = made.next()
          if (n === 1) {
            begun.open()
            await go.promise
          }
          return n
        },
      ),
      add: route.post('/orders', { ...open, use: [invalidates('orders')] }, () => 'added'),
    }
    await using app = await cachedApp(routes, { transport })
    const early = seen(app.request('GET', '/orders'))
    await begun.promise
    await seen(app.request('POST', '/orders'))
    expect((await seen(app.request('GET', '/orders')))[1]).toBe('2')
    go.open()
    expect((await early)[1]).toBe('1')
    expect((await seen(app.request('GET', '/orders')))[1]).toBe('2')
  })
})
