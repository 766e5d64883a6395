// What was written by a route that nobody waits for any more is invalidated as well.
import { cached, invalidates } from '@keelson/cache'
import { ConflictError, defineError, middleware, reply, route, type AnyMiddleware } from '@keelson/core'
import { createTransactionScope, runInTransaction } from '@keelson/core/frames'
import { createFakeClock } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { cachedApp, gate, open, transports, type Gate } from './http-support.ts'

/** A transaction of some database, which commits below 400, and is rolled back for a request that is over. */
const transaction = middleware({
  name: 'transaction',
  stage: 'handle',
  wrap: async (_ctx, next) => {
    const scope = createTransactionScope({ name: 'db', owner: {}, onError: () => {} })
    try {
      const outcome = await runInTransaction(scope, next)
      await scope.committed()
      return outcome
    } catch (error) {
      await scope.rolledBack()
      throw error
    }
  },
})

/** Tells when its route is over, whoever waits for it. */
const telling = (over: Gate): AnyMiddleware =>
  middleware({
    name: 'telling',
    stage: 'handle',
    wrap: (_ctx, next) => next().finally(over.open),
  })

const own = invalidates('orders')
const byRequest = invalidates(({ method }, outcome) => (outcome === undefined ? `orders` : method))

describe.each(transports)('invalidates, where nobody waits, %s', (transport) => {
  /** A list, and a route that writes, which says when it has begun and goes on when it may. */
  async function start(
    use: readonly AnyMiddleware[],
    deadlineMs?: number,
    end: () => unknown = () => 'done',
  ) {
    const [begun, go, over, left] = [gate(), gate(), gate(), gate()]
    const rows = { written: 0 }
    const routes = {
      list: route.get(
        '/orders',
        { ...open, use: [cached({ ttlMs: 60_000, tags: ['orders'] })] },
        () => rows.written,
      ),
      add: route.post('/orders', { ...open, use: [telling(over), ...use], deadlineMs }, async ({ frame }) => {
        frame.addAbortListener(left.open)
        rows.written++
        begun.open()
        await go.promise
        return end()
      }),
    }
    const app = await cachedApp(routes, { transport })
    const list = async (): Promise<string> => (await app.request('GET', '/orders')).text()
    expect(await list()).toBe('0')
    return { app, list, begun, go, over, left }
  }

  const uses: [string, AnyMiddleware[]][] = [
    ['alone', [own]],
    ['with tags by the request', [byRequest]],
    ['around a transaction', [own, transaction]],
  ]

  it.each(uses)('is done for a client that has left, %s', async (_name, use) => {
    const { app, list, begun, go, over, left } = await start(use)
    await using _ = app
    const leaving = new AbortController()
    const answer = app.request('POST', '/orders', { signal: leaving.signal }).catch(() => 'left')
    await begun.promise
    leaving.abort()
    expect(await answer).toBe('left')
    await left.promise
    go.open()
    await over.promise
    expect(await list()).toBe('1')
    // The wait for it is not that of the client.
    expect(app.log.lines.filter(({ level }) => level >= 40)).toEqual([])
  })

  it.each(uses)('is done after the deadline, %s', async (_name, use) => {
    const { app, list, begun, go, over } = await start(use, 50)
    await using _ = app
    const answer = app.request('POST', '/orders')
    await begun.promise
    expect((await answer).status).toBe(504)
    go.open()
    await over.promise
    expect(await list()).toBe('1')
    app.takeErrors()
  })

  it('is done after the deadline for what has ended as a refusal, which nobody has seen', async () => {
    const { app, list, go, over } = await start([own], 50, () => reply(409, 'no'))
    await using _ = app
    expect((await app.request('POST', '/orders')).status).toBe(504)
    go.open()
    await over.promise
    expect(await list()).toBe('1')
    app.takeErrors()
  })

  it('is done within a transaction of which nobody knows whether it has committed', async () => {
    const lost = middleware({
      name: 'transaction',
      stage: 'handle',
      wrap: async (_ctx, next) => {
        const scope = createTransactionScope({ name: 'db', owner: {}, onError: () => {} })
        await runInTransaction(scope, next)
        await scope.unknown()
        throw new Error('the connection was lost')
      },
    })
    for (const use of [
      [lost, own],
      [own, lost],
    ]) {
      const { app, list, go } = await start(use)
      go.open()
      expect((await app.request('POST', '/orders')).status).toBe(500)
      expect(await list()).toBe('1')
      app.takeErrors()
      await app.close()
    }
  })

  const lost = defineError('ERR_DB_OUTCOME_UNKNOWN', { status: 503, title: 'Nobody knows' })
  it.each([
    { status: 503, error: () => new lost() },
    { status: 409, error: () => new ConflictError('Try again.', { cause: new lost() }) },
  ])('is done once more for a transaction of the handler that may commit later, $status', async (failure) => {
    const clock = createFakeClock()
    let committed = 0
    const routes = {
      list: route.get(
        '/orders',
        { ...open, use: [cached({ ttlMs: 60_000, tags: ['orders'] })] },
        () => committed,
      ),
      add: route.post('/orders', { ...open, use: [own] }, () => {
        throw failure.error()
      }),
    }
    await using app = await cachedApp(routes, { transport, ports: { clock } } as never)
    const list = async (): Promise<string> => (await app.request('GET', '/orders')).text()
    expect((await app.request('POST', '/orders')).status).toBe(failure.status)
    expect(await list()).toBe('0')
    committed = 1
    expect(await list()).toBe('0')
    await clock.advance(1_000)
    expect(await list()).toBe('1')
    await clock.advance(15_000)
    app.takeErrors()
  })

  it('does nothing within a transaction that is rolled back for it', async () => {
    const { app, list, go, over } = await start([transaction, own], 50)
    await using _ = app
    expect((await app.request('POST', '/orders')).status).toBe(504)
    go.open()
    await over.promise
    expect(await list()).toBe('0')
    app.takeErrors()
  })
})
