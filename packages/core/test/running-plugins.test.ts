import {
  bind,
  contentCoding,
  currentFrame,
  DisposeError,
  FRAME,
  lazy,
  plugin,
  route,
  text,
  token,
  type Frame,
  type PluginDefinition,
  type RunningApp,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { appWith, noted, setupErrorOf } from './phase-support.ts'
import { deferred, failureOf, open, transports } from './support.ts'

interface Part {
  readonly name: string
}
const DB = token<Part>('db')
const LATE = token<Part>('late')
const part = (name: string) => ({ make: (): Part => ({ name }) })

/** The app as a plugin has it, and the app itself. */
async function running(parts: Partial<PluginDefinition<{}>> = {}, more: object = {}) {
  let app!: RunningApp
  const own = appWith([{ name: 'p', start: (given) => void (app = given), ...parts }], more)
  await own.start()
  return { app, own }
}

describe('a plugin is given', () => {
  it('whether it is started for a command alone', async () => {
    const { app, own } = await running()
    expect(app.isForCommand).toBe(false)
    await own.stop()
    let seen: unknown
    const called = appWith([{ name: 'p', start: ({ isForCommand }) => void (seen = isForCommand) }])
    await called['~internal'].startForCommand()
    await called.stop()
    expect(seen).toBe(true)
  })

  it('what it injects: at its start, for its health and at its stop', async () => {
    const seen: unknown[] = []
    const database = plugin({
      name: 'database',
      inject: { db: DB },
      setup: (app) => app.provide(bind(DB, part('db'))),
      start: ({ services, name }) => void seen.push(['start', name, services]),
      started: ({ services }) => void seen.push(['started', services.db.name]),
      health: ({ db }, signal) => {
        seen.push(['health', db.name, signal.aborted])
        return { status: 'up' }
      },
      stop: ({ db }, signal) => void seen.push(['stop', db.name, signal.aborted]),
    })
    const app = await testApp({ name: 'shop', routes: {}, plugins: [database] })
    await app.request('GET', '/readyz')
    await app.close()
    expect(seen).toEqual([
      ['start', 'shop', { db: { name: 'db' } }],
      ['started', 'db'],
      ['health', 'db', false],
      ['stop', 'db', false],
    ])
  })

  it('services of its own in each of two apps that are made of it', async () => {
    const seen: Part[] = []
    const database = plugin({
      name: 'database',
      inject: { db: DB },
      setup: (app) => app.provide(bind(DB, part('db'))),
      start: ({ services }) => void seen.push(services.db),
    })
    const routes = { a: route.inject({ db: DB }).get('/', open, ({ db }) => String(seen.indexOf(db))) }
    await using first = await testApp({ routes, plugins: [database] })
    await using second = await testApp({ routes, plugins: [database] })
    expect(await (await first.request('GET', '/')).text()).toBe('0')
    expect(await (await second.request('GET', '/')).text()).toBe('1')
  })

  it('its functions as they stand, with the class around them', async () => {
    class Database {
      readonly name = 'database'
      readonly said: string[] = []
      start(): void {
        this.said.push('start')
      }
      health() {
        this.said.push('health')
        return { status: 'up' as const }
      }
      stop(): void {
        this.said.push('stop')
      }
    }
    const database = new Database()
    const app = await testApp({ routes: {}, plugins: [plugin(database)] })
    await app.request('GET', '/readyz')
    await app.close()
    expect(database.said).toEqual(['start', 'health', 'stop'])
  })

  it('a log whose lines carry its name', async () => {
    const { app, own } = await running()
    app.log.info('x')
    expect(own.lines.at(-1)).toMatchObject({ plugin: 'p', msg: 'x' })
    await own.stop()
  })

  it('a signal that aborts when the app begins to end, and no earlier', async () => {
    const { app, own } = await running({}, { phases: { startMs: 20 } })
    const drained = deferred<boolean>()
    app.signal.addEventListener('abort', () => drained.resolve(own.phase === 'draining'))
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(app.signal.aborted).toBe(false)
    await own.stop()
    expect(await drained.promise).toBe(true)
  })
})

describe('while the plugins start, resolve', () => {
  it('gives what is made, and refuses what would be made out of its turn', async () => {
    const seen: unknown[] = []
    const providers = [bind(LATE, { needs: [DB], make: () => ({ name: 'late' }) }), bind(DB, part('db'))]
    const early = plugin({
      name: 'early',
      inject: { db: DB, late: lazy(() => LATE) },
      start: ({ resolve, services, runScoped }) => {
        seen.push(resolve(DB).name)
        for (const ask of [() => resolve(LATE), () => services.late()]) {
          try {
            ask()
          } catch (error) {
            seen.push((error as Error).message)
          }
        }
        return runScoped((scope) => scope.resolve(LATE)).then(
          () => undefined,
          (error: unknown) => void seen.push((error as { readonly code: string }).code),
        )
      },
      started: ({ resolve, services }) => void seen.push(resolve(LATE) === services.late()),
    })
    const app = appWith([early], { providers })
    await app.start()
    await app.stop()
    const refusal =
      'LATE is not made yet: the app is starting. Name it in inject of the plugin, so that it is made before; or ask for it in started.'
    expect(seen).toEqual(['db', refusal, refusal, 'ERR_CORE_DI_NOT_STARTED', true])
  })
})

describe('started', () => {
  it('is called when everything has started, in the order of the start, before the port is open', async () => {
    const trail: string[] = []
    const begins = (name: string) => ({
      started: async () => {
        await Promise.resolve()
        trail.push(`started ${name} ${app.phase}`)
      },
    })
    const app = appWith([
      noted(trail, 'jobs', { needs: ['database'], ...begins('jobs') }),
      noted(trail, 'database', begins('database')),
    ])
    const { port } = await app.listen({ port: 0, host: '127.0.0.1', signals: false })
    expect(port).toBeGreaterThan(0)
    expect(trail.slice(2)).toEqual([
      'start database',
      'start jobs',
      'started database starting',
      'started jobs starting',
    ])
    await app.stop()
  })

  it('that fails fails the start, and everything ends in reverse', async () => {
    const trail: string[] = []
    const cause = new Error('no topic')
    let signal!: AbortSignal
    const app = appWith([
      noted(trail, 'a', { started: (app_) => void (signal = app_.signal) }),
      noted(trail, 'b', { started: () => Promise.reject(cause) }),
      noted(trail, 'c', { started: () => void trail.push('never') }),
    ])
    const error = await failureOf(app.start())
    expect(error).toMatchObject({
      cause,
      problems: [
        {
          code: 'ERR_CORE_PLUGIN_START',
          place: 'plugin b',
          message: 'Its started() failed: no topic.',
          remedy: 'See the cause.',
        },
      ],
    })
    expect(signal.aborted).toBe(true)
    expect(trail.slice(3)).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a'])
    expect([app.phase, (await app.stop()).isClean]).toEqual(['failed', true])
  })

  it('shares the time of the start', async () => {
    const app = appWith([{ name: 'slow', started: () => new Promise(() => undefined) }], {
      phases: { startMs: 20 },
    })
    expect(await failureOf(app.start())).toMatchObject({
      problems: [
        { place: 'plugin slow', message: 'Its started() did not end within the 20 ms of the start.' },
      ],
    })
  })
})

describe('a plugin calls operations', () => {
  it('from started on, until the app has stopped; while plugins start it is refused', async () => {
    const seen: unknown[] = []
    let call!: () => Promise<unknown>
    const caller = plugin({
      name: 'caller',
      start: async ({ invoke }) => {
        call = () => invoke('a')
        seen.push(await failureOf(call()))
      },
      started: async () => void seen.push(await call()),
    })
    const app = appWith([caller])
    await app.start()
    expect(seen).toMatchObject([
      {
        problems: [
          {
            code: 'ERR_CORE_PHASE',
            place: 'plugin caller',
            message: 'It called invoke() before all plugins had started.',
            remedy: 'Call it in started, or later.',
          },
        ],
      },
      { ok: true, status: 200, data: 'x' },
    ])
    await app.stop()
    expect(await failureOf(call())).toMatchObject({ problems: [{ code: 'ERR_CORE_PHASE' }] })
  })
})

describe('work outside of requests', () => {
  class Unit {
    static readonly scope = 'request'
    static readonly inject = [FRAME] as const
    readonly frame: Frame
    isClosed = false
    constructor(frame: Frame) {
      this.frame = frame
    }
    [Symbol.dispose](): void {
      this.isClosed = true
    }
  }

  it('has services of its own, in a frame of its own, and they are closed at its end', async () => {
    const { app, own } = await running()
    const work = () =>
      app.runScoped(async (scope) => {
        const unit = scope.resolve(Unit)
        await Promise.resolve()
        expect([scope.resolve(Unit) === unit, unit.isClosed]).toEqual([true, false])
        expect(currentFrame()?.isOfSameRequest(unit.frame)).toBe(true)
        return unit
      })
    const [first, second] = await Promise.all([work(), work()])
    expect([first.isClosed, second.isClosed, first === second]).toEqual([true, true, false])
    expect(first.frame.id).not.toBe(second.frame.id)
    expect(currentFrame()).toBeUndefined()
    await own.stop()
  })

  it('that fails is closed as well, and rejects with its own failure', async () => {
    const { app, own } = await running()
    let unit: Unit | undefined
    const cause = new Error('no')
    const failing = app.runScoped((scope) => {
      unit = scope.resolve(Unit)
      throw cause
    })
    expect(await failureOf(failing)).toBe(cause)
    expect(unit?.isClosed).toBe(true)

    class Stuck extends Unit {
      static override readonly inject = [FRAME] as const
      constructor(frame: Frame) {
        super(frame)
      }
      override [Symbol.dispose](): void {
        throw new Error('stays open')
      }
    }
    expect(await failureOf(app.runScoped((scope) => void scope.resolve(Stuck)))).toBeInstanceOf(DisposeError)
    const both = app.runScoped((scope) => {
      scope.resolve(Stuck)
      throw cause
    })
    expect(await failureOf(both)).toBe(cause)
    await own.stop()
  })

  it('is told when the app ends', async () => {
    const { app, own } = await running()
    const begun = deferred()
    const work = app.runScoped(async () => {
      const { signal } = currentFrame()!
      begun.resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      return signal.aborted
    })
    await begun.promise
    await own.stop()
    expect(await work).toBe(true)
    expect(await failureOf(app.runScoped(() => 1))).toMatchObject({ problems: [{ code: 'ERR_CORE_PHASE' }] })
  })

  it('has the deadline and the signal that it is given', async () => {
    const { app, own } = await running()
    const given = new AbortController()
    const work = app.runScoped(
      () => {
        const frame = currentFrame()!
        given.abort('enough')
        return [frame.deadline === undefined, frame.signal.aborted, frame.abortReason]
      },
      { deadlineMs: 5_000, signal: given.signal },
    )
    expect(await work).toEqual([false, true, 'enough'])
    await own.stop()
  })
})

describe('a coding of bodies that a plugin offers', () => {
  const upper = contentCoding('upper', {
    decode: async function* (encoded) {
      for await (const bytes of encoded) yield Buffer.from(Buffer.from(bytes).toString().toUpperCase())
    },
  })
  const offering = (...codings: unknown[]) =>
    plugin({ name: 'codings', setup: (app) => app.contentCodings(...(codings as (typeof upper)[])) })

  it.each(transports)('decodes them, %s', async (transport) => {
    const echo = route.post('/', { ...open, body: text() }, ({ body }) => body)
    await using app = await testApp({ routes: { echo }, plugins: [offering(upper)], transport })
    const response = await app.request('POST', '/', {
      body: 'abc',
      headers: { 'content-encoding': 'upper', 'content-type': 'text/plain' },
    })
    expect([response.status, await response.text()]).toEqual([200, 'ABC'])
  })

  it('is refused where it is none, or is there twice', () => {
    const messages = (...codings: unknown[]) =>
      setupErrorOf(() => appWith([offering(...codings)], { contentCodings: [upper] }).check()).problems.map(
        (one) => one.message,
      )
    expect(messages({ name: 'gzip' })).toEqual([
      'The coding given to contentCodings() must be a content coding, made by contentCoding, not an object.',
    ])
    expect(messages(upper)).toEqual(["Two of its contentCodings decode 'upper'."])
  })
})

describe('what a check returns', () => {
  it('stops the start', () => {
    const problem = { code: 'ACME_ODD', place: 'plugin p', message: 'It is odd.', remedy: 'Mend it.' }
    const app = appWith([
      { name: 'p', check: () => [problem] },
      { name: 'q', check: () => undefined },
    ])
    expect(() => app.check()).toThrow('plugin p: It is odd. Mend it. [ACME_ODD]')
  })
})
