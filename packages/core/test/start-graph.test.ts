import {
  bind,
  createApp,
  lazy,
  optional,
  plugin,
  route,
  token,
  KEY_VALUE_STORE,
  SetupError,
  type Plugin,
  type RouteTree,
} from '@keelson/core'
import { createMemoryStore, requireCapabilities } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { setupErrorOf } from './phase-support.ts'
import { failureOf, open } from './support.ts'

interface Part {
  readonly name: string
}
const QUEUE = token<Part>('queue')
const DB = token<Part>('db')
const JOBS = token<Part>('jobs')
const OUTBOX = token<Part>('outbox')
const CACHE = token<Part>('cache')

/** Parts that note when they are made and closed, plugins that note when they start and stop. */
function noting() {
  const trail: string[] = []
  const make = (name: string) => (): Part & Disposable => {
    trail.push(`make ${name}`)
    return { name, [Symbol.dispose]: () => void trail.push(`close ${name}`) }
  }
  const phases = (name: string) => ({
    name,
    start: () => void trail.push(`start ${name}`),
    stop: () => void trail.push(`stop ${name}`),
  })
  return { trail, make, phases }
}

/** What is done at the end of what was done at the start. */
function mirrorOf(trail: readonly string[]): string[] {
  return trail.toReversed().map((step) => step.replace('make', 'close').replace('start', 'stop'))
}

function appOf(plugins: readonly Plugin[], routes: RouteTree = {}, more: object = {}) {
  return createApp({ mode: 'test', log: false, health: false, routes, plugins, ...more })
}

function problemsOf(plugins: readonly Plugin[], routes: RouteTree = {}, more: object = {}): string[] {
  return setupErrorOf(() => appOf(plugins, routes, more).check()).problems.map(
    ({ place, message, remedy }) => `${place}: ${message} ${remedy}`,
  )
}

describe('plugins and services are one graph', () => {
  it('that starts in the order of its needs, however it was given, and stops in the exact reverse', async () => {
    const { trail, make, phases } = noting()
    const orders = token<Part>('orders')
    const relay = token<Part>('relay')
    const plugins = [
      plugin({
        ...phases('cache'),
        needs: ['jobs'],
        setup: (app) => app.provide(bind(CACHE, { make: make('cache') })),
      }),
      plugin({
        ...phases('jobs'),
        inject: { jobs: JOBS },
        setup: (app) =>
          app.provide(
            bind(QUEUE, { make: make('queue') }),
            bind(JOBS, { needs: [QUEUE, OUTBOX], make: make('jobs') }),
          ),
      }),
      plugin({
        ...phases('outbox'),
        inject: { relay },
        setup: (app) => app.provide(bind(OUTBOX, { needs: [DB], make: make('outbox') })),
      }),
      plugin({
        ...phases('database'),
        inject: { db: DB },
        setup: (app) => app.provide(bind(DB, { make: make('db') })),
      }),
    ]
    const providers = [
      bind(relay, { needs: [DB], make: make('relay') }),
      bind(orders, { needs: [CACHE, JOBS], make: make('orders') }),
    ]
    const app = appOf(plugins, { a: route.inject({ orders }).get('/', open, () => 'ok') }, { providers })
    await app.start()
    expect(trail).toEqual([
      'make queue',
      'make db',
      'start database',
      'make relay',
      'start outbox',
      'make outbox',
      'make jobs',
      'start jobs',
      'start cache',
      'make cache',
      'make orders',
    ])
    const started = trail.splice(0)
    expect(await app.stop()).toMatchObject({ isClean: true })
    expect(trail).toEqual(mirrorOf(started))
  })

  it('that undoes in reverse what was started and made when one of it fails', async () => {
    const { trail, make, phases } = noting()
    const plugins = [
      plugin({
        ...phases('database'),
        inject: { db: DB },
        setup: (app) => app.provide(bind(DB, { make: make('db') })),
      }),
      plugin({
        ...phases('jobs'),
        inject: { jobs: JOBS },
        setup: (app) => app.provide(bind(JOBS, { needs: [DB], make: make('jobs') })),
        start: () => Promise.reject(new Error('no broker')),
      }),
      plugin(phases('never')),
    ]
    expect(await failureOf(appOf(plugins).start())).toMatchObject({
      problems: [{ place: 'plugin jobs', message: 'It did not start: no broker.' }],
    })
    expect(trail).toEqual([
      'make db',
      'start database',
      'make jobs',
      'stop jobs',
      'close jobs',
      'stop database',
      'close db',
    ])
  })

  it('names the plugin for which a service is made that fails', async () => {
    const broken = (): Part => {
      throw new Error('no disk')
    }
    const jobs = plugin({ name: 'jobs', inject: { jobs: JOBS } })
    const providers = [bind(DB, { make: broken }), bind(JOBS, { needs: [DB], make: noting().make('jobs') })]
    const error = (await failureOf(appOf([jobs], {}, { providers }).start())) as SetupError
    expect(error.problems).toMatchObject([
      {
        place: 'service DB',
        message: 'It could not be made: no disk. It is needed by plugin jobs -> JOBS.',
      },
    ])
  })

  it('in which an override takes the place of what a plugin binds, after the same start', async () => {
    const { trail, make, phases } = noting()
    const repo = token<Part>('repo')
    const database = plugin({
      ...phases('database'),
      setup: (app) => app.provide(bind(DB, { make: make('db') })),
    })
    const reader = plugin({ ...phases('reader'), inject: { repo } })
    const app = appOf(
      [reader, database],
      {},
      {
        providers: [bind(repo, { needs: [DB], make: make('repo') })],
        overrides: [bind(DB, { make: make('fake') })],
      },
    )
    await app.start()
    expect(trail).toEqual(['start database', 'make fake', 'make repo', 'start reader'])
    const started = trail.splice(0)
    await app.stop()
    expect(trail).toEqual(mirrorOf(started))
  })

  it('in which what is needed lazily orders nothing, and is made at the end', async () => {
    const { trail, make, phases } = noting()
    const uses = token<Part>('uses')
    let given: (() => Part) | undefined
    const self = plugin({
      ...phases('self'),
      inject: { uses: lazy(() => uses) },
      setup: (app) => app.provide(bind(DB, { make: make('db') })),
      started: ({ services }) => void (given = services.uses),
    })
    const app = appOf([self], {}, { providers: [bind(uses, { needs: [DB], make: make('uses') })] })
    await app.start()
    expect(trail).toEqual(['start self', 'make db', 'make uses'])
    expect(given?.().name).toBe('uses')
    await app.stop()
    expect(trail.slice(3)).toEqual(['close uses', 'close db', 'stop self'])
  })

  it('closes a value that wants it in its turn', async () => {
    const { trail, phases } = noting()
    const database = plugin({
      ...phases('database'),
      setup: (app) =>
        app.provide(bind(DB, { value: { name: 'db' }, dispose: () => void trail.push('close db') })),
    })
    const app = appOf([database], { a: route.inject({ db: DB }).get('/', open, () => 'ok') })
    await app.start()
    await app.stop()
    expect(trail).toEqual(['start database', 'close db', 'stop database'])
  })

  it('goes down a chain of a thousand services and up again', async () => {
    const tokens = Array.from({ length: 1000 }, (_, at) => token<Part>(`t${at}`))
    const providers = tokens.map((target, at) =>
      bind(target, { needs: tokens.slice(at + 1, at + 2), make: () => ({ name: `t${at}` }) }),
    )
    const app = appOf([plugin({ name: 'top', inject: { top: tokens[0]! } })], {}, { providers })
    await app.start()
    expect(await app.stop()).toMatchObject({ isClean: true })
  })
})

describe('a start that cannot be ordered is refused with its chain:', () => {
  const binds = (name: string, target: typeof DB, more: object = {}) =>
    plugin({ name, setup: (app) => app.provide(bind(target, { value: { name } })), ...more })
  const Uses = token<Part>('uses')
  const providers = [bind(Uses, { needs: [DB], make: () => ({ name: 'uses' }) })]

  it('a plugin that injects a service of the app which uses what it binds', () => {
    expect(problemsOf([binds('self', DB, { inject: { uses: Uses } })], {}, { providers })).toEqual([
      'plugin self: It starts after itself: plugin self -> USES -> plugin self. Remove one of these needs, or make one that is only used later lazy: lazy(() => USES).',
    ])
  })

  it('two plugins, through a service', () => {
    const plugins = [
      plugin({ name: 'one', inject: { uses: Uses } }),
      binds('two', DB, { needs: ['one'] }),
      plugin({ name: 'three', needs: ['two'] }),
    ]
    expect(problemsOf(plugins, {}, { providers })).toEqual([
      expect.stringContaining(
        'plugin one: It starts after itself: plugin one -> USES -> plugin two -> plugin one.',
      ),
    ])
  })

  it('two plugins, each of which injects what the other binds', () => {
    const plugins = [binds('one', DB, { inject: { jobs: JOBS } }), binds('two', JOBS, { inject: { db: DB } })]
    expect(problemsOf(plugins)).toEqual([
      'plugin one: It starts after itself: plugin one -> plugin two -> plugin one. Remove one of these needs.',
    ])
  })

  it('a token that nobody binds, and one that only some apps have', async () => {
    const nowhere = token<Part>('nowhere')
    expect(problemsOf([plugin({ name: 'm', inject: { x: nowhere } })])).toEqual([
      "plugin m, x: Nothing provides the token 'nowhere', needed by plugin m, x -> NOWHERE. Add `bind(NOWHERE, { make: () => … })` to the providers, or a plugin that binds it, as `database(DB, …)` binds DB.",
    ])
    const seen: unknown[] = []
    const some = plugin({
      name: 'm',
      inject: { x: optional(nowhere), db: optional(DB) },
      start: ({ services }) => void seen.push(services.x, services.db?.name),
    })
    const app = appOf([some, binds('database', DB)])
    await app.start()
    await app.stop()
    expect(seen).toEqual([undefined, 'database'])
  })

  it('a service that lives for one request', () => {
    class PerRequest {
      static readonly scope = 'request'
    }
    class Holds {
      static readonly scope = 'transient'
      static readonly inject = [PerRequest] as const
      constructor(_: PerRequest) {}
    }
    expect(problemsOf([plugin({ name: 'm', inject: { a: PerRequest, b: Holds } })])).toEqual([
      'plugin m, a: It lives as long as the app, and PerRequest lives for one request. Inject PerRequest into a route, or take it from the scope of a request.',
      'plugin m, b: It lives as long as the app, and Holds lives for one request. Inject Holds into a route, or take it from the scope of a request.',
    ])
  })

  it('a port without a capability, by the name of the plugin that needs it', async () => {
    const memory = createMemoryStore()
    const store = Object.assign(memory, { capabilities: { ...memory.capabilities, increment: false } })
    const limit = plugin({
      name: 'limit',
      inject: { store: KEY_VALUE_STORE },
      start: ({ services }) => {
        const problems = requireCapabilities(services.store, ['increment'], { place: 'plugin limit' })
        if (problems.length > 0) throw new SetupError(problems)
      },
    })
    const app = appOf([limit], {}, { ports: { store } })
    expect(await failureOf(app.start())).toMatchObject({
      problems: [
        {
          code: 'ERR_CORE_PORT_CAPABILITY',
          place: 'plugin limit',
          message: expect.stringContaining('It needs the capability "increment"'),
        },
      ],
    })
  })
})
