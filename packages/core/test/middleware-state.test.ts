import {
  bind,
  CLOCK,
  createApp,
  middleware,
  route,
  router,
  SetupError,
  token,
  type Clock,
} from '@keelson/core'
import { createMemoryLogger, testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open } from './support.ts'

/** Counts what it lets through, and says what becomes of it. */
function counter(trail: string[] = []) {
  class Count {
    n = 0;
    [Symbol.dispose](): void {
      trail.push(`disposed at ${this.n}`)
    }
  }
  const value = middleware({
    name: 'counter',
    stage: 'receive',
    inject: { clock: CLOCK },
    state: ({ clock }) => {
      trail.push(`made at ${clock.now()}`)
      return new Count()
    },
    run: (_, { state }) => void state.n++,
    transform: (_, outcome, { state, clock }) => {
      outcome.headers.set('x-count', `${state.n} at ${clock.now()}`)
      return outcome
    },
    observe: (_ctx, { status }, { state }) => void trail.push(`${status} ${state.n}`),
  })
  return { trail, value }
}

const problemsOf = (error: unknown) => {
  expect(error).toBeInstanceOf(SetupError)
  return (error as SetupError).problems.map(({ code, place, message }) => `${code} ${place}: ${message}`)
}
const quiet = () => ({ log: createMemoryLogger().log, health: false }) as const

describe('what a middleware holds', () => {
  it('is there in every part, for requests without a route, too, and is closed after the drain', async () => {
    const { trail, value } = counter()
    const app = await testApp({ routes: { a: route.get('/a', open, () => 1) }, use: [value], now: 7 })
    expect((await app.request('GET', '/a')).headers.get('x-count')).toBe('1 at 7')
    expect((await app.request('GET', '/none')).headers.get('x-count')).toBe('2 at 7')
    await app.close()
    expect(trail).toEqual(['made at 7', '200 1', '404 2', 'disposed at 2'])
  })

  it('is made once for all plans, and once more for another app of the same tree', async () => {
    const { trail, value } = counter()
    const routes = {
      all: router(
        '/all',
        { use: [value] },
        { a: route.get('/a', open, () => 1), b: route.get('/b', open, () => 1) },
      ),
    }
    const first = await testApp({ routes, now: 1 })
    const second = await testApp({ routes, now: 2 })
    await first.request('GET', '/all/a')
    expect((await first.request('GET', '/all/b')).headers.get('x-count')).toBe('2 at 1')
    expect((await second.request('GET', '/all/a')).headers.get('x-count')).toBe('1 at 2')
    await first.close()
    expect((await second.request('GET', '/all/a')).headers.get('x-count')).toBe('2 at 2')
    await second.close()
    expect(trail.filter((line) => line.startsWith('made'))).toEqual(['made at 1', 'made at 2'])
    expect(trail.filter((line) => line.startsWith('disposed'))).toEqual(['disposed at 2', 'disposed at 2'])
  })

  it('is not made where no plan uses it', async () => {
    const { trail, value } = counter()
    const left = middleware({
      name: 'left',
      stage: 'receive',
      state: () => trail.push('left'),
      for: () => null,
      run: () => undefined,
    })
    const unused = route.use(value)
    await using app = await testApp({ routes: { a: route.get('/a', open, () => 1) }, use: [left] })
    await app.request('GET', '/a')
    expect(unused).toBeDefined()
    expect(trail).toEqual([])
  })

  it('may come by a promise, is made when services are there, and closed in reverse order before them', async () => {
    const trail: string[] = []
    class Pool {
      static readonly inject = [] as const
      async onStart(): Promise<void> {
        trail.push('pool started')
      }
      async [Symbol.asyncDispose](): Promise<void> {
        trail.push('pool closed')
      }
    }
    const closing = (name: string) => ({ dispose: async () => void trail.push(`${name} closed`) })
    const made = (name: string) =>
      middleware({
        name,
        stage: 'handle',
        inject: { pool: Pool },
        state: async ({ pool }) => {
          trail.push(`${name} made ${pool instanceof Pool}`)
          return closing(name)
        },
        run: () => undefined,
      })
    const use = [made('one'), made('two')] as const
    const app = await testApp({ routes: { a: route.get('/a', { ...open, use }, () => 1) } })
    await app.close()
    expect(trail).toEqual([
      'pool started',
      'one made true',
      'two made true',
      'two closed',
      'one closed',
      'pool closed',
    ])
  })

  it('is open for a request in flight and for its observe while the app drains', async () => {
    const { trail, value } = counter()
    const work = deferred()
    const entered = deferred()
    const app = await testApp({
      routes: {
        a: route.get('/a', { ...open, use: [value] }, async () => {
          entered.resolve()
          await work.promise
          return 1
        }),
      },
      transport: 'socket',
    })
    const asked = app.request('GET', '/a')
    await entered.promise
    const closing = app.app.stop()
    work.resolve()
    expect((await asked).headers.get('x-count')).toMatch(/^1 at /)
    await closing
    expect(trail.slice(1)).toEqual(['200 1', 'disposed at 1'])
    await app.close()
  })

  it('is not there any more for a request that goes on when the app has ended', async () => {
    const { value } = counter()
    const [entered, late] = [deferred(), deferred()]
    const slow = middleware({
      name: 'slow',
      stage: 'receive',
      run: async () => {
        entered.resolve()
        await late.promise
      },
    })
    const { log, lines } = createMemoryLogger()
    const routes = { a: route.use(slow).get('/a', { ...open, use: [value] }, () => 1) }
    const app = createApp({ routes, log, health: false, phases: { stopMs: 10 } })
    const asked = failureOf(app.fetch(new Request('http://a/a')))
    await entered.promise
    await app.stop()
    late.resolve()
    await asked
    await new Promise(setImmediate)
    expect(lines.find((line) => line['event'] === 'late-result')).toMatchObject({
      err: { code: 'ERR_CORE_UNAVAILABLE', message: 'The app was stopped.' },
    })
  })

  it('that fails stops the start, which closes what was made before', async () => {
    const { trail, value } = counter()
    const broken = middleware({
      name: 'broken',
      stage: 'receive',
      state: async () => {
        throw new Error('no file')
      },
      run: () => undefined,
    })
    const app = createApp({ routes: { a: route.get('/a', open, () => 1) }, use: [value, broken], ...quiet() })
    const error = await failureOf(app.start())
    expect(problemsOf(error)[0]).toMatch(
      /^ERR_CORE_MIDDLEWARE_START middleware broken \(.*middleware-state\.test\.ts:\d+\): Its state could not be made: no file\.$/,
    )
    expect((error as Error).cause).toMatchObject({ message: 'no file' })
    expect(trail[1]).toBe('disposed at 0')
    await app.stop()
  })

  it('that hangs ends with the time of the start, and is closed when it comes after all', async () => {
    const came = deferred<Disposable>()
    const closed = deferred()
    const hanging = middleware({
      name: 'hanging',
      stage: 'receive',
      state: () => came.promise,
      run: () => undefined,
    })
    const app = createApp({
      routes: { a: route.get('/a', open, () => 1) },
      use: [hanging],
      phases: { startMs: 10, stopMs: 20 },
      ...quiet(),
    })
    expect(problemsOf(await failureOf(app.start()))[0]).toContain('Its state was not made within 10 ms.')
    came.resolve({ [Symbol.dispose]: () => closed.resolve() })
    await closed.promise
    expect((await app.stop()).heldUp).toMatchObject([
      {
        what: expect.stringContaining('middleware hanging'),
        error: { message: 'Making its state has not ended.' },
      },
    ])
  })

  it('that is made while the app is told to stop is waited for, and closed before the stop is done', async () => {
    const trail: string[] = []
    const [begun, come] = [deferred(), deferred()]
    const slow = middleware({
      name: 'slow',
      stage: 'receive',
      state: async () => {
        begun.resolve()
        await come.promise
        trail.push('made')
        return { [Symbol.asyncDispose]: async () => void trail.push('closed') }
      },
      run: () => undefined,
    })
    const app = createApp({ routes: { a: route.get('/a', open, () => 1) }, use: [slow], ...quiet() })
    const starting = failureOf(app.start())
    await begun.promise
    const stopping = app.stop()
    come.resolve()
    expect(await stopping).toMatchObject({ isClean: true, heldUp: [] })
    expect(trail).toEqual(['made', 'closed'])
    expect(problemsOf(await starting)[0]).toContain('Its start was called off.')
  })

  it('whose closing fails or hangs is in the report, and keeps nothing else from closing', async () => {
    const trail: string[] = []
    const make = (name: string, dispose: () => unknown) =>
      middleware({ name, stage: 'receive', state: () => ({ dispose }), run: () => undefined })
    const use = [
      make('good', () => trail.push('good')),
      make('broken', () => {
        throw new Error('stuck')
      }),
      make('hanging', () => new Promise(() => undefined)),
    ]
    const app = createApp({
      routes: { a: route.get('/a', open, () => 1) },
      use,
      phases: { stopMs: 20 },
      ...quiet(),
    })
    await app.start()
    const { heldUp } = await app.stop()
    expect(heldUp.map(({ what }) => what.split(' (')[0])).toEqual(['middleware hanging', 'middleware broken'])
    expect(heldUp[1]?.error).toMatchObject({ message: 'stuck' })
    expect(trail).toEqual(['good'])
  })

  it('is in the check of the graph, where what lives for one request is refused', async () => {
    const NOWHERE = token<Clock>('nowhere')
    const EACH = token<Clock>('each')
    const make = (name: string, inject: { clock: typeof NOWHERE }) =>
      middleware({ name, stage: 'receive', inject, run: () => undefined })
    const error = await failureOf(
      testApp({
        routes: { a: route.get('/a', open, () => 1) },
        use: [make('lost', { clock: NOWHERE }), make('kept', { clock: EACH })],
        providers: [bind(EACH, { make: () => ({}) as Clock, scope: 'request' })],
      }),
    )
    const found = problemsOf(error).join('\n')
    expect(found).toMatch(/ERR_CORE_DI_MISSING .*nowhere.*middleware lost/s)
    expect(found).toMatch(/ERR_CORE_DI_CAPTIVE middleware kept .*, clock: /)
  })

  it("cannot be injected by the name 'state'", () => {
    expect(() =>
      middleware({
        name: 'a',
        stage: 'receive',
        // @ts-expect-error -- the name is taken
        inject: { state: CLOCK },
        run: () => undefined,
      }),
    ).toThrow("It injects 'state', which is what state gives.")
  })
})
