import { Readable } from 'node:stream'
import { bind, middleware, reply, route, token, type RequestSummary } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, open, transports } from './support.ts'

class Session {
  isClosed = false;

  [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true
    return Promise.resolve()
  }
}
const SESSION = token<Session>('session')
const session = bind(SESSION, { make: () => new Session(), scope: 'request' })

/** Answers at once and leaves the rest running. */
const hasty = middleware({
  name: 'hasty',
  stage: 'handle',
  wrap: async (_ctx, next) => {
    void next().catch(() => undefined)
    return reply(202) as never
  },
})

describe.each(transports)('a middleware that leaves next() running, %s', (transport) => {
  it('is an error in the log by its name, and the services stay open until the rest ends', async () => {
    const work = deferred()
    const seen = deferred<boolean>()
    const factory = route.inject({ session: SESSION })
    const ended = deferred<RequestSummary>()
    const end = middleware({
      name: 'end',
      stage: 'record',
      observe: (_ctx, summary) => ended.resolve(summary),
    })
    let held: Session | undefined
    await using app = await testApp({
      routes: {
        a: factory.post('/', { ...open, use: [hasty, end] }, async (ctx) => {
          held = ctx.session
          await work.promise
          seen.resolve(ctx.session.isClosed)
          return { n: 1 }
        }),
      },
      providers: [session],
      transport,
    })
    expect((await app.request('POST', '/')).status).toBe(202)
    expect(await ended.promise).toMatchObject({ status: 202, aborted: false })
    expect(app.takeErrors()).toMatchObject([{ event: 'left-running', middleware: 'hasty' }])
    work.resolve()
    expect(await seen.promise).toBe(false)
    await app.app.stop()
    expect(held?.isClosed).toBe(true)
  })

  it('is waited for by the stop, within its budget, and named when it takes longer', async () => {
    const work = deferred()
    const isOver: boolean[] = []
    const app = await testApp({
      routes: {
        soon: route.post('/soon', { ...open, use: [hasty] }, async () => {
          await work.promise
          isOver.push(true)
        }),
      },
      transport,
    })
    await app.request('POST', '/soon')
    const stopped = app.app.stop()
    work.resolve()
    expect((await stopped).isClean).toBe(true)
    expect(isOver).toEqual([true])
    app.takeErrors()

    const reason = deferred<unknown>()
    const other = await testApp({
      routes: {
        never: route.post('/never', { ...open, use: [hasty], deadlineMs: 0 }, async ({ signal }) => {
          signal.addEventListener('abort', () => reason.resolve(signal.reason))
          await new Promise(() => undefined)
        }),
      },
      phases: { stopMs: 50 },
      transport,
    })
    await other.request('POST', '/never')
    expect(await other.app.stop()).toMatchObject({ isClean: false, heldUp: [{ what: 'never' }] })
    expect(await reason.promise).toMatchObject({ code: 'ERR_CORE_UNAVAILABLE' })
    other.takeErrors()
  })

  it('keeps its deadline', async () => {
    const reason = deferred<unknown>()
    await using app = await testApp({
      routes: {
        a: route.post('/', { ...open, use: [hasty], deadlineMs: 30 }, async ({ signal }) => {
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
          reason.resolve(signal.reason)
        }),
      },
      transport,
    })
    expect((await app.request('POST', '/')).status).toBe(202)
    expect(await reason.promise).toMatchObject({ code: 'ERR_CORE_GATEWAY_TIMEOUT' })
    await app.app.stop()
    expect(app.log.lines.filter(({ event }) => event === 'late-result')).toMatchObject([
      { level: 40, err: { message: 'The request took longer than 30 ms.' } },
    ])
    app.takeErrors()
  })

  it('is named when it fails beside next(), and what next() gives then is let go of', async () => {
    const stream = new Readable({ read: () => undefined })
    const work = deferred()
    const closed = deferred()
    stream.on('close', () => closed.resolve())
    const both = middleware({
      name: 'both',
      stage: 'handle',
      wrap: async (_ctx, next) => {
        const [outcome] = await Promise.all([next(), Promise.reject(new Error('audit'))])
        return outcome
      },
    })
    await using app = await testApp({
      routes: {
        a: route.post('/', { ...open, use: [both] }, async () => {
          await work.promise
          return stream
        }),
      },
      transport,
    })
    expect((await app.request('POST', '/')).status).toBe(500)
    expect(app.takeErrors()).toMatchObject([
      { event: 'left-running', middleware: 'both' },
      { err: { message: 'audit' } },
    ])
    work.resolve()
    await closed.promise
  })

  it('cannot begin the rest once it has answered', async () => {
    const refused = deferred<unknown>()
    let isRun = false
    const late = middleware({
      name: 'late',
      stage: 'handle',
      wrap: async (_ctx, next) => {
        setImmediate(() => void next().catch((error: unknown) => refused.resolve(error)))
        return reply(202) as never
      },
    })
    await using app = await testApp({
      routes: { a: route.post('/', { ...open, use: [late] }, () => void (isRun = true)) },
      transport,
    })
    expect((await app.request('POST', '/')).status).toBe(202)
    expect(await refused.promise).toMatchObject({
      message: 'Middleware late called next() after it had answered.',
    })
    expect(isRun).toBe(false)
    expect(app.takeErrors()).toHaveLength(1)
  })

  it('says nothing of one that waits, whatever it does with the answer', async () => {
    const swallow = middleware({
      name: 'swallow',
      stage: 'handle',
      wrap: async (_ctx, next) => {
        await next().catch(() => undefined)
        return reply(200, 'own') as never
      },
    })
    await using app = await testApp({
      routes: {
        a: route.get('/a', { ...open, use: [swallow] }, async () => 'x'),
        b: route.get('/b', { ...open, use: [swallow] }, () => {
          throw new Error('gone')
        }),
      },
      transport,
    })
    expect(await (await app.request('GET', '/a')).text()).toBe('own')
    expect(await (await app.request('GET', '/b')).text()).toBe('own')
  })
})
