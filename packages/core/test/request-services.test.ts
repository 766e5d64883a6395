import {
  accessRule,
  FRAME,
  LOGGER,
  middleware,
  route,
  router,
  SetupError,
  type Frame,
  type Logger,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open, transports } from './support.ts'

const problemsOf = async (options: Parameters<typeof testApp>[0]) => {
  const error = await failureOf(testApp(options))
  expect(error).toBeInstanceOf(SetupError)
  return (error as SetupError).problems
}

describe.each(transports)('a service of one request, %s', (transport) => {
  interface Trail {
    made: number
    closed: number
    open: number
  }
  const scoped = (trail: Trail) =>
    class Session {
      static readonly scope = 'request' as const
      static readonly inject = [FRAME] as const
      readonly number = ++trail.made
      readonly id: string
      constructor(frame: Frame) {
        this.id = frame.id
        trail.open++
      }
      async [Symbol.asyncDispose]() {
        await Promise.resolve()
        trail.open--
        trail.closed++
      }
    }

  it('is one for its request, and closed after the answer, also after an error', async () => {
    const trail: Trail = { made: 0, closed: 0, open: 0 }
    const Session = scoped(trail)
    class Carts {
      static readonly scope = 'request' as const
      static readonly inject = [Session] as const
      readonly session: InstanceType<typeof Session>
      constructor(session: InstanceType<typeof Session>) {
        this.session = session
      }
    }
    const base = route.inject({ session: Session, carts: Carts as never })
    const handler = (ctx: {
      session: { number: number; id: string }
      carts: { session: { number: number } }
      requestId: string
    }) => {
      return [
        ctx.session.number,
        ctx.carts.session.number,
        ctx.session.number,
        ctx.session.id === ctx.requestId,
      ]
    }
    const routes = {
      good: base.get('/good', open, handler as never),
      bad: base.get('/bad', open, ({ session }) => {
        throw new Error(String(session.number))
      }),
      streamed: base.get('/streamed', open, async function* ({ session }) {
        yield `${session.number} `
        yield String(trail.open)
      }),
      unread: base.get('/unread', open, () => 'x'),
    }
    const app = await testApp({ routes, transport })
    expect(await (await app.request('GET', '/good')).json()).toEqual([1, 1, 1, true])
    expect(await (await app.request('GET', '/good')).json()).toEqual([2, 2, 2, true])
    expect((await app.request('GET', '/bad')).status).toBe(500)
    expect(await (await app.request('GET', '/streamed')).text()).toBe('4 1')
    await (await app.request('GET', '/unread')).text()
    app.takeErrors()
    await app.close()
    expect(trail).toEqual({ made: 4, closed: 4, open: 0 })
  })

  it('stays open for a handler that goes on after its client left', async () => {
    const trail: Trail = { made: 0, closed: 0, open: 0 }
    const Session = scoped(trail)
    const called = deferred<AbortSignal>()
    const go = deferred()
    const seen: unknown[] = []
    const handler = async (ctx: { session: { number: number }; signal: AbortSignal }) => {
      called.resolve(ctx.signal)
      await go.promise
      seen.push(ctx.session.number, trail.closed)
    }
    const app = await testApp({
      routes: { a: route.inject({ session: Session }).get('/', open, handler as never) },
      transport,
    })
    const leaving = new AbortController()
    const answer = failureOf(app.request('GET', '/', { signal: leaving.signal }))
    const signal = await called.promise
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
    leaving.abort()
    await Promise.all([answer, aborted])
    go.resolve()
    await app.close()
    expect(seen).toEqual([1, 0])
    expect(trail).toEqual({ made: 1, closed: 1, open: 0 })
  })

  it('that fails to close is an error of the log, not of the answer', async () => {
    class Session {
      static readonly scope = 'request' as const;
      [Symbol.dispose]() {
        throw new Error('did not close')
      }
    }
    const app = await testApp({
      routes: { a: route.inject({ session: Session }).get('/', open, ({ session }) => typeof session) },
      transport,
    })
    const response = await app.request('GET', '/')
    expect(response.status).toBe(200)
    await app.app.stop()
    expect(app.takeErrors()).toMatchObject([
      { msg: 'A request-scoped service failed to close.', requestId: response.headers.get('x-request-id') },
    ])
  })

  it('that is transient is made for each use, and one for the context', async () => {
    let made = 0
    const closed: number[] = []
    class Part {
      static readonly scope = 'transient' as const
      readonly number = ++made;
      [Symbol.dispose]() {
        closed.push(this.number)
      }
    }
    class Whole {
      static readonly scope = 'request' as const
      static readonly inject = [Part, Part] as const
      readonly a: Part
      readonly b: Part
      constructor(a: Part, b: Part) {
        this.a = a
        this.b = b
      }
    }
    const allow = accessRule({ name: 'look', allow: ((ctx: { part: Part }) => ctx.part.number > 0) as never })
    const load = accessRule({
      name: 'loaded',
      load: () => ({ ok: true }),
      allow: ((ctx: { part: Part }) => ctx.part.number > 0) as never,
    })
    const look = middleware({
      name: 'look',
      stage: 'handle',
      run: ((ctx: { part: Part }) => void ctx.part.number) as never,
    })
    const base = route.inject({ part: Part, whole: Whole })
    const routes = router(
      '/',
      { access: [load, allow] },
      {
        a: base.get('/', { use: [look] }, ({ part, whole }) => [
          part.number,
          part.number,
          whole.a.number,
          whole.b.number,
        ]),
      },
    )
    await using app = await testApp({ routes: { routes }, transport })
    expect(await (await app.request('GET', '/')).json()).toEqual([1, 1, 2, 3])
    await app.close()
    expect(closed.toSorted((a, b) => a - b)).toEqual([1, 2, 3])
  })

  it('cannot be held by a singleton', async () => {
    class Session {
      static readonly scope = 'request' as const
    }
    class Cache {
      static readonly inject = [Session] as const
      readonly session: Session
      constructor(session: Session) {
        this.session = session
      }
    }
    expect(
      await problemsOf({ routes: { a: route.inject({ cache: Cache }).get('/', open, () => 1) }, transport }),
    ).toMatchObject([{ code: 'ERR_CORE_DI_CAPTIVE', message: expect.stringContaining('Session') }])
  })

  it('may ask for the log of its request', async () => {
    class Audit {
      static readonly inject = [LOGGER] as const
      readonly #log: Logger
      constructor(log: Logger) {
        this.#log = log
      }
      note() {
        this.#log.info('noted')
      }
    }
    const app = await testApp({
      routes: { a: route.inject({ audit: Audit }).get('/', open, ({ audit }) => audit.note()) },
      transport,
    })
    const response = await app.request('GET', '/')
    await app.close()
    expect(app.log.lines.find((line) => line.msg === 'noted')).toMatchObject({
      requestId: response.headers.get('x-request-id'),
    })
  })
})
