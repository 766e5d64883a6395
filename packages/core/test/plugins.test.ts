import { bind, middleware, plugin, route, SetupError, token, type AppSetup } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { appWith, noted, setupErrorOf } from './phase-support.ts'
import { deferred, failureOf, open } from './support.ts'

describe('plugins', () => {
  it('start in the order of their needs, and stop in reverse', async () => {
    const trail: string[] = []
    const app = appWith([
      noted(trail, 'web', { needs: ['db', 'cache'] }),
      noted(trail, 'cache', { needs: ['db'] }),
      noted(trail, 'db'),
      noted(trail, 'other'),
    ])
    expect(trail).toEqual(['setup db', 'setup cache', 'setup web', 'setup other'])
    await app.start()
    const report = await app.stop()
    expect(trail.slice(4)).toEqual([
      'start db',
      'start cache',
      'start web',
      'start other',
      'stop other',
      'stop web',
      'stop cache',
      'stop db',
    ])
    expect(report).toEqual({ durationMs: expect.any(Number), isClean: true, heldUp: [] })
  })

  it('wait for each other', async () => {
    const trail: string[] = []
    const go = deferred()
    const app = appWith([
      noted(trail, 'slow', {
        start: async () => {
          trail.push('begin slow')
          await go.promise
          trail.push('end slow')
        },
      }),
      noted(trail, 'next'),
    ])
    const starting = app.start()
    await Promise.resolve()
    expect(trail).toEqual(['setup slow', 'setup next', 'begin slow'])
    go.resolve()
    await starting
    expect(trail.slice(2)).toEqual(['begin slow', 'end slow', 'start next'])
    await app.stop()
  })

  it('that need each other, or one that is not there, stop the start', () => {
    const app = appWith([
      { name: 'a', needs: ['b'] },
      { name: 'b', needs: ['a'] },
      { name: 'c', needs: ['d'] },
      { name: 'c' },
    ])
    const error = setupErrorOf(() => app.check())
    expect(error.problems.map((one) => `${one.place}: ${one.message}`).toSorted()).toEqual([
      'plugin a: It needs itself: a -> b -> a.',
      'plugin c: Another plugin has the same name.',
      "plugin c: It needs the plugin 'd', which the app does not have.",
    ])
    expect(error.problems.every((one) => one.code === 'ERR_CORE_PLUGIN')).toBe(true)
  })

  it('add providers, middleware and routes', async () => {
    const NAME = token<string>('name')
    const stamp = middleware({
      name: 'stamp',
      stage: 'respond',
      transform: (_, outcome) => (outcome.headers.set('x-stamp', 1), outcome),
    })
    const extra = plugin({
      name: 'extra',
      setup: (app) => {
        app.provide(bind(NAME, { value: 'extra' }))
        app.use(stamp)
        app.routes({ extra: route.inject({ name: NAME }).get('/extra', open, ({ name }) => name) })
      },
    })
    await using app = await testApp({ routes: { a: route.get('/', open, () => 'x') }, plugins: [extra] })
    const response = await app.request('GET', '/extra')
    expect([await response.text(), response.headers.get('x-stamp')]).toEqual(['extra', '1'])
    expect((await app.request('GET', '/')).headers.get('x-stamp')).toBe('1')
  })

  it('that add routes without access, or under a name that is taken, stop the start', () => {
    const extra = plugin({
      name: 'extra',
      setup: (app) =>
        app.routes({ a: route.get('/x', open, () => 1), toString: route.get('/y', {}, () => 1) } as never),
    })
    const { problems } = setupErrorOf(() => appWith([extra]).check())
    expect(problems.map((one) => one.code).toSorted()).toEqual([
      'ERR_CORE_ACCESS_MISSING',
      'ERR_CORE_ROUTE_TREE',
    ])
  })

  it.each<[string, (app: AppSetup) => unknown]>([
    ['use', (app) => app.use()],
    ['provide', (app) => app.provide()],
    ['routes', (app) => app.routes({})],
  ])('that call %s() after their setup are told so, in start and before', async (method, call) => {
    const late = {
      code: 'ERR_CORE_PLUGIN',
      place: 'plugin late',
      message: `It called ${method}() after its setup had ended, which would have no effect.`,
    }
    let saved!: AppSetup
    const setup = (app: AppSetup) => void (saved = app)
    const app = appWith([{ name: 'late', setup, start: () => void call(saved) }])
    expect(await failureOf(app.start())).toMatchObject({ problems: [late] })

    // Nobody reads what the promise is rejected with, but the start knows.
    const early = appWith([{ name: 'late', setup }])
    expect(setupErrorOf(() => call(saved)).problems).toMatchObject([late])
    expect(setupErrorOf(() => early.check()).problems).toMatchObject([late])
  })

  it('that use the setup of another are told once', () => {
    let saved!: AppSetup
    const app = appWith([
      { name: 'first', setup: (setup) => void (saved = setup) },
      { name: 'second', setup: () => saved.use() },
    ])
    expect(setupErrorOf(() => app.check()).problems).toMatchObject([{ place: 'plugin first' }])
  })

  it.each<[string, (app: AppSetup) => unknown, string]>([
    [
      'provide(undefined)',
      (it) => it.provide(undefined as never),
      'The provider given to provide() is missing.',
    ],
    [
      'provide(Orders)',
      (it) => it.provide(class Orders {} as never),
      'The provider given to provide() must be what bind() made, not the class Orders.',
    ],
    [
      'provide([…])',
      (it) => it.provide([bind(token<string>('word'), { value: 'x' })] as never),
      'The provider given to provide() must be what bind() made, not a list.',
    ],
    ['use(undefined)', (it) => it.use(undefined as never), 'The middleware given to use() is missing.'],
    ['routes(undefined)', (it) => it.routes(undefined as never), 'The tree given to routes() is missing.'],
    [
      'a symbol among routes',
      (it) => it.routes({ [Symbol('a')]: route.get('/b', open, () => 1) } as never),
      "'Symbol(a)' cannot be part of an operation id.",
    ],
  ])('that give a method of their setup what it does not take stop the start: %s', (_, call, message) => {
    const app = appWith([{ name: 'late', setup: (it) => void call(it) }])
    expect(setupErrorOf(() => app.check()).problems).toMatchObject([{ message }])
  })

  it('that give routes() what is not a tree stop the start', () => {
    const app = appWith([{ name: 'late', setup: (it) => it.routes(Promise.resolve({}) as never) }])
    expect(setupErrorOf(() => app.check()).problems).toMatchObject([
      { place: 'plugin late', message: expect.stringContaining('not a promise'), remedy: 'Await it first.' },
    ])
  })

  it('whose setup fails are named', () => {
    const error = setupErrorOf(() =>
      appWith([
        {
          name: 'bad',
          setup: () => {
            throw new TypeError('no such thing')
          },
        },
      ]),
    )
    expect(error.problems).toMatchObject([
      { code: 'ERR_CORE_PLUGIN', place: 'plugin bad', message: 'Its setup failed: no such thing.' },
    ])
    expect(error.cause).toBeInstanceOf(TypeError)
  })

  it('are asked one after another what they find in files and servers, whatever one of them throws', async () => {
    const problem = { code: 'ERR_A', place: 'a', message: 'It is old.', remedy: 'Renew it.' }
    const seen: unknown[] = []
    const app = appWith([
      {
        name: 'a',
        inspect: async ({ name }, { isOffline, signal }) => {
          seen.push([name, isOffline, signal.aborted])
          return { problems: [problem], warnings: [problem], omitted: ['The server.'] }
        },
      },
      { name: 'b', inspect: () => undefined },
      {
        name: 'c',
        inspect: () => {
          throw new SetupError([problem])
        },
      },
      { name: 'd', inspect: () => Promise.reject(new TypeError('no such thing')) },
      { name: 'e', inspect: () => ({ problems: ['x'], omitted: [] }) as never },
      { name: 'f' },
    ])
    const { signal } = new AbortController()
    const { problems, warnings, omitted } = await app['~internal'].inspect({ isOffline: true, signal })
    expect([seen, omitted]).toEqual([[[app.name, true, false]], ['The server.']])
    expect(warnings).toEqual([problem])
    expect(problems.map(({ place, message }) => [place, message])).toEqual([
      ['a', 'It is old.'],
      ['a', 'It is old.'],
      ['plugin d', 'Its inspect failed: no such thing.'],
      ['plugin e', 'Its inspect returned a list with a text instead of problems.'],
    ])
    await expect(
      app['~internal'].inspect({ isOffline: true, signal: AbortSignal.abort('enough') }),
    ).rejects.toBe('enough')
  })

  it.each([
    ['x', 'a text'],
    [true, 'true'],
    [null, 'null'],
    [['wrong'], 'a list with a text'],
    [[undefined], 'a list with undefined'],
    [[{ message: 'm' }], 'a list with an object'],
  ])('whose check returns %j in place of problems are named', (found, what) => {
    const check = (() => found) as never
    expect(setupErrorOf(() => appWith([{ name: 'bad', check }]).check()).problems).toEqual([
      {
        code: 'ERR_CORE_PLUGIN',
        place: 'plugin bad',
        message: `Its check returned ${what} instead of problems.`,
        remedy: 'Return a list of { code, place, message, remedy }, all of them texts, or nothing.',
      },
    ])
  })

  it('whose check fails are named', () => {
    const cause = new TypeError('no such thing')
    const check = (): void => {
      throw cause
    }
    const error = setupErrorOf(() => appWith([{ name: 'bad', check }]).check())
    expect(error.problems).toMatchObject([
      { code: 'ERR_CORE_PLUGIN', place: 'plugin bad', message: 'Its check failed: no such thing.' },
    ])
    expect(error.cause).toBe(cause)
  })

  it('that fail to start stop those that were started, in reverse order', async () => {
    const trail: string[] = []
    const cause = new Error('connection refused')
    const app = appWith([
      noted(trail, 'a'),
      noted(trail, 'b'),
      noted(trail, 'bad', { start: () => Promise.reject(cause), stop: () => void trail.push('stop bad') }),
      noted(trail, 'never'),
    ])
    const error = (await failureOf(app.start())) as SetupError
    expect(error.problems).toEqual([
      {
        code: 'ERR_CORE_PLUGIN_START',
        place: 'plugin bad',
        message: 'It did not start: connection refused.',
        remedy: 'See the cause.',
      },
    ])
    expect(error.cause).toBe(cause)
    expect(trail.slice(4)).toEqual(['start a', 'start b', 'stop bad', 'stop b', 'stop a'])
    expect(app.phase).toBe('failed')
    expect((await app.stop()).isClean).toBe(true)
    expect(trail).toHaveLength(9)
  })

  it('that take too long to start are named, and given up', async () => {
    const trail: string[] = []
    let reason: unknown
    const stuck = ({ signal }: { readonly signal: AbortSignal }) => {
      signal.addEventListener('abort', () => (reason = signal.reason))
      return new Promise<void>(() => undefined)
    }
    const app = appWith([noted(trail, 'a'), noted(trail, 'stuck', { start: stuck })], {
      phases: { startMs: 20, stopMs: 60 },
    })
    expect(await failureOf(app.start())).toMatchObject({
      problems: [
        { code: 'ERR_CORE_PLUGIN_START', place: 'plugin stuck', message: 'It did not start within 20 ms.' },
      ],
    })
    expect(reason).toMatchObject({ name: 'TimeoutError' })
    expect(trail).toContain('stop a')
  })

  it('that are starting when the app is told to stop are called off', async () => {
    const trail: string[] = []
    const begun = deferred()
    const app = appWith([
      noted(trail, 'a'),
      noted(trail, 'slow', {
        start: ({ signal }) =>
          new Promise<void>((_, reject) => {
            begun.resolve()
            signal.addEventListener('abort', () => reject(signal.reason as Error))
          }),
      }),
      noted(trail, 'never'),
    ])
    const starting = failureOf(app.start())
    await begun.promise
    const report = await app.stop()
    expect(await starting).toMatchObject({
      problems: [{ place: 'plugin slow', message: 'Its start was called off.' }],
    })
    expect(trail.slice(3)).toEqual(['start a', 'stop slow', 'stop a'])
    expect([report.isClean, app.phase]).toEqual([true, 'stopped'])
  })

  /** A plugin that goes on with what `db` gives after it was told to end. */
  const migrating = (trail: string[], phase: 'start' | 'started', end = () => Promise.resolve()) => {
    const begun = deferred()
    const DB = token<{ isOpen: boolean }>('db')
    const db = plugin({
      name: 'db',
      inject: { db: DB },
      setup: (app) => app.provide(bind(DB, { make: () => ({ isOpen: true }) })),
      stop: ({ db: it }) => {
        it.isOpen = false
        trail.push('stop db')
      },
    })
    const migrate = plugin({
      name: 'migrate',
      inject: { db: DB },
      [phase]: async ({
        signal,
        services,
      }: {
        signal: AbortSignal
        services: { db: { isOpen: boolean } }
      }) => {
        const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve))
        begun.resolve()
        await aborted
        await new Promise((resolve) => setTimeout(resolve, 20))
        trail.push(services.db.isOpen ? 'query' : 'query on closed')
        await end()
      },
      stop: () => void trail.push('stop migrate'),
    })
    return { plugins: [db, migrate], begun: begun.promise }
  }

  it.each([
    ['start', 'is waited for', () => Promise.resolve()],
    ['start', 'may fail', () => Promise.reject(new Error('no'))],
    ['started', 'is waited for', () => Promise.resolve()],
  ] as const)('are stopped when a %s that was called off has ended, which %s', async (phase, _, end) => {
    const trail: string[] = []
    const { plugins, begun } = migrating(trail, phase, end)
    const app = appWith(plugins)
    const starting = failureOf(app.start())
    await begun
    expect(await app.stop()).toMatchObject({ isClean: true, heldUp: [] })
    expect(trail).toEqual(['query', 'stop migrate', 'stop db'])
    expect(await starting).toBeInstanceOf(SetupError)
  })

  it('are stopped when a start that took too long has ended', async () => {
    const trail: string[] = []
    const app = appWith(migrating(trail, 'start').plugins, { phases: { startMs: 10 } })
    expect(await failureOf(app.start())).toBeInstanceOf(SetupError)
    expect(trail).toEqual(['query', 'stop migrate', 'stop db'])
    expect(await app.stop()).toMatchObject({ isClean: true })
  })

  it.each([
    ['start', 'Its start has not ended.'],
    ['started', 'Its started() has not ended.'],
  ] as const)(
    'whose %s does not end are in the report once, and the others are stopped',
    async (phase, message) => {
      const trail: string[] = []
      const never = (): Promise<void> => new Promise(() => undefined)
      const app = appWith(
        [noted(trail, 'first'), { name: 'deaf', [phase]: never, stop: never }, noted(trail, 'last')],
        { phases: { startMs: 10, stopMs: 600 } },
      )
      expect(await failureOf(app.start())).toBeInstanceOf(SetupError)
      expect(trail).toContain('stop first')
      const { heldUp } = await app.stop()
      expect(heldUp).toEqual([
        { what: 'plugin deaf', ageMs: expect.any(Number), error: expect.objectContaining({ message }) },
      ])
      expect(heldUp[0]?.ageMs).toBeLessThan(550)
    },
  )

  it('that hang at stop do not pass the budget, and the report names them and nobody else', async () => {
    const trail: string[] = []
    const hung = deferred<AbortSignal>()
    const app = appWith(
      [
        noted(trail, 'first'),
        noted(trail, 'hung', { stop: (_, signal) => (hung.resolve(signal), new Promise(() => undefined)) }),
        noted(trail, 'failing', { stop: () => Promise.reject(new Error('no')) }),
      ],
      { phases: { stopMs: 30 } },
    )
    await app.start()
    const report = await app.stop()
    expect(report.isClean).toBe(false)
    expect(report.heldUp.map((one) => one.what)).toEqual(['plugin failing', 'plugin hung'])
    expect((await hung.promise).aborted).toBe(true)
    expect(trail).toContain('stop first')
    expect(app.lines.at(-1)).toMatchObject({
      level: 40,
      heldUp: [{ what: 'plugin failing', error: { message: 'no' } }, { what: 'plugin hung' }],
    })
  })

  it('that hang at the end of a start that failed are in the report, too', async () => {
    const app = appWith(
      [
        { name: 'hung', stop: () => new Promise(() => undefined) },
        { name: 'bad', start: () => Promise.reject(new Error('no')) },
      ],
      { phases: { stopMs: 30 } },
    )
    expect(await failureOf(app.start())).toBeInstanceOf(SetupError)
    expect((await app.stop()).heldUp.map((one) => one.what)).toEqual(['plugin hung'])
  })
})
