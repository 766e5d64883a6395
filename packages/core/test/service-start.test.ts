import {
  bind,
  createApp,
  lazy,
  plugin,
  route,
  SetupError,
  token,
  type RouteTree,
  type Startable,
} from '@keelson/core'
import { createMemoryLogger } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open } from './support.ts'

const trail: string[] = []
const appOf = (routes: RouteTree, options: object = {}) => {
  trail.length = 0
  return createApp({ mode: 'test', log: false, health: false, routes, ...options })
}

class Pool implements Startable {
  async onStart(signal: AbortSignal) {
    trail.push(`begin Pool ${signal.aborted}`)
    await Promise.resolve()
    trail.push('end Pool')
  }
  dispose(): void | Promise<void> {
    trail.push('close Pool')
  }
}
class Repo implements Startable {
  static readonly inject = [Pool] as const
  constructor(pool: Pool) {
    trail.push(`make Repo of ${pool.constructor.name}`)
  }
  onStart(_signal?: AbortSignal): void | Promise<void> {
    trail.push('start Repo')
  }
  dispose() {
    trail.push('close Repo')
  }
}
const useOf = (target: typeof Repo) => ({ show: route.inject({ it: target }).get('/', open, () => 'ok') })

describe('a service with a start of its own', () => {
  it('is started once, after what it needs, before requests, and closed in reverse', async () => {
    const app = appOf({ ...useOf(Repo), other: route.inject({ pool: Pool }).get('/b', open, () => 'ok') })
    await app.start()
    await app.fetch(new Request('http://a/'))
    const started = ['begin Pool false', 'end Pool', 'make Repo of Pool', 'start Repo']
    expect(trail).toEqual(started)
    await app.stop()
    expect(trail).toEqual([...started, 'close Repo', 'close Pool'])
  })

  it('may be made by a function, and be needed lazily or by a request-scoped service alone', async () => {
    const DB = token<Pool>('db')
    class PerRequest {
      static readonly scope = 'request'
      static readonly inject = [lazy(() => DB)] as const
      readonly db: () => Pool
      constructor(db: () => Pool) {
        this.db = db
      }
    }
    const routes = { show: route.inject({ it: PerRequest }).get('/', open, () => 'ok') }
    const app = appOf(routes, { providers: [bind(DB, { make: async () => new Pool() })] })
    await app.start()
    expect(trail).toEqual(['begin Pool false', 'end Pool'])
    await app.stop()
  })

  it('is not started twice under two names, and not where it is a value', async () => {
    const AGAIN = token<Pool>('again')
    const GIVEN = token<Pool>('given')
    const inject = { a: Pool, b: AGAIN, c: GIVEN }
    const app = appOf(
      { show: route.inject(inject).get('/', open, () => 'ok') },
      {
        providers: [bind(AGAIN, { needs: [Pool], make: (pool) => pool }), bind(GIVEN, { value: new Pool() })],
      },
    )
    await app.start()
    expect(trail).toEqual(['begin Pool false', 'end Pool'])
    await app.stop()
  })

  it('is started when its class is bound, though no route needs it', async () => {
    const POOL = token<Pool>('pool')
    const ALIAS = token<Pool>('alias')
    const MADE = token<Pool>('made')
    const providers = [
      bind(ALIAS, { alias: POOL }),
      bind(POOL, { class: Pool }),
      bind(MADE, { make: () => new Pool() }),
    ]
    const routes = { show: route.get('/', open, () => 'ok') }
    const app = appOf(routes, { providers })
    await app.start()
    expect(trail).toEqual(['begin Pool false', 'end Pool'])
    await app.stop()
    expect(trail.slice(2)).toEqual(['close Pool'])

    const replaced = appOf(routes, { providers, overrides: [bind(POOL, { value: new Pool() })] })
    await replaced.start()
    await replaced.stop()
    expect(trail).toEqual([])

    class Broken extends Pool {
      override onStart(): Promise<void> {
        return Promise.reject(new Error('db down'))
      }
    }
    const broken = appOf(routes, { providers: [bind(POOL, { class: Broken })] })
    expect(await failureOf(broken.start())).toMatchObject({
      problems: [{ place: 'service POOL', message: 'It could not be started: db down.' }],
    })
  })

  it('that fails stops the start by name and chain, and closes what was made', async () => {
    class Broken extends Repo {
      constructor(pool: Pool) {
        super(pool)
      }
      override onStart() {
        throw new Error('db down')
      }
    }
    class Orders {
      static readonly inject = [Broken] as const
      readonly repo: Broken
      constructor(repo: Broken) {
        this.repo = repo
      }
    }
    const app = appOf({ show: route.inject({ orders: Orders }).get('/', open, () => 'ok') })
    const error = (await failureOf(app.start())) as SetupError
    expect(error).toBeInstanceOf(SetupError)
    expect(error.problems).toEqual([
      {
        code: 'ERR_CORE_SERVICE_START',
        place: 'service Broken',
        message: expect.stringMatching(
          /^It could not be started: db down\. It is needed by route show \(GET \/, .*\), ctx\.orders -> Orders\.$/,
        ),
        remedy: 'See the cause.',
      },
    ])
    expect(error.cause).toEqual(new Error('db down'))
    expect(trail.slice(-2)).toEqual(['close Repo', 'close Pool'])
    expect(app.phase).toBe('failed')
  })

  it('that takes too long ends the start by its limit, with the signal aborted', async () => {
    let told: AbortSignal | undefined
    class Slow extends Repo {
      constructor(pool: Pool) {
        super(pool)
      }
      override async onStart(signal?: AbortSignal) {
        told = signal
        await new Promise((resolve) => signal?.addEventListener('abort', resolve))
        trail.push('slow gave up')
      }
    }
    const app = appOf(useOf(Slow), { phases: { startMs: 50 } })
    expect(await failureOf(app.start())).toMatchObject({
      problems: [
        {
          place: 'service Slow',
          message: /^It could not be started: The limit of 50 ms has passed\. It is needed by/ as never,
          remedy: /phases\.startMs/ as never,
        },
      ],
    })
    expect(told?.aborted).toBe(true)
    // Its start ends before it is closed.
    expect(trail.slice(-3)).toEqual(['slow gave up', 'close Repo', 'close Pool'])
  })

  describe('that ignores its signal', () => {
    /** Has a closing that takes a while. */
    class Slowly extends Pool {
      override async dispose() {
        await Promise.resolve()
        trail.push('close Slowly')
      }
    }
    class Deaf {
      static readonly inject = [Slowly] as const
      readonly pool: Slowly
      constructor(pool: Slowly) {
        this.pool = pool
      }
      onStart(): Promise<void> {
        return new Promise(() => undefined)
      }
      dispose(): void | Promise<void> {
        trail.push('close Deaf')
      }
    }
    const start = async (target: typeof Deaf, phases: object = { startMs: 20, stopMs: 100 }) => {
      const { log, lines } = createMemoryLogger()
      const plugins = [plugin({ name: 'last', stop: () => void trail.push('stop last') })]
      const app = appOf(
        { show: route.inject({ it: target }).get('/', open, () => 'ok') },
        { phases, log, plugins },
      )
      expect(await failureOf(app.start())).toMatchObject({
        problems: [{ place: 'service Deaf', remedy: /phases\.startMs/ as never }],
      })
      return { app, lines }
    }
    const closed = ['close Deaf', 'close Slowly', 'stop last']

    it('and never ends is in the report alone and once, and leaves the others time to close', async () => {
      const { app, lines } = await start(Deaf)
      expect(trail.slice(2)).toEqual(closed)
      const report = await app.stop()
      expect(report.isClean).toBe(false)
      expect(report.heldUp).toEqual([
        {
          what: 'service Deaf',
          ageMs: expect.any(Number),
          error: expect.objectContaining({ name: 'TimeoutError', message: 'Its start has not ended.' }),
        },
      ])
      expect(report.heldUp[0]?.ageMs).toBeGreaterThan(40)
      expect(trail.slice(2)).toEqual(closed)
      expect(lines.map((line) => line['msg'])).toEqual(['Stopped; something held it up.'])
    })

    it('and cannot be closed either, is in the report once', async () => {
      class Stuck extends Deaf {
        static override readonly name = 'Deaf'
        constructor(pool: Slowly) {
          super(pool)
        }
        override dispose(): Promise<void> {
          return new Promise(() => undefined)
        }
      }
      const { app } = await start(Stuck)
      expect((await app.stop()).heldUp.map(({ what, error }) => [what, String(error)])).toEqual([
        ['service Deaf', 'TimeoutError: Its start has not ended.'],
      ])
    })

    it.each([
      ['ends', () => Promise.resolve()],
      ['fails', () => Promise.reject(new Error('db down'))],
    ])('and %s when its time has passed is closed after that, and the stop is clean', async (_, end) => {
      const told = deferred()
      class Late extends Deaf {
        static override readonly name = 'Deaf'
        constructor(pool: Slowly) {
          super(pool)
        }
        override async onStart(signal?: AbortSignal): Promise<void> {
          signal?.addEventListener('abort', () => setTimeout(told.resolve, 20))
          await told.promise
          trail.push('late')
          await end()
        }
      }
      const { app } = await start(Late, { startMs: 20 })
      expect(trail.slice(2)).toEqual(['late', ...closed])
      expect(await app.stop()).toMatchObject({ isClean: true, heldUp: [] })
      expect(trail.slice(2)).toEqual(['late', ...closed])
    })

    it('or fails to close when the start has failed is in the report of the stop once, too', async () => {
      class Broken extends Deaf {
        static override readonly name = 'Deaf'
        constructor(pool: Slowly) {
          super(pool)
        }
        override onStart = async (): Promise<void> => Promise.reject(new Error('db down'))
        override dispose(): void {
          throw new Error('stays open')
        }
      }
      const app = appOf({ show: route.inject({ it: Broken }).get('/', open, () => 'ok') })
      expect(await failureOf(app.start())).toBeInstanceOf(SetupError)
      const { heldUp } = await app.stop()
      expect(heldUp.map(({ what, error }) => [what, String(error)])).toEqual([
        ['service Deaf', 'Error: stays open'],
      ])
    })
  })

  it('is called off by a stop', async () => {
    class Endless extends Repo {
      constructor(pool: Pool) {
        super(pool)
      }
      override onStart(signal?: AbortSignal) {
        return new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
      }
    }
    const app = appOf(useOf(Endless))
    const starting = failureOf(app.start())
    await new Promise((resolve) => setImmediate(resolve))
    expect((await app.stop()).isClean).toBe(true)
    expect(await starting).toMatchObject({ problems: [{ code: 'ERR_CORE_PHASE' }] })
    expect(trail.slice(-2)).toEqual(['close Repo', 'close Pool'])
  })
})

describe('a service that cannot be made', () => {
  const DB = token<object>('db')
  class Orders {
    static readonly inject = [DB] as const
    readonly db: object
    constructor(db: object) {
      this.db = db
    }
  }
  const routes = { show: route.inject({ orders: Orders }).get('/', open, () => 'ok') }
  it.each([
    [
      'throws',
      () => {
        throw new Error('db down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('db down'))],
    [
      'throws what is not an error',
      () => {
        throw 'db down'
      },
    ],
  ])('since its provider %s is named with who needed it', async (_, make) => {
    const app = appOf(routes, { providers: [bind(DB, { make: make as () => object })] })
    const error = (await failureOf(app.start())) as SetupError
    expect(error.problems).toMatchObject([{ code: 'ERR_CORE_SERVICE_START', place: 'service DB' }])
    expect(error.message).toMatch(
      /service DB: It could not be made: db down\. It is needed by route show .*ctx\.orders -> Orders\. See the cause\./,
    )
    expect([error.cause].map((cause) => (cause instanceof Error ? cause.message : cause))).toEqual([
      'db down',
    ])
  })

  it('since its constructor throws is named likewise', async () => {
    class Broken {
      constructor() {
        throw new TypeError('no file')
      }
    }
    const app = appOf({ show: route.inject({ it: Broken }).get('/', open, () => 'ok') })
    expect(await failureOf(app.start())).toMatchObject({
      problems: [
        {
          place: 'service Broken',
          message: /could not be made: no file\. It is needed by route show/ as never,
        },
      ],
      cause: new TypeError('no file'),
    })
  })
})

describe('a start that nobody would call stops the start of the app:', () => {
  class Inherits extends Repo {
    static readonly scope = 'request'
  }
  class Direct implements Startable {
    static readonly scope = 'request'
    onStart() {}
  }
  class Transient implements Startable {
    static readonly scope = 'transient'
    onStart() {}
  }
  class Plain implements Startable {
    onStart() {}
  }
  const PORT = token<Plain>('port')
  const using = (target: never) => ({ show: route.inject({ it: target }).get('/', open, () => 'ok') })

  it.each<[string, RouteTree, object, string]>([
    ['of a request', using(Direct as never), {}, "Direct has onStart, .* its scope is 'request'"],
    ['inherited from a singleton', using(Inherits as never), {}, "Inherits has onStart, .* 'request'"],
    ['of a transient service', using(Transient as never), {}, "Transient has onStart, .* 'transient'"],
    [
      'of a class that is bound to a request',
      using(PORT as never),
      { providers: [bind(PORT, { class: Plain, scope: 'request' })] },
      "Plain has onStart, .* 'request'",
    ],
  ])('%s', (_, routes, options, message) => {
    const check = (): void => appOf(routes, options).check()
    expect(check).toThrow(new RegExp(message))
    expect(check).toThrow('ERR_CORE_DI_SCOPE')
  })

  it('not that of a singleton, whatever it is bound to', () => {
    const options = { providers: [bind(PORT, { class: Plain })] }
    expect(() => appOf(using(PORT as never), options).check()).not.toThrow()
  })
})
