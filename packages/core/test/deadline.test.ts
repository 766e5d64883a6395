import { currentFrame, middleware, reply, route, type RouteTree } from '@keelson/core'
import { testApp, type FakeClock, type TestApp, type TestAppOptions } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open, requestLines, transports, type Deferred } from './support.ts'

const NOW = Date.UTC(2030, 0, 1)

/** A handler that waits for the test, and says when it is called. */
function waiting(result: () => unknown = () => 'late') {
  const called = deferred<{ signal: AbortSignal }>()
  const go = deferred()
  const handler = async (ctx: { signal: AbortSignal }): Promise<unknown> => {
    called.resolve(ctx)
    await go.promise
    return result()
  }
  return { handler, called, go }
}

describe.each(transports)('the deadline, %s', (transport) => {
  const start = (routes: RouteTree, options: Partial<TestAppOptions<RouteTree>> = {}) =>
    testApp({ routes, now: NOW, transport, ...options }) as Promise<TestApp<RouteTree> & { clock: FakeClock }>

  it('is answered with 504 before the first byte, and not earlier', async () => {
    const { handler, called, go } = waiting()
    const app = await start({ a: route.get('/', { ...open, deadlineMs: 1000 }, handler) })
    let isAnswered = false
    const answer = app.request('GET', '/').finally(() => (isAnswered = true))
    const { signal } = await called.promise
    await app.clock.advance(999)
    expect([isAnswered, signal.aborted]).toEqual([false, false])
    await app.clock.advance(1)
    const response = await answer
    expect([response.status, await response.json()]).toEqual([
      504,
      expect.objectContaining({
        code: 'ERR_CORE_GATEWAY_TIMEOUT',
        detail: 'The request took longer than 1000 ms.',
      }),
    ])
    expect(signal.reason).toMatchObject({ code: 'ERR_CORE_GATEWAY_TIMEOUT' })
    go.resolve()
    await app.app.stop()
    expect(app.takeErrors()).toMatchObject([
      {
        code: 'ERR_CORE_GATEWAY_TIMEOUT',
        requestId: response.headers.get('x-request-id'),
        err: { cause: expect.stringContaining('Raise deadlineMs of the route') },
      },
    ])
    expect(requestLines(app)).toMatchObject([
      { status: 504, durationMs: 1000, errorCode: 'ERR_CORE_GATEWAY_TIMEOUT' },
    ])
    expect(app.log.lines.filter((line) => line['event'] === 'late-result')).toMatchObject([
      { level: 40, status: 200, requestId: response.headers.get('x-request-id') },
    ])
  })

  it.each<[string, Partial<TestAppOptions<RouteTree>>, object, number]>([
    ['30 seconds by default', {}, {}, 30_000],
    ["the app's", { deadlineMs: 50 }, {}, 50],
    ["the route's before the app's", { deadlineMs: 50 }, { deadlineMs: 5000 }, 5000],
  ])('is %s', async (_, options, own, ms) => {
    const { handler, called, go } = waiting()
    const app = await start({ a: route.get('/', { ...open, ...own }, handler) }, options)
    const answer = app.request('GET', '/')
    const { signal } = await called.promise
    await app.clock.advance(ms - 1)
    expect(signal.aborted).toBe(false)
    await app.clock.advance(1)
    expect((await answer).status).toBe(504)
    go.resolve()
    app.takeErrors()
    await app.close()
  })

  it.each<[string, Partial<TestAppOptions<RouteTree>>, object]>([
    ['the route', {}, { deadlineMs: 0 }],
    ['the app', { deadlineMs: 0 }, {}],
  ])('does not exist where %s says 0', async (_, options, own) => {
    const { handler, called, go } = waiting()
    await using app = await start({ a: route.get('/', { ...open, ...own }, handler) }, options)
    const answer = app.request('GET', '/')
    await called.promise
    await app.clock.advance(1e9)
    go.resolve()
    expect((await answer).status).toBe(200)
  })

  it('breaks the connection after the first byte', async () => {
    const seen = deferred()
    const closed = deferred()
    const handler = async function* ({ signal }: { signal: AbortSignal }) {
      try {
        yield 'first'
        seen.resolve()
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        yield 'never'
      } finally {
        closed.resolve()
      }
    }
    const app = await start({ a: route.get('/', { ...open, deadlineMs: 1000 }, handler) })
    const response = await app.request('GET', '/')
    expect(response.status).toBe(200)
    const text = failureOf(response.text())
    await seen.promise
    await app.clock.advance(1000)
    expect(await text).toBeInstanceOf(Error)
    await closed.promise
    await app.app.stop()
    expect(app.takeErrors()).toMatchObject([{ code: 'ERR_CORE_GATEWAY_TIMEOUT' }])
    expect(requestLines(app)).toMatchObject([{ status: 200, errorCode: 'ERR_CORE_GATEWAY_TIMEOUT' }])
  })

  it('is answered with 504 in the respond stage, too, whose middleware is not waited for any longer', async () => {
    const reached = deferred()
    const stuck = middleware({
      name: 'stuck',
      stage: 'respond',
      transform: async (_, outcome) => (
        outcome.status === 504 || reached.resolve(),
        new Promise(() => outcome)
      ),
    })
    const stamp = middleware({
      name: 'stamp',
      stage: 'respond',
      transform: (_, outcome) => (outcome.headers.set('x-stamp', 1), outcome),
    })
    const app = await start({
      a: route.get('/', { ...open, deadlineMs: 1000, use: [stuck, stamp] }, () => 'x'),
    })
    const answer = app.request('GET', '/')
    await reached.promise
    await app.clock.advance(1000)
    const response = await answer
    expect([response.status, response.headers.get('x-stamp')]).toEqual([504, '1'])
    app.takeErrors()
    await app.close()
  })

  it('passes within the frame of its request', async () => {
    const seen: unknown[] = []
    const look = middleware({
      name: 'look',
      stage: 'respond',
      transform: (_, outcome) => (seen.push(currentFrame()?.id), outcome),
    })
    const { handler, called, go } = waiting()
    const app = await start({
      a: route.get('/', { ...open, deadlineMs: 1000, use: [look] }, (ctx) => {
        ctx.signal.addEventListener('abort', () => seen.push(currentFrame()?.id))
        return handler(ctx)
      }),
    })
    const answer = app.request('GET', '/')
    await called.promise
    await app.clock.advance(1000)
    const id = (await answer).headers.get('x-request-id')
    expect(seen).toEqual([id, id])
    go.resolve()
    app.takeErrors()
    await app.close()
  })

  it('discards a late result: a stream is let go of, a failure is logged', async () => {
    let isCancelled = false
    const streaming = waiting(() =>
      reply(200, new ReadableStream({ cancel: () => void (isCancelled = true) })),
    )
    const failing = waiting(() => {
      throw new TypeError('late failure')
    })
    const obeying = {
      called: deferred(),
      handler: ({ signal }: { signal: AbortSignal }) =>
        new Promise((_, reject) => {
          obeying.called.resolve()
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    }
    const options = { ...open, deadlineMs: 1000 }
    const app = await start({
      a: route.get('/a', options, streaming.handler),
      b: route.get('/b', options, failing.handler),
      c: route.get('/c', options, obeying.handler),
    })
    const answers = Promise.all(['/a', '/b', '/c'].map((path) => app.request('GET', path)))
    await Promise.all(
      [streaming, failing, obeying].map(({ called }) => (called as Deferred<unknown>).promise),
    )
    await app.clock.advance(1000)
    expect((await answers).map(({ status }) => status)).toEqual([504, 504, 504])
    streaming.go.resolve()
    failing.go.resolve()
    await app.app.stop()
    expect(isCancelled).toBe(true)
    const late = app.takeErrors().filter((line) => line['event'] === 'late-result')
    expect(late).toMatchObject([{ err: { message: 'late failure' } }])
  })

  it('leaves a handler in flight that goes on: the report of the stop names it', async () => {
    const { handler, called } = waiting()
    const app = await start(
      { slow: { handler: route.get('/', { ...open, deadlineMs: 1000 }, handler) } },
      { phases: { stopMs: 100 } },
    )
    const answer = app.request('GET', '/')
    await called.promise
    await app.clock.advance(1000)
    expect((await answer).status).toBe(504)
    const report = await app.app.stop()
    expect(report).toMatchObject({ isClean: false, heldUp: [{ what: 'slow.handler' }] })
    app.takeErrors()
  })

  it('leaves no timer behind when a request ends in time', async () => {
    await using app = await start({ a: route.get('/', { ...open, deadlineMs: 1000 }, async () => 'x') })
    expect((await app.request('GET', '/')).status).toBe(200)
    await app.clock.advance(10_000)
    expect(app.log.lines.filter((line) => line.level >= 40)).toEqual([])
  })
})
