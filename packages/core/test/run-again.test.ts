import { AsyncLocalStorage } from 'node:async_hooks'
import { getEventListeners } from 'node:events'
import { Readable } from 'node:stream'
import {
  bind,
  ConflictError,
  currentFrame,
  middleware,
  reply,
  route,
  t,
  token,
  type Frame,
  type MiddlewareContext,
  type Next,
  type Outcome,
  type Reply,
} from '@keelson/core'
import { currentTransaction, frameKey, runInFrame, runInTransaction } from '@keelson/core/frames'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, open, transports } from './support.ts'

const wrapping = (
  wrap: (next: Next, ctx: MiddlewareContext<{}>) => Promise<Outcome | Reply>,
  stage: 'receive' | 'authenticate' | 'authorize' | 'validate' | 'handle' = 'handle',
) => middleware({ name: 'wrapping', stage, wrap: (ctx, next) => wrap(next, ctx) })

const retry = async (next: Next): Promise<Outcome> => {
  try {
    return await next()
  } catch {
    return await next.again()
  }
}

describe.each(transports)('next.again, %s', (transport) => {
  it.each(['receive', 'authenticate', 'authorize', 'validate', 'handle'] as const)(
    'runs what comes after a wrap of stage %s once more, with input of its own',
    async (stage) => {
      const seen: unknown[] = []
      const adds = middleware({
        name: 'adds',
        stage,
        adds: ['count'],
        run: () => ({ count: seen.length }),
      })
      const before = middleware({
        name: 'before',
        stage: 'receive',
        adds: ['first'],
        run: () => ({ first: 'yes' }),
      })
      const late = middleware({
        name: 'late',
        stage: 'respond',
        transform: (ctx, outcome) => {
          outcome.headers.set('x-count', String((ctx as { count?: number }).count))
          return outcome
        },
      })
      const factory = route.use(before).use(wrapping(retry, stage)).use(adds).use(late)
      const a = factory.post(
        '/:id',
        {
          ...open,
          params: { id: t.Integer() },
          query: { n: t.Integer({ default: 3 }) },
          body: t.Object({ a: t.Integer({ default: 1 }), b: t.Optional(t.Array(t.Integer())) }),
        },
        ({ params, query, body, first, count, cookie }) => {
          seen.push([params.id, query.n, body, first, count, cookie('c')])
          if (seen.length === 1) throw new ConflictError()
          return 'ok'
        },
      )
      await using app = await testApp({ routes: { a }, transport })
      const headers = { cookie: 'c=7' }
      const response = await app.request('POST', '/7?n=4', { json: { b: [1] }, headers })
      expect([response.status, response.headers.get('x-count')]).toEqual([200, '1'])
      const body = { a: 1, b: [1] }
      expect(seen).toEqual([
        [7, 4, body, 'yes', 0, '7'],
        [7, 4, body, 'yes', 1, '7'],
      ])
    },
  )

  it.each(['authenticate', 'authorize'] as const)(
    'refuses invalid params again, in stage %s',
    async (stage) => {
      const statuses: unknown[] = []
      const twice = wrapping(async (next) => {
        await next().catch((error: { status: number }) => statuses.push(error.status))
        return next.again()
      }, stage)
      const a = route.use(twice).get('/:id', { ...open, params: { id: t.Integer() } }, () => 'x')
      await using app = await testApp({ routes: { a }, transport })
      expect((await app.request('GET', '/x')).status).toBe(400)
      expect(statuses).toEqual([400])
    },
  )

  it('runs it in a frame of its own, in the same trace, outside any transaction', async () => {
    const LOCALE = frameKey<string>('locale')
    const OWN = frameKey<string>('own')
    const storage = new AsyncLocalStorage<string>()
    const frames: Frame[] = []
    const seen: unknown[] = []
    const scope = { name: 'db', afterCommit: () => {}, afterRollback: () => {}, afterUnknown: () => {} }
    const outer = wrapping((next, ctx) =>
      runInFrame(ctx.frame.with(LOCALE, 'de'), () =>
        storage.run('stored', () => runInTransaction(scope, next)),
      ),
    )
    const inner = wrapping(retry)
    const a = route
      .use(outer)
      .use(inner)
      .get('/', open, (ctx) => {
        frames.push(ctx.frame)
        seen.push([
          currentFrame() === ctx.frame,
          ctx.frame.get(LOCALE),
          ctx.frame.get(OWN),
          storage.getStore(),
          currentTransaction()?.name,
          ctx.requestId === ctx.frame.id,
          ctx.signal === ctx.frame.signal,
        ])
        ctx.frame.set(OWN, 'set')
        if (frames.length === 1) throw new ConflictError()
        return 'ok'
      })
    await using app = await testApp({ routes: { a }, transport })
    expect((await app.request('GET', '/')).status).toBe(200)
    expect(seen).toEqual([
      [true, 'de', undefined, 'stored', 'db', true, true],
      [true, 'de', 'set', 'stored', undefined, true, true],
    ])
    const [first, second] = frames as [Frame, Frame]
    expect(second.isOfSameRequest(first)).toBe(false)
    expect([second.id, second.trace.traceId]).toEqual([first.id, first.trace.traceId])
    expect(second.trace.spanId).not.toBe(first.trace.spanId)
    expect(second.trace.parentSpanId).toBe(first.trace.spanId)
    expect(second.deadline).toBe(first.deadline)
  })

  it('has request-scoped services of its own, closed with those of the request', async () => {
    const said: string[] = []
    let made = 0
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
    const a = route
      .use(wrapping(retry))
      .inject({ unit: UNIT })
      .get('/', open, ({ unit }) => {
        said.push(`used ${unit.id}`)
        if (unit.id === 1) throw new ConflictError()
        return 'ok'
      })
    const app = await testApp({ routes: { a }, providers, transport })
    expect(await (await app.request('GET', '/')).text()).toBe('ok')
    await app.close()
    expect(said.slice(0, 2)).toEqual(['used 1', 'used 2'])
    expect(said.slice(2).toSorted()).toEqual(['closed 1', 'closed 2'])
  })

  it('may send a stream, errors and headers as the first run may', async () => {
    let runs = 0
    const a = route.use(wrapping(retry)).get('/:what', open, (ctx) => {
      runs++
      if (runs % 2 === 1) throw new Error('first')
      ctx.responseHeaders.set('x-run', runs)
      if (ctx.params.what === 'error') throw new ConflictError()
      if (ctx.params.what === 'reply') return reply(201, { run: runs })
      return (async function* () {
        yield 'a'
        yield 'b'
      })()
    })
    await using app = await testApp({ routes: { a }, transport })
    const looked = async (what: string): Promise<unknown[]> => {
      const response = await app.request('GET', `/${what}`)
      return [response.status, await response.text(), response.headers.get('x-run')]
    }
    expect(await looked('stream')).toEqual([200, 'ab', '2'])
    expect(await looked('reply')).toEqual([201, '{"run":4}', '4'])
    expect((await looked('error'))[0]).toBe(409)
  })

  it.each<[string, (next: Next) => Promise<Outcome | Reply>, string]>([
    ['the second run, which is answered', retry, 'try=2'],
    [
      'the third run, where that is answered',
      async (next) => {
        const first = await next().catch(() => undefined)
        await next.again()
        return first ?? next.again()
      },
      'try=3',
    ],
    [
      'the last run, where the middleware answers',
      async (next) => {
        await next().catch(() => undefined)
        await next.again()
        return reply(200, 'own')
      },
      'try=2',
    ],
    [
      'the run whose error is answered',
      async (next) => {
        const first = next().catch((error: unknown) => error)
        await next.again()
        throw await first
      },
      'try=1',
    ],
  ])('sends the headers of %s, besides those of others', async (_, wrap, cookie) => {
    const before = middleware({
      name: 'before',
      stage: 'receive',
      run: ({ responseHeaders }) => void responseHeaders.set('x-all', 'before').vary('accept'),
    })
    const around = wrapping(async (next, ctx) => {
      ctx.responseHeaders.append('link', '</around>')
      const outcome = await wrap(next).finally(() => ctx.responseHeaders.set('x-late', 'yes'))
      return outcome
    })
    let runs = 0
    const a = route
      .use(before)
      .use(around)
      .get('/', open, ({ responseHeaders }) => {
        runs++
        const known = [responseHeaders.get('x-all'), responseHeaders.get('link')].join(' ')
        responseHeaders.append('set-cookie', `try=${runs}`).append('link', `</${runs}>`)
        responseHeaders.set('x-all', `${known} ${runs}`).vary(`x-${runs}`)
        if (runs === 1) {
          responseHeaders.set('x-first', 'yes').delete('x-late')
          throw new ConflictError()
        }
        return 'ok'
      })
    await using app = await testApp({ routes: { a }, transport })
    const { headers } = await app.request('GET', '/')
    const run = cookie.slice(-1)
    expect(headers.getSetCookie()).toEqual([cookie])
    expect([headers.get('x-all'), headers.get('link')]).toEqual([
      `before </around> ${run}`,
      `</around>, </${run}>`,
    ])
    expect([headers.get('vary'), headers.get('x-late')]).toEqual([`accept, x-${run}`, 'yes'])
    expect(headers.get('x-first')).toBe(run === '1' ? 'yes' : null)
  })

  it('sends the headers of the inner run that is answered, of the outer one that is', async () => {
    let runs = 0
    const twice = (name: string) =>
      wrapping(async (next, ctx) => {
        ctx.responseHeaders.append('x-said', name)
        await next().catch(() => undefined)
        return next.again()
      })
    const a = route
      .use(twice('outer'))
      .use(twice('inner'))
      .get('/', open, ({ responseHeaders }) => {
        responseHeaders.append('x-said', ++runs)
        return 'ok'
      })
    await using app = await testApp({ routes: { a }, transport })
    expect((await app.request('GET', '/')).headers.get('x-said')).toBe('outer, inner, 4')
  })

  it('shows what the answered run added to those who respond', async () => {
    let runs = 0
    const adds = middleware({ name: 'adds', stage: 'handle', adds: ['run'], run: () => ({ run: ++runs }) })
    const first = wrapping(async (next) => {
      const answered = await next()
      await next.again()
      return answered
    })
    const late = middleware({
      name: 'late',
      stage: 'respond',
      transform: (ctx, outcome) => (
        outcome.headers.set('x-run', String((ctx as { run?: number }).run)),
        outcome
      ),
    })
    const a = route
      .use(first)
      .use(adds)
      .use(late)
      .get('/', open, ({ run }) => String(run))
    await using app = await testApp({ routes: { a }, transport })
    const response = await app.request('GET', '/')
    expect([await response.text(), response.headers.get('x-run')]).toEqual(['1', '1'])
  })

  it('ends with the request', async () => {
    let runs = 0
    const aborted = deferred<unknown>()
    const a = route.use(wrapping(retry)).get('/', { ...open, deadlineMs: 60 }, async ({ signal }) => {
      if (++runs === 1) throw new ConflictError()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      aborted.resolve(signal.reason)
      throw signal.reason as Error
    })
    await using app = await testApp({ routes: { a }, transport })
    expect((await app.request('GET', '/')).status).toBe(504)
    expect(await aborted.promise).toMatchObject({ status: 504 })
    expect(app.takeErrors()).toHaveLength(1)
  })

  it('lets go of a stream that comes when its middleware has answered', async () => {
    const gate = deferred()
    const closed = deferred()
    const hasty = wrapping(async (next) => {
      void next.again()
      return reply(200, 'x')
    })
    const a = route.use(hasty).get('/', open, async () => {
      await gate.promise
      return new Readable({ read: () => undefined, destroy: (_, done) => (closed.resolve(), done(null)) })
    })
    await using app = await testApp({ routes: { a }, transport })
    expect(await (await app.request('GET', '/')).text()).toBe('x')
    gate.resolve()
    await closed.promise
    expect(app.takeErrors()).toHaveLength(1)
  })

  it('leaves nothing behind on the signal of the request', async () => {
    let listeners: unknown[] | undefined
    const again = wrapping(async (next, { signal }) => {
      await next.again()
      await next.again()
      await new Promise(setImmediate)
      listeners = getEventListeners(signal, 'abort')
      return reply(200, 'x')
    })
    const a = route.use(again).get('/', open, () => 'x')
    await using app = await testApp({ routes: { a }, transport })
    await (await app.request('GET', '/')).text()
    expect(listeners).toEqual([])
  })

  it('reads no body twice, and says so of a stream', async () => {
    const sizes: number[] = []
    const raw = route.use(wrapping(retry)).post('/raw', open, async ({ rawBody }) => {
      sizes.push((await rawBody()).byteLength)
      if (sizes.length === 1) throw new ConflictError()
      return sizes
    })
    const stream = route.use(wrapping(retry)).post('/stream', open, async ({ bodyStream }) => {
      for await (const chunk of bodyStream()) sizes.push(chunk.byteLength)
      throw new ConflictError()
    })
    await using app = await testApp({ routes: { raw, stream }, transport })
    expect(await (await app.request('POST', '/raw', { body: 'abc' })).json()).toEqual([3, 3])
    expect((await app.request('POST', '/stream', { body: 'abc' })).status).toBe(500)
    expect(JSON.stringify(app.takeErrors())).toContain('The body was read already')
  })

  it('is refused when its middleware has answered, and where next is called twice it is named', async () => {
    const later = deferred<Next>()
    const failures: string[] = []
    const keep = wrapping(async (next, ctx) => {
      if (ctx.path === '/twice') {
        await next()
        await next().catch((error: unknown) => failures.push(String(error)))
      }
      later.resolve(next)
      return reply(200, 'x')
    })
    const routes = {
      a: route.use(keep).get('/a', open, () => 'x'),
      twice: route.use(keep).get('/twice', open, () => 'x'),
    }
    await using app = await testApp({ routes, transport })
    await (await app.request('GET', '/a')).text()
    const next = await later.promise
    await expect(next.again()).rejects.toThrow(
      'Middleware wrapping called next.again() after it had answered',
    )
    expect(app.takeErrors()).toHaveLength(1)
    await app.request('GET', '/twice')
    expect(failures[0]).toContain('called next() twice; to run the rest once more, call next.again().')
  })

  it('that nobody awaits is an error in the log, and is waited for', async () => {
    const gate = deferred()
    const careless = wrapping(async (next) => {
      const outcome = await next()
      void next.again()
      return outcome
    })
    let runs = 0
    const a = route.use(careless).get('/', open, async () => {
      if (++runs === 2) await gate.promise
      return 'x'
    })
    const app = await testApp({ routes: { a }, transport })
    expect(await (await app.request('GET', '/')).text()).toBe('x')
    const stopped = app.app.stop()
    gate.resolve()
    expect((await stopped).isClean).toBe(true)
    expect(app.takeErrors().map((line) => line['event'])).toEqual(['left-running'])
  })
})
