import {
  accessRule,
  ForbiddenError,
  middleware,
  mount,
  route,
  router,
  t,
  type AnyMiddleware,
  type RequestSummary,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { setupErrorOf, appWith } from './phase-support.ts'
import { failureOf, open, transports } from './support.ts'

const params = { id: t.Integer() }
const nobody = accessRule({ name: 'nobody', allow: () => false })

describe.each(transports)('params that are not valid, %s', (transport) => {
  const ask = async (access: object, use: readonly never[] = []) => {
    const app = await testApp({
      routes: {
        a: route.get('/:id', { params, access: access as AnyMiddleware, use }, ({ params: { id } }) => id),
      },
      transport,
    })
    const response = await app.request('GET', '/secretName')
    const told = (await response.json()) as { code: string; errors?: unknown }
    await app.app.stop()
    return { status: response.status, code: told.code, told: JSON.stringify(told), errors: app.takeErrors() }
  }

  it('are a 403 to a caller whom the rule refuses without looking at them', async () => {
    expect(await ask(nobody)).toMatchObject({ status: 403, code: 'ERR_CORE_FORBIDDEN', errors: [] })
  })

  it.each([
    ['loads by them', accessRule({ name: 'a', load: ({ params: { id } }: never) => ({ id }) })],
    [
      'judges by them',
      accessRule({ name: 'a', allow: (({ params: { id } }: { params: { id: number } }) => id > 0) as never }),
    ],
    [
      'reads them later',
      accessRule({
        name: 'a',
        load: async (ctx: never) => {
          await Promise.resolve()
          return (ctx as { params: { id: number } }).params.id
        },
      }),
    ],
    [
      'is a wrap that reads them',
      middleware({
        name: 'a',
        stage: 'authorize',
        wrap: async (ctx, next) => {
          void (ctx as never as { params: { id: number } }).params.id
          return next()
        },
      }),
    ],
  ])('are a 404 to a caller whose rule %s: such a thing does not exist', async (_, access) => {
    const answer = await ask(access)
    expect(answer).toMatchObject({ status: 404, code: 'ERR_CORE_NOT_FOUND', errors: [] })
    expect(answer.told).not.toContain('/id')
  })

  it('are not told by what comes after the rule: a transform that reads them sees them as they came', async () => {
    const seen: unknown[] = []
    const look = middleware({
      name: 'look',
      stage: 'respond',
      transform: (ctx, outcome) => (seen.push((ctx as never as { params: unknown }).params), outcome),
    })
    expect(await ask(nobody, [look as never])).toMatchObject({ status: 403 })
    expect(await ask('public' as never, [look as never])).toMatchObject({ status: 400 })
    expect(seen).toEqual([{ id: 'secretName' }, { id: 'secretName' }])
  })

  it('are told to a caller whom every rule of a list admits', async () => {
    const yes = accessRule({ name: 'yes', allow: async () => true })
    expect((await ask([yes, yes])).status).toBe(400)
    expect((await ask([yes, nobody])).status).toBe(403)
  })
})

describe('an access rule', () => {
  it('that is an empty list says nothing, and the route does not start', () => {
    const routes = {
      // @ts-expect-error -- an empty list, for programs without types
      a: route.get('/a', { access: [] }, () => 1),
      // @ts-expect-error -- an empty list, for programs without types
      b: router('/b', { access: [] }, { b: route.get('/', {}, () => 1) }),
    }
    expect(setupErrorOf(() => appWith([], { routes }).check()).problems.map((one) => one.code)).toEqual([
      'ERR_CORE_ACCESS_MISSING',
      'ERR_CORE_ACCESS_MISSING',
    ])
  })

  it('that is a function or a word of its own does not start', () => {
    const routes = {
      a: route.get('/a', { access: (() => true) as unknown as AnyMiddleware }, () => 1),
      b: route.get('/b', { access: 'open' as unknown as 'public' }, () => 1),
    }
    expect(setupErrorOf(() => appWith([], { routes }).check()).problems.map((one) => one.code)).toEqual([
      'ERR_CORE_MIDDLEWARE',
      'ERR_CORE_MIDDLEWARE',
    ])
  })

  it('holds for what is mounted and for the routes of plugins, too', () => {
    const routes = { a: mount('/a', (_: Request) => new Response(), {} as never) }
    const plugin = {
      name: 'p',
      setup: (app: { routes(tree: object): void }) => app.routes({ b: route.get('/b', {}, () => 1) }),
    }
    expect(
      setupErrorOf(() => appWith([plugin as never], { routes }).check()).problems.map((one) => one.place),
    ).toEqual(
      expect.arrayContaining([
        expect.stringContaining('a.root'),
        expect.stringContaining('a.rest'),
        expect.stringContaining('route b'),
      ]),
    )
  })

  it.each([
    ['false', () => false],
    ['a rejected promise of its own', () => Promise.reject(new ForbiddenError())],
    ['a promise of false', async () => false],
  ])('admits nobody by %s', async (_, allow) => {
    const calls: RequestSummary[] = []
    const record = middleware({
      name: 'record',
      stage: 'record',
      observe: (_ctx, summary) => void calls.push(summary),
    })
    const app = await testApp({
      routes: {
        a: route.get('/', { access: accessRule({ name: 'rule', allow }), use: [record] }, () => 'never'),
      },
    })
    expect((await app.request('GET', '/')).status).toBe(403)
    await app.close()
    expect(calls).toMatchObject([{ status: 403, errorCode: 'ERR_CORE_FORBIDDEN' }])
  })

  it.each<['allow' | 'load', string, () => unknown]>([
    ['allow', 'a text', () => 'yes'],
    ['allow', 'undefined', () => undefined],
    ['allow', '1', async () => 1],
  ])('is a 500 that names it where its %s returns %s', async (part, what, give) => {
    const rule = accessRule({ name: 'mine', [part]: give } as never)
    await using app = await testApp({ routes: { a: route.get('/', { access: rule }, () => 'never') } })
    expect((await app.request('GET', '/')).status).toBe(500)
    expect(JSON.stringify(app.takeErrors())).toContain(`The ${part} of access rule mine returned ${what}`)
  })

  it('is asked before the body is read', async () => {
    let isRead = false
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (to) => {
          isRead = true
          to.close()
        },
      },
      { highWaterMark: 0 },
    )
    await using app = await testApp({
      routes: { a: route.post('/', { access: nobody, body: t.Object({}) }, () => 1) },
    })
    expect((await app.request('POST', '/', { headers: { 'content-type': 'text/wrong' }, body })).status).toBe(
      403,
    )
    expect(isRead).toBe(false)
  })
})

describe('routes that clash', () => {
  it('stop the start, which names both places', async () => {
    const routes = {
      show: route.get('/orders/:id', open, () => 1),
      again: router('/orders', { show: route.get('/:other', open, () => 2) }),
      list: route.get('/orders', open, () => 3),
      twice: route.get('/orders', open, () => 4),
    }
    const error = String(await failureOf(testApp({ routes })))
    expect(error).toMatch(
      /route again\.show .*access-params\.test\.ts:\d+.*: GET \/orders\/:other matches the same paths as GET \/orders\/:id: route show/,
    )
    expect(error).toMatch(/route twice .*GET \/orders is already declared: route list/)
  })
})
