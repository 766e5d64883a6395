import {
  BadRequestError,
  ConflictError,
  middleware,
  reply,
  route,
  router,
  t,
  type AnyMiddleware,
  type Outcome,
  plugin,
  type PipelineStage,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { Application } from '../src/app/index.ts'
import { httpTransports } from '../src/server/index.ts'
import type { Call } from '../src/operation/index.ts'
import { deferred, open } from './support.ts'

const STAGES: readonly PipelineStage[] = [
  'receive',
  'authenticate',
  'authorize',
  'validate',
  'handle',
  'respond',
  'record',
]

/** Middleware of a stage, which notes that it was called. */
function note(trail: string[], name: string, stage: PipelineStage): AnyMiddleware {
  const mark = () => void trail.push(`${stage} ${name}`)
  if (stage === 'respond') return middleware({ name, stage, transform: (_, outcome) => (mark(), outcome) })
  if (stage === 'record') return middleware({ name, stage, observe: mark })
  return middleware({ name, stage, run: mark })
}

/** A wrap that notes what goes through it. */
const around = (trail: unknown[], name: string, stage: PipelineStage) =>
  middleware({
    name,
    stage,
    wrap: async (_, next) => {
      trail.push(`${name} in`)
      try {
        const outcome = await next()
        trail.push(`${name} out ${outcome.status}`)
        return outcome
      } catch (error) {
        trail.push(`${name} error ${(error as { code?: string }).code}`)
        throw error
      }
    },
  })

describe('middleware', () => {
  it('runs by stage, within one from the app inwards, and in respond from the inside out', async () => {
    const trail: string[] = []
    const level = (name: string) => STAGES.toReversed().map((stage) => note(trail, name, stage))
    const extra = plugin({ name: 'p', setup: (app) => app.use(...level('plugin')) })
    const base = level('factory').reduce((factory, one) => factory.use(one), route)
    const handler = () => void trail.push('handler')
    const inner = router(
      '/b',
      { use: level('inner') },
      { a: base.get('/', { ...open, use: level('route') }, handler) },
    )
    const app = await testApp({
      routes: { outer: router('/a', { use: level('outer') }, { inner }) },
      use: level('app'),
      plugins: [extra],
    })
    await app.request('GET', '/a/b')
    await app.close()
    const levels = ['app', 'plugin', 'outer', 'inner', 'factory', 'route']
    const expected = STAGES.flatMap((stage) =>
      (stage === 'respond' ? levels.toReversed() : levels).map((name) => `${stage} ${name}`),
    )
    expected.splice(expected.indexOf('respond route'), 0, 'handler')
    expect(trail).toEqual(expected)
  })

  it('may wrap what comes after it up to handle, and sees errors as they were thrown', async () => {
    const trail: unknown[] = []
    const use = [
      around(trail, 'receive', 'receive'),
      around(trail, 'validate', 'validate'),
      around(trail, 'handle', 'handle'),
      middleware({
        name: 'respond',
        stage: 'respond',
        transform: (_, outcome) => (trail.push('respond'), outcome),
      }),
    ] as const
    const routes = {
      a: route.get('/', { ...open, use, query: { n: t.Integer() } }, ({ query }) => {
        if (query.n === 0) throw new ConflictError()
        return query.n
      }),
    }
    await using app = await testApp({ routes })
    const ask = async (n: string) => {
      trail.length = 0
      return [(await app.request('GET', `/?n=${n}`)).status, ...trail]
    }
    expect(await ask('1')).toEqual([
      200,
      'receive in',
      'validate in',
      'handle in',
      'handle out 200',
      'validate out 200',
      'receive out 200',
      'respond',
    ])
    expect(await ask('0')).toEqual([
      409,
      'receive in',
      'validate in',
      'handle in',
      'handle error ERR_CORE_CONFLICT',
      'validate error ERR_CORE_CONFLICT',
      'receive error ERR_CORE_CONFLICT',
      'respond',
    ])
    expect(await ask('x')).toEqual([400, 'receive in', 'receive error ERR_CORE_VALIDATION', 'respond'])
  })

  it('that replies ends the request for the later stages, not for what wraps it', async () => {
    const trail: unknown[] = []
    const stop = middleware({
      name: 'stop',
      stage: 'authenticate',
      run: () => reply(302, undefined, { location: '/login' }),
    })
    const use = [around(trail, 'receive', 'receive'), stop, note(trail as string[], 'late', 'validate')]
    await using app = await testApp({
      routes: { a: route.get('/', { ...open, use, response: t.Integer() }, () => 1) },
    })
    const response = await app.request('GET', '/')
    expect([response.status, response.headers.get('location'), await response.text()]).toEqual([
      302,
      '/login',
      '',
    ])
    expect(trail).toEqual(['receive in', 'receive out 302'])
  })

  it('may answer in place of what it wraps: instead of it, and after its error', async () => {
    const cache = middleware({
      name: 'cache',
      stage: 'handle',
      wrap: async (ctx, next) =>
        ctx.path === '/hit'
          ? (reply(200, 'cached') as unknown as Outcome)
          : next().catch(() => reply(503, 'later', { 'retry-after': 1 }) as unknown as Outcome),
    })
    let calls = 0
    const handler = () => {
      calls++
      throw new ConflictError()
    }
    await using app = await testApp({ routes: { a: route.get('/:any', { ...open, use: [cache] }, handler) } })
    const hit = await app.request('GET', '/hit')
    const failed = await app.request('GET', '/miss')
    expect([hit.status, await hit.text(), failed.status, failed.headers.get('retry-after'), calls]).toEqual([
      200,
      'cached',
      503,
      '1',
      1,
    ])
  })

  it('that answers without waiting for what it wraps leaves its failure to the log', async () => {
    const failed = deferred()
    const hasty = middleware({
      name: 'hasty',
      stage: 'handle',
      wrap: async (_, next) => {
        next().catch(() => failed.resolve())
        return reply(202) as unknown as Outcome
      },
    })
    const work = deferred()
    const handler = async () => {
      await work.promise
      throw new Error('lost')
    }
    await using app = await testApp({ routes: { a: route.get('/', { ...open, use: [hasty] }, handler) } })
    expect((await app.request('GET', '/')).status).toBe(202)
    work.resolve()
    await failed.promise
    expect(app.takeErrors()).toMatchObject([
      { event: 'left-running', middleware: 'hasty' },
      { event: 'late-result', err: { message: 'lost' } },
    ])
  })

  it('commits a transaction on an outcome below 400, and rolls back otherwise', async () => {
    const trail: string[] = []
    const transaction = middleware({
      name: 'tx',
      stage: 'handle',
      wrap: async (_, next) => {
        try {
          const outcome = await next()
          trail.push(outcome.status < 400 ? 'commit' : 'rollback')
          return outcome
        } catch (error) {
          trail.push('rollback')
          throw error
        }
      },
    })
    const base = route.use(transaction)
    const routes = {
      a: base.get('/a', open, () => 1),
      b: base.get('/b', open, () => reply(422, 1)),
      c: base.get('/c', open, () => {
        throw new BadRequestError()
      }),
      d: base.get('/d', open, () => new Response(null, { status: 404 })),
    }
    await using app = await testApp({ routes })
    for (const path of ['/a', '/b', '/c', '/d']) await (await app.request('GET', path)).text()
    expect(trail).toEqual(['commit', 'rollback', 'rollback', 'rollback'])
  })

  it('adds to one request alone', async () => {
    const now = middleware({
      name: 'now',
      stage: 'receive',
      adds: ['n', 'm'],
      run: (ctx): { n: number; m?: number } => (ctx.path === '/1' ? { n: 1, m: 1 } : { n: 2 }),
    })
    await using app = await testApp({
      routes: { a: route.use(now).get('/:n', open, ({ n, m }) => [n, m ?? null]) },
    })
    expect(
      await Promise.all(['/1', '/2', '/1'].map(async (path) => (await app.request('GET', path)).json())),
    ).toEqual([
      [1, 1],
      [2, null],
      [1, 1],
    ])
  })

  it.each([
    [
      'run that gives a string',
      middleware({ name: 'odd', stage: 'receive', run: (() => 'text') as never }),
      'Middleware odd returned string',
    ],
    [
      'wrap that gives nothing',
      middleware({ name: 'odd', stage: 'handle', wrap: (async () => undefined) as never }),
      'Middleware odd did not return an outcome',
    ],
    [
      'transform that gives nothing',
      middleware({ name: 'odd', stage: 'respond', transform: (() => undefined) as never }),
      'Middleware odd did not return an outcome',
    ],
  ])('of a %s is a 500 that the log explains', async (_, odd, message) => {
    await using app = await testApp({ routes: { a: route.get('/', { ...open, use: [odd] }, () => 1) } })
    expect((await app.request('GET', '/')).status).toBe(500)
    expect(app.takeErrors()).toMatchObject([{ err: { message: expect.stringContaining(message) } }])
  })
})

describe('a route whose middleware and handler are synchronous', () => {
  it('is answered before dispatch returns', async () => {
    const use = [note([], 'a', 'receive'), note([], 'b', 'handle'), note([], 'c', 'respond')]
    const options = {
      routes: {
        a: route.get(
          '/:id',
          { ...open, use, params: { id: t.Integer() }, response: t.Integer() },
          ({ params }) => params.id,
        ),
      },
      log: false,
    } as const
    const app = new Application(
      options,
      httpTransports(options, () => 'app'),
    )
    await app.start()
    const answers: unknown[] = []
    const exchange: Call = {
      method: 'GET',
      url: '/7',
      path: '/7',
      remoteAddress: '',
      scheme: 'http',
      host: 'localhost',
      origin: 'http://localhost',
      hasBody: false,
      cookie: () => undefined,
      meta: () => undefined,
      input: () => ({}),
      readBody: () => Promise.reject(new Error('no body')),
      bodyStream: () => {
        throw new Error('no body')
      },
      takesValue: () => true,
      encode: (outcome) => JSON.stringify(outcome.value),
      deliver: ({ status }, payload) => void answers.push(status, payload),
      reset: () => undefined,
    }
    app.dispatcher.dispatch(exchange).settle(true, 1)
    expect(answers).toEqual([200, '7'])
    await app.stop()
  })
})
