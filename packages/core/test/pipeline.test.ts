import {
  defineError,
  middleware,
  needs,
  reply,
  route,
  router,
  SetupError,
  t,
  type AnyMiddleware,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'

const open = { access: 'public' } as const
const Teapot = defineError('TEAPOT', { status: 418, title: 'I am a teapot' })

describe.each(['memory', 'socket'] as const)('the pipeline, %s', (transport) => {
  it('gives what a middleware adds to the handler, synchronous or not', async () => {
    const now = middleware({ name: 'now', stage: 'receive', adds: ['a'], run: () => ({ a: 1 }) })
    const later = middleware({
      name: 'later',
      stage: 'authenticate',
      adds: ['b'],
      needs: needs<{ a: number }>('a'),
      run: async ({ a }) => ({ b: a + 1 }),
    })
    const routes = {
      sum: route
        .use(now)
        .use(later)
        .get('/sum', open, ({ a, b }) => ({ sum: a + b })),
    }
    await using app = await testApp({ routes, transport })
    expect(await (await app.request('GET', '/sum')).json()).toEqual({ sum: 3 })
  })

  it('ends the request with the reply of a middleware', async () => {
    const stop = middleware({
      name: 'stop',
      stage: 'authenticate',
      run: () => reply(418, { no: true }, { 'x-why': 'tea' }),
    })
    await using app = await testApp({
      routes: { a: route.use(stop).get('/', open, () => 'never') },
      transport,
    })
    const response = await app.request('GET', '/')
    expect([response.status, response.headers.get('x-why'), await response.json()]).toEqual([
      418,
      'tea',
      { no: true },
    ])
  })

  it('wraps the later stages; next() gives the outcome or the thrown error, unrendered', async () => {
    const seen: unknown[] = []
    const around = middleware({
      name: 'around',
      stage: 'handle',
      wrap: async (_, next) => {
        try {
          const outcome = await next()
          seen.push(outcome.status, outcome.value)
          return outcome
        } catch (error) {
          seen.push(error)
          throw error
        }
      },
    })
    const base = route.use(around)
    const failure = new Teapot()
    const routes = {
      good: base.get('/good', open, () => ({ ok: true })),
      bad: base.get('/bad', open, () => {
        throw failure
      }),
    }
    await using app = await testApp({ routes, transport })
    expect((await app.request('GET', '/good')).status).toBe(200)
    expect((await app.request('GET', '/bad')).status).toBe(418)
    expect(seen).toEqual([200, { ok: true }, failure])
  })

  it('survives a wrap that does not wait for the handler it called', async () => {
    const careless = middleware({
      name: 'careless',
      stage: 'handle',
      wrap: (_, next) => {
        void next()
        return Promise.resolve(reply(202) as never)
      },
    })
    const handler = () => Promise.reject(new Error('Nobody looks.'))
    await using app = await testApp({ routes: { a: route.use(careless).get('/', open, handler) }, transport })
    expect((await app.request('GET', '/')).status).toBe(202)
    expect(app.takeErrors()).toMatchObject([
      { event: 'left-running', middleware: 'careless' },
      { event: 'late-result', err: { message: 'Nobody looks.' } },
    ])
  })

  it('refuses a second next()', async () => {
    const twice = middleware({
      name: 'twice',
      stage: 'handle',
      wrap: async (_, next) => (await next(), next()),
    })
    let calls = 0
    await using app = await testApp({
      routes: { a: route.use(twice).get('/', open, () => ++calls) },
      transport,
    })
    expect((await app.request('GET', '/')).status).toBe(500)
    expect(calls).toBe(1)
    expect(app.takeErrors()[0]).toMatchObject({
      err: { message: expect.stringContaining('Middleware twice called next() twice') },
    })
  })

  it('transforms every outcome, rendered errors and unmatched requests included', async () => {
    const stamp = middleware({
      name: 'stamp',
      stage: 'respond',
      transform: (_, outcome) => (outcome.headers.set('x-stamp', outcome.status), outcome),
    })
    const later = middleware({ name: 'later', stage: 'respond', transform: async (_, outcome) => outcome })
    const routes = {
      a: route.get('/a', open, () => 'a'),
      b: route.get('/b', open, () => Promise.reject(new Teapot())),
    }
    await using app = await testApp({ routes, use: [stamp, later], transport })
    const stamps = await Promise.all(
      ['/a', '/b', '/none'].map(async (path) => (await app.request('GET', path)).headers.get('x-stamp')),
    )
    expect(stamps).toEqual(['200', '418', '404'])
  })

  it('answers the error of a transform that fails', async () => {
    const broken = middleware({
      name: 'broken',
      stage: 'respond',
      transform: () => Promise.reject(new Error('secret')),
    })
    await using app = await testApp({
      routes: { a: route.get('/', open, () => 'a') },
      use: [broken],
      transport,
    })
    const response = await app.request('GET', '/')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
    expect(app.takeErrors()).toHaveLength(1)
  })

  it('observes every request exactly once, refused ones included', async () => {
    const seen: string[] = []
    const count = middleware({
      name: 'count',
      stage: 'record',
      observe: ({ path }, { status, errorCode }) => void seen.push(`${path} ${status} ${errorCode}`),
    })
    const routes = {
      a: route.get('/a', open, () => 'a'),
      b: route.get('/b', open, () => {
        throw new Error('no')
      }),
    }
    const app = await testApp({ routes, use: [count], transport })
    for (const path of ['/a', '/b', '/none', '/%zz']) await (await app.request('GET', path)).text()
    app.takeErrors()
    await app.close()
    expect(seen.toSorted()).toEqual([
      '/%zz 400 ERR_CORE_PATH_ENCODING',
      '/a 200 undefined',
      '/b 500 ERR_CORE_INTERNAL',
      '/none 404 ERR_CORE_NOT_FOUND',
    ])
  })

  it.each([
    ['a string', 'oops'],
    ['null', null],
    ['undefined', undefined],
    ['an object with a status', { status: 200, message: 'fake' }],
  ])('answers 500 and tells nothing when a handler throws %s', async (_, thrown) => {
    const routes = {
      a: route.get('/', open, () => {
        throw thrown
      }),
    }
    await using app = await testApp({ routes, transport })
    const response = await app.request('GET', '/')
    expect(response.status).toBe(500)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(Object.keys((await response.json()) as object).toSorted()).toEqual([
      'code',
      'requestId',
      'status',
      'title',
      'type',
    ])
    expect(app.takeErrors()).toHaveLength(1)
  })

  it('keeps the middleware of a router off its siblings', async () => {
    const mark = middleware({
      name: 'mark',
      stage: 'respond',
      transform: (_, outcome) => (outcome.headers.set('x-in', '1'), outcome),
    })
    const routes = {
      in: router('/in', { use: [mark] }, { a: route.get('/', open, () => 'a') }),
      out: route.get('/out', open, () => 'b'),
    }
    await using app = await testApp({ routes, transport })
    expect((await app.request('GET', '/in')).headers.get('x-in')).toBe('1')
    expect((await app.request('GET', '/out')).headers.get('x-in')).toBeNull()
  })
})

describe('the plan', () => {
  const problemsOf = async (routes: Parameters<typeof testApp>[0]['routes']) => {
    const error = await testApp({ routes }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    return error instanceof SetupError ? error.problems.map((one) => one.message) : [error]
  }
  const adds = (name: string, stage: 'receive' | 'authorize' = 'receive') =>
    middleware({ name: `give ${name}`, stage, adds: ['x'] as never, run: () => ({ [name]: 1 }) as never })

  it('refuses two middleware that add one name, and a name of the context', async () => {
    const user = () => middleware({ name: 'a', stage: 'receive', adds: ['user'], run: () => ({ user: 1 }) })
    const body = middleware({ name: 'b', stage: 'receive', adds: ['body'], run: () => ({ body: 1 }) })
    expect(
      await problemsOf({
        a: route
          .use(user())
          .use(user() as AnyMiddleware)
          .get('/a', open, () => 1),
      }),
    ).toEqual(["There are two of middleware 'a', and each adds 'user'."])
    expect(await problemsOf({ a: route.use(body as AnyMiddleware).get('/a', open, () => 1) })).toEqual([
      "middleware 'b' adds 'body', a name that every context has.",
    ])
  })

  it('refuses a need that is met by nothing, or too late', async () => {
    const late = middleware({ name: 'late', stage: 'handle', adds: ['user'], run: () => ({ user: 1 }) })
    const early = middleware({
      name: 'early',
      stage: 'receive',
      needs: needs<{ user: number }>('user'),
      run: () => undefined,
    })
    const untyped = (...use: unknown[]) => ({
      a: route.get('/a', { access: 'public', use: use as never }, () => 1),
    })
    expect(await problemsOf(untyped(early))).toEqual(["Middleware 'early' needs 'user', which nothing adds."])
    expect(await problemsOf(untyped(late, early))).toEqual([
      "Middleware 'early' (receive) needs 'user', which 'late' (handle) adds only later.",
    ])
  })

  it('refuses what is not a middleware, and a middleware without a function or with two', async () => {
    expect(
      await problemsOf({ a: route.get('/a', { access: 'public', use: [adds] as never }, () => 1) }),
    ).toEqual(['Option use[0] must be a middleware, not the function adds.'])
    const error = await testApp({
      routes: { a: route.get('/a', open, () => 1) },
      use: [adds as never],
    }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SetupError)
    expect(() => middleware({ name: 'x', stage: 'receive' })).toThrow('It has no function')
    expect(() =>
      middleware({ name: 'x', stage: 'handle', run: () => undefined, wrap: (_, next) => next() }),
    ).toThrow('It has run and wrap')
    expect(() => middleware({ name: 'x', stage: 'receive', transform: (_, outcome) => outcome })).toThrow(
      "transform cannot stand in stage 'receive'",
    )
    expect(() => middleware({ name: 'x', stage: 'respond', observe: () => undefined })).toThrow(
      "observe cannot stand in stage 'respond'",
    )
    // @ts-expect-error -- the wrong stage, for programs without types
    expect(() => middleware({ name: 'x', stage: 'respond', run: () => undefined })).toThrow(
      "run cannot stand in stage 'respond'",
    )
  })

  it('reports every problem of every route at once', async () => {
    const routes = {
      a: route.get('/:id', {}, () => 1),
      b: route.get('/:x', open, () => 1),
      c: route.get('no-slash', open, () => 1),
      d: route.get('/d', { ...open, query: { q: t.Union([t.Integer(), t.Boolean()]) } }, () => 1),
    }
    expect((await problemsOf(routes)).length).toBeGreaterThanOrEqual(3)
  })
})
