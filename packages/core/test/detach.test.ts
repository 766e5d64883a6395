import {
  bind,
  currentFrame,
  middleware,
  PRINCIPAL,
  reply,
  route,
  token,
  type BaseContext,
  type Outcome,
} from '@keelson/core'
import { currentTransaction, runInTransaction } from '@keelson/core/frames'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open, transports } from './support.ts'

const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)))

describe.each(transports)('ctx.detach, %s', (transport) => {
  it('begins work at once, which outlives the request and is waited for by the stop', async () => {
    const gate = deferred()
    const said: string[] = []
    const a = route.get('/', open, ({ detach }) => {
      detach('mail', async () => {
        said.push('begun')
        await gate.promise
        said.push('sent')
      })
      said.push('answered')
      return 'x'
    })
    const app = await testApp({ routes: { a }, transport })
    expect(await (await app.request('GET', '/')).text()).toBe('x')
    expect(said).toEqual(['begun', 'answered'])
    const stopped = app.app.stop()
    gate.resolve()
    expect((await stopped).isClean).toBe(true)
    expect(said).toEqual(['begun', 'answered', 'sent'])
  })

  it('is in the report of a stop whose time is over, by its label, and its signal aborts', async () => {
    const reason = deferred<unknown>()
    const a = route.get('/', open, ({ detach }) => {
      detach('export', async (signal) => reason.resolve(await aborted(signal)))
      return 'x'
    })
    const app = await testApp({ routes: { a }, phases: { stopMs: 50 }, transport })
    await (await app.request('GET', '/')).text()
    const { isClean, heldUp } = await app.app.stop()
    expect([isClean, heldUp.map((one) => one.what)]).toEqual([false, ['export']])
    expect(String(await reason.promise)).toContain('The app was stopped.')
  })

  it('is refused when the app has stopped', async () => {
    let kept: BaseContext | undefined
    const a = route.get('/', open, (ctx) => {
      kept = ctx
      return 'x'
    })
    const app = await testApp({ routes: { a }, transport })
    await (await app.request('GET', '/')).text()
    await app.close()
    let hasRun = false
    expect(() => kept?.detach('late', () => (hasRun = true))).toThrow(
      "The app has stopped: the work 'late' cannot begin.",
    )
    expect(hasRun).toBe(false)
  })

  it('is refused when its request is over and the services of it are closed, and the log says so', async () => {
    const closed = deferred()
    const seen: string[] = []
    const UNIT = token<object>('unit')
    const make = (): object => ({ [Symbol.dispose]: () => closed.resolve() })
    let kept: BaseContext | undefined
    const a = route.inject({ unit: UNIT }).get('/', open, (ctx) => {
      kept = ctx
      ctx.detach('first', async () => {
        await Promise.resolve()
        // What it began within holds the services as well.
        ctx.detach('second', () => seen.push('second'))
      })
      return ctx.unit === undefined ? 'y' : 'x'
    })
    const providers = [bind(UNIT, { needs: [], scope: 'request', make })]
    await using app = await testApp({ routes: { a }, providers, transport })
    await (await app.request('GET', '/')).text()
    await closed.promise
    expect(() => kept?.detach('late', () => seen.push('late'))).toThrow(
      "The request is over and its services are closed: the work 'late' cannot begin.",
    )
    expect(seen).toEqual(['second'])
    expect(app.takeErrors().map((line) => [line.msg, line['label']])).toEqual([
      ['Detached work came too late.', 'late'],
    ])
  })

  it('runs in a frame of its own: same id and caller, outside any transaction', async () => {
    const seen: unknown[] = []
    const scope = { name: 'db', afterCommit: () => {}, afterRollback: () => {}, afterUnknown: () => {} }
    const a = route.get('/', open, (ctx) => {
      ctx.frame.set(PRINCIPAL, { id: 'ada', kind: 'user' })
      runInTransaction(scope, () =>
        ctx.detach('work', (signal) => {
          const frame = currentFrame()
          seen.push(frame?.id === ctx.requestId, frame === ctx.frame, frame?.get(PRINCIPAL)?.id)
          seen.push(currentTransaction()?.name, signal === frame?.signal, signal === ctx.signal)
          seen.push(frame?.trace.traceId === ctx.frame.trace.traceId)
        }),
      )
      return 'x'
    })
    await using app = await testApp({ routes: { a }, transport })
    await (await app.request('GET', '/')).text()
    expect(seen).toEqual([true, false, 'ada', undefined, true, false, true])
  })

  it('goes on when the client goes away', async () => {
    const begun = deferred()
    const gate = deferred()
    const left = deferred()
    const done = deferred<boolean>()
    const a = route.get('/', open, async (ctx) => {
      ctx.detach('work', async (signal) => {
        await gate.promise
        done.resolve(signal.aborted)
      })
      begun.resolve()
      await aborted(ctx.signal)
      left.resolve()
      return 'x'
    })
    await using app = await testApp({ routes: { a }, transport })
    const gone = new AbortController()
    const failure = failureOf(app.request('GET', '/', { signal: gone.signal }))
    await begun.promise
    gone.abort()
    await failure
    await left.promise
    gate.resolve()
    expect(await done.promise).toBe(false)
  })

  it.each<[string, object, { deadlineMs?: number } | undefined]>([
    ['of the route', { deadlineMs: 40 }, undefined],
    ['of its own', {}, { deadlineMs: 40 }],
  ])('ends at the deadline %s', async (_, options, own) => {
    const reason = deferred<unknown>()
    const a = route.get('/', { ...open, ...options }, ({ detach }) => {
      detach(
        'slow',
        async (signal) => {
          reason.resolve(await aborted(signal))
          throw signal.reason as Error
        },
        own,
      )
      return 'x'
    })
    const app = await testApp({ routes: { a }, transport })
    expect((await app.request('GET', '/')).status).toBe(200)
    expect(String(await reason.promise)).toContain(
      "The detached work 'slow' took longer than 40 ms. Raise deadlineMs of detach",
    )
    await app.close()
    const lines = app.log.lines.filter((line) => line['event'] === 'detached' && line.level > 20)
    expect(lines.map((line) => [line.level, line['label'], line.msg])).toEqual([
      [40, 'slow', 'Detached work passed its deadline.'],
    ])
  })

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('boom')
      },
    ],
    ['rejects', () => Promise.reject(new Error('boom'))],
  ])('that %s is an error in the log, with the id of the request', async (_, work) => {
    const a = route.get('/', open, ({ detach, requestId }) => {
      detach('mail', work)
      return requestId
    })
    await using app = await testApp({ routes: { a }, transport })
    const id = await (await app.request('GET', '/')).text()
    await new Promise(setImmediate)
    expect(app.takeErrors()).toMatchObject([
      {
        event: 'detached',
        label: 'mail',
        msg: 'Detached work failed.',
        requestId: id,
        err: { message: 'boom' },
      },
    ])
  })

  it('keeps the services of its request open until it ends', async () => {
    const gate = deferred()
    const said: string[] = []
    const UNIT = token<{ use(): void }>('unit')
    const providers = [
      bind(UNIT, {
        needs: [],
        scope: 'request',
        make: () => ({ use: () => void said.push('used'), [Symbol.dispose]: () => void said.push('closed') }),
      }),
    ]
    const a = route.inject({ unit: UNIT }).get('/', open, ({ unit, detach }) => {
      detach('work', async () => {
        await gate.promise
        unit.use()
      })
      return 'x'
    })
    const app = await testApp({ routes: { a }, providers, transport })
    await (await app.request('GET', '/')).text()
    const stopped = app.app.stop()
    gate.resolve()
    await stopped
    expect(said).toEqual(['used', 'closed'])
  })

  it('runs the rest once more when the answer was given, with services that it closes', async () => {
    const said: string[] = []
    let made = 0
    const gate = deferred()
    const refreshed = deferred<unknown>()
    const UNIT = token<{ readonly id: number }>('unit')
    const providers = [
      bind(UNIT, {
        needs: [],
        scope: 'request',
        make: () => {
          const id = ++made
          return { id, [Symbol.dispose]: () => void said.push(`closed ${id}`) }
        },
      }),
    ]
    const stale = middleware({
      name: 'stale',
      stage: 'handle',
      wrap: async (ctx, next) => {
        ctx.detach('revalidate', async () => {
          await gate.promise
          const outcome = await next.again()
          refreshed.resolve(outcome.value)
        })
        return reply(200, 'stale')
      },
    })
    const a = route
      .use(stale)
      .inject({ unit: UNIT })
      .get('/', open, (ctx) => {
        ctx.responseHeaders.set('x-fresh', 'yes')
        said.push(`used ${ctx.unit.id}`)
        return 'fresh'
      })
    const app = await testApp({ routes: { a }, providers, transport })
    const response = await app.request('GET', '/')
    expect([await response.text(), response.headers.get('x-fresh')]).toEqual(['stale', null])
    expect(said).toEqual([])
    gate.resolve()
    expect(await refreshed.promise).toBe('fresh')
    await app.close()
    expect(said).toEqual(['used 1', 'closed 1'])
  })

  it('runs the rest no more when it has ended itself', async () => {
    const refused = deferred<unknown>()
    let runs = 0
    const stale = middleware({
      name: 'stale',
      stage: 'handle',
      wrap: async (ctx, next) => {
        ctx.detach('short', () => {
          setTimeout(() => void next.again().catch((error: unknown) => refused.resolve(error)), 20)
        })
        return reply(200, 'stale')
      },
    })
    const a = route.use(stale).get('/', open, () => ++runs)
    await using app = await testApp({ routes: { a }, transport })
    await (await app.request('GET', '/')).text()
    expect(String(await refused.promise)).toContain('called next.again() after it had answered')
    expect([runs, app.takeErrors().length]).toEqual([0, 1])
  })

  it('leaves what the answer was made of as it is when it runs the rest once more', async () => {
    let count = 0
    const counts = middleware({
      name: 'counts',
      stage: 'handle',
      adds: ['count'],
      run: () => ({ count: ++count }),
      transform: (ctx, outcome) => {
        outcome.headers.set('x-count', String(ctx.count))
        return outcome
      },
    })
    const again = middleware({
      name: 'again',
      stage: 'receive',
      wrap: async (ctx, next) => {
        const outcome = await next()
        const done = deferred()
        ctx.detach('again', async () => {
          await next.again()
          done.resolve()
        })
        await done.promise
        return outcome
      },
    })
    const a = route
      .use(again)
      .use(counts)
      .get('/', open, (ctx) => ctx.count)
    await using app = await testApp({ routes: { a }, transport })
    const response = await app.request('GET', '/')
    expect([await response.text(), response.headers.get('x-count'), count]).toEqual(['1', '1', 2])
  })

  it('lets go of a stream that the rest gave and nobody read', async () => {
    const closed = deferred()
    const { Readable } = await import('node:stream')
    const stale = middleware({
      name: 'stale',
      stage: 'handle',
      wrap: async (ctx, next) => {
        ctx.detach('revalidate', () => next.again())
        return reply(200, 'stale')
      },
    })
    const a = route
      .use(stale)
      .get(
        '/',
        open,
        () => new Readable({ read: () => undefined, destroy: (_, done) => (closed.resolve(), done(null)) }),
      )
    await using app = await testApp({ routes: { a }, transport })
    expect(await (await app.request('GET', '/')).text()).toBe('stale')
    await closed.promise
  })

  describe('a stream of the rest that is answered', () => {
    /** Has the answer made by work that ends before it is read. */
    const worked = middleware({
      name: 'worked',
      stage: 'handle',
      wrap: (ctx, next) =>
        new Promise<Outcome>((resolve) => {
          ctx.detach('made', () => next.again().then(resolve))
        }),
    })

    it('is sent to its end, with the services of its run', async () => {
      const said: string[] = []
      const go = deferred()
      const UNIT = token<{ text: () => string }>('unit')
      const make = () => ({
        text: () => (said.push('read'), 'b'),
        [Symbol.dispose]: () => void said.push('closed'),
      })
      const a = route
        .use(worked)
        .inject({ unit: UNIT })
        .get('/', open, async function* ({ unit }) {
          yield 'a'
          await go.promise
          yield unit.text()
        })
      await using app = await testApp({
        routes: { a },
        providers: [bind(UNIT, { make, scope: 'request' })],
        transport,
      })
      const response = await app.request('GET', '/')
      const text = response.text()
      await new Promise(setImmediate)
      go.resolve()
      expect(await text).toBe('ab')
      await app.close()
      expect(said).toEqual(['read', 'closed'])
    })

    it('is told by its signal that the client has left', async () => {
      const reason = deferred<unknown>()
      const a = route.use(worked).get('/', open, async function* ({ signal }) {
        const told = aborted(signal)
        void told.then(reason.resolve)
        yield 'a'
        await told
        yield 'b'
      })
      await using app = await testApp({ routes: { a }, transport })
      const response = await app.request('GET', '/')
      const reader = response.body!.getReader()
      await reader.read()
      await reader.cancel()
      expect(await reason.promise).toMatchObject({ status: 499 })
    })
  })

  it.each<[unknown[], string]>([
    [['', () => 1], 'The label must be a text that names the work'],
    [[7, () => 1], 'The label must be a text that names the work'],
    [['x', Promise.resolve()], 'The work must be a function'],
    [['x', () => 1, { deadline: 5 }], "Did you mean 'deadlineMs'?"],
    [['x', () => 1, { deadlineMs: -1 }], 'a number of milliseconds'],
  ])('refuses %j', async (args, message) => {
    const a = route.get('/', open, ({ detach }) => {
      ;(detach as (...all: unknown[]) => void)(...args)
      return 'x'
    })
    await using app = await testApp({ routes: { a }, transport })
    expect((await app.request('GET', '/')).status).toBe(500)
    expect(JSON.stringify(app.takeErrors())).toContain(message)
  })
})
