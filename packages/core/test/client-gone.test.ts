import { connect } from 'node:net'
import { currentFrame, middleware, route, t, type RequestSummary } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open, requestLines, transports } from './support.ts'

describe.each(transports)('a client that goes away, %s', (transport) => {
  it('aborts the signal at once, is logged as 499, and keeps the handler in flight', async () => {
    const called = deferred<AbortSignal>()
    const go = deferred()
    const ended = deferred<RequestSummary>()
    const record = middleware({
      name: 'record',
      stage: 'record',
      observe: (_, summary) => ended.resolve(summary),
    })
    const handler = async ({ signal }: { signal: AbortSignal }) => {
      called.resolve(signal)
      await go.promise
      return 'nobody reads it'
    }
    const app = await testApp({
      routes: { a: route.get('/', { ...open, use: [record] }, handler) },
      transport,
    })
    const leaving = new AbortController()
    const answer = failureOf(app.request('GET', '/', { signal: leaving.signal }))
    const signal = await called.promise
    expect(signal.aborted).toBe(false)
    leaving.abort()
    expect(await answer).toBeInstanceOf(Error)
    expect(await ended.promise).toMatchObject({
      status: 499,
      aborted: true,
      bytes: 0,
      errorCode: 'ERR_CORE_CLIENT_CLOSED',
    })
    expect(signal.reason).toMatchObject({ code: 'ERR_CORE_CLIENT_CLOSED' })
    let isStopped = false
    const stopped = app.app.stop().finally(() => (isStopped = true))
    await new Promise((resolve) => void setImmediate(resolve))
    expect(isStopped).toBe(false)
    go.resolve()
    expect((await stopped).isClean).toBe(true)
    expect(requestLines(app)).toMatchObject([{ level: 30, status: 499 }])
    expect(app.log.lines.filter((line) => line.level >= 40)).toEqual([])
  })

  it('makes no error of what the abort makes the handler throw, but of everything else', async () => {
    const reached = [deferred(), deferred(), deferred()]
    const abort = ({ signal }: { signal: AbortSignal }) =>
      new Promise((resolve) => signal.addEventListener('abort', resolve))
    const routes = {
      reason: route.get('/0', open, async (ctx) => {
        reached[0]?.resolve()
        await abort(ctx)
        ctx.signal.throwIfAborted()
      }),
      named: route.get('/1', open, async (ctx) => {
        reached[1]?.resolve()
        await abort(ctx)
        throw new DOMException('aborted', 'AbortError')
      }),
      other: route.get('/2', open, async (ctx) => {
        reached[2]?.resolve()
        await abort(ctx)
        throw new TypeError('a mistake')
      }),
    }
    const app = await testApp({ routes, transport })
    for (const [index, one] of reached.entries()) {
      const leaving = new AbortController()
      const answer = failureOf(app.request('GET', `/${index}`, { signal: leaving.signal }))
      await one.promise
      leaving.abort()
      await answer
    }
    await app.app.stop()
    expect(app.takeErrors()).toMatchObject([{ err: { message: 'a mistake' }, event: 'late-result' }])
    expect(requestLines(app).map((line) => line['status'])).toEqual([499, 499, 499])
  })

  it('is answered by nobody: a transform does not see what came too late', async () => {
    const called = deferred<AbortSignal>()
    const go = deferred()
    const seen: number[] = []
    const look = middleware({
      name: 'look',
      stage: 'respond',
      transform: (_, outcome) => (seen.push(outcome.status), outcome),
    })
    const handler = async ({ signal }: { signal: AbortSignal }) => (called.resolve(signal), go.promise)
    const app = await testApp({ routes: { a: route.get('/', { ...open, use: [look] }, handler) }, transport })
    const leaving = new AbortController()
    const answer = failureOf(app.request('GET', '/', { signal: leaving.signal }))
    const signal = await called.promise
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
    leaving.abort()
    await Promise.all([answer, aborted])
    go.resolve()
    await app.close()
    expect(requestLines(app)).toMatchObject([{ status: 499 }])
    expect(seen).toEqual([])
  })
})

describe('a slow body', () => {
  it('does not abort the signal of its request', async () => {
    const called = deferred<AbortSignal>()
    const signals: boolean[] = []
    const start = middleware({ name: 'start', stage: 'receive', run: (ctx) => called.resolve(ctx.signal) })
    const options = { ...open, use: [start] as const, body: t.Object({ a: t.Integer() }) }
    await using app = await testApp({
      routes: {
        a: route.post(
          '/',
          options,
          ({ body, signal }) => (signals.push(signal.aborted), currentFrame()?.signal === signal && body),
        ),
      },
      transport: 'socket',
    })
    const { hostname, port } = new URL(app.baseUrl)
    const socket = connect(Number(port), hostname)
    const text = new Promise<string>((resolve) => {
      let all = ''
      socket.on('data', (data) => (all += String(data)))
      socket.on('close', () => resolve(all))
    })
    socket.write(
      `POST / HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 7\r\n\r\n{"a"`,
    )
    const signal = await called.promise
    await new Promise((resolve) => void setImmediate(resolve))
    expect(signal.aborted).toBe(false)
    socket.write(':1}')
    expect(await text).toContain('{"a":1}')
    expect(signals).toEqual([false])
    expect(signal.aborted).toBe(false)
  })
})
