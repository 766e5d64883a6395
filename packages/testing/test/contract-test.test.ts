import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { NotFoundError } from '@keelson/core'
import { middleware } from '@keelson/core'
import { reply, route, type RouteTree } from '@keelson/core'
import { t } from '@keelson/core'
import type { App } from '@keelson/core'
import { createApp } from '@keelson/core'
import {
  contractTest,
  ContractTestError,
  createMemoryLogger,
  type ContractTestOptions,
} from '@keelson/testing'
import { failureOf, open } from './support.ts'

const SEED = 20_261_120

function appOf(routes: RouteTree, mode: 'test' | 'production' = 'test'): App {
  return createApp({ routes, mode, log: createMemoryLogger().log, health: false }) as App
}

/** The failures of a test that has to find some. */
async function faultsOf(
  routes: RouteTree,
  options: ContractTestOptions & { readonly mode?: 'production' } = {},
): Promise<ContractTestError> {
  const { mode, ...rest } = options
  const error = await failureOf(contractTest(appOf(routes, mode), { seed: SEED, ...rest }))
  if (!(error instanceof ContractTestError)) throw error ?? new Error('No fault was found.')
  return error
}

const NewItem = t.Object({
  name: t.String({ minLength: 1, maxLength: 40 }),
  quantity: t.Integer({ minimum: 1, maximum: 20 }),
  tags: t.Optional(t.Array(t.String({ maxLength: 10 }), { maxItems: 5 })),
})
const Item = t.Object({ id: t.String({ format: 'uuid' }), name: t.String(), quantity: t.Integer() })
const ID = '6ee6bd8e-bb0a-4f4c-8a0f-2fd0a6c0d6ff'

describe('an app that keeps its contract', () => {
  const routes = {
    create: route.post('/items', { ...open, body: NewItem, response: { 201: Item } }, ({ body }) =>
      reply(201, { id: ID, name: body.name, quantity: body.quantity }),
    ),
    show: route.get(
      '/items/:id',
      { ...open, params: { id: t.String({ format: 'uuid' }) }, response: Item, errors: [NotFoundError] },
      ({ params }) => {
        if (params.id !== ID) throw new NotFoundError('There is none.')
        return { id: ID, name: 'tea', quantity: 1 }
      },
    ),
    latest: route.get('/items/latest', open, () => 'none'),
    remove: route.delete('/items/:id', { ...open, response: { 204: null } }, () => reply(204)),
    search: route.get(
      '/items',
      {
        ...open,
        query: {
          size: t.Integer({ minimum: 1, maximum: 50, default: 10 }),
          tag: t.Optional(t.Array(t.String())),
        },
        headers: { 'x-tenant': t.Optional(t.String({ maxLength: 20 })) },
        response: t.Object({ size: t.Integer(), tags: t.Integer() }),
      },
      ({ query }) => ({ size: query.size, tags: query.tag?.length ?? 0 }),
    ),
  }

  it('passes, and the report says what was done', async () => {
    const app = appOf(routes)
    const report = await contractTest(app, { seed: SEED })
    expect(report).toEqual({
      routes: 5,
      requests: expect.any(Number) as number,
      seed: SEED,
      withoutSuccess: ['show'],
    })
    expect(report.requests).toBeGreaterThan(350)
    expect(report.requests).toBeLessThanOrEqual(500)
    expect(app.phase).toBe('stopped')
  })

  it('is sent the same requests again for the same seed', async () => {
    const seen: [string, string][][] = []
    for (let n = 0; n < 2; n++) {
      const bodies: [string, string][] = []
      const note = middleware({
        name: 'note',
        stage: 'record',
        observe: (ctx, { status }) => void bodies.push([ctx.path, String(status)]),
      })
      const noted = createApp({ routes, use: [note], mode: 'test', log: createMemoryLogger().log })
      await contractTest(noted as App, { seed: 7, runsPerRoute: 10 })
      seen.push(bodies)
    }
    expect(seen[0]?.length).toBeGreaterThan(30)
    expect(seen[0]).toEqual(seen[1])
  })

  it('succeeds everywhere once what exists is arranged', async () => {
    const report = await contractTest(appOf(routes), {
      seed: SEED,
      arrange: ({ name }) => (name === 'show' ? { params: { id: ID } } : undefined),
    })
    expect(report.withoutSuccess).toEqual([])
  })

  it('is sent the cookies that are arranged', async () => {
    const greet = route.get(
      '/greet',
      { ...open, cookies: { token: t.String() }, response: t.String(), errors: [NotFoundError] },
      ({ cookies }) => {
        if (cookies.token !== ID) throw new NotFoundError()
        return 'hello'
      },
    )
    const arrange = () => ({ cookies: { token: ID } })
    const report = await contractTest(appOf({ greet }), { seed: SEED, runsPerRoute: 10, arrange })
    expect(report.withoutSuccess).toEqual([])
  })

  it('may answer without a body where its schema allows that', async () => {
    const free = {
      unknown: route.get('/unknown', { ...open, response: t.Unknown() }, () => undefined),
      maybe: route.get('/maybe', { ...open, response: z.string().optional() }, () => undefined),
    }
    const report = await contractTest(appOf(free), { seed: SEED, runsPerRoute: 3 })
    expect(report.withoutSuccess).toEqual([])
  })

  it('may listen already, and is then not stopped', async () => {
    const app = appOf(routes)
    const { urls } = await app.listen({ port: 0, host: '127.0.0.1', signals: false })
    await contractTest(app, { seed: SEED, runsPerRoute: 3, baseUrl: urls[0] })
    expect(app.phase).toBe('started')
    await app.stop()
  })
})

describe('a contract test finds', () => {
  it('a status that the route does not declare', async () => {
    const show = route.get('/items/:id', { ...open, response: Item }, () => {
      throw new NotFoundError('There is none.')
    })
    const { failures, message } = await faultsOf({ show })
    expect(failures).toMatchObject([
      { route: 'show', why: expect.stringContaining('status 404 is not declared') as string },
    ])
    expect(message).toMatch(
      /^1 route breaks its contract\.\n\nshow: status 404 is not declared; the route declares 200, 400, 406, 414, 431, 504/,
    )
    expect(message).toMatch(/request: curl -i 'http:\/\/127\.0\.0\.1:\d+\/items\/./)
    expect(message).toContain('answer:  404 {')
    expect(message).toContain(`contractTest(app, { seed: ${SEED} })`)
  })

  it('a body outside its schema, which mode test answers with 500', async () => {
    const wrong = route.get('/', { ...open, response: Item }, () => ({
      id: 'no uuid',
      name: 'tea',
      quantity: 1,
    }))
    const { failures } = await faultsOf({ wrong })
    expect(failures[0]?.why).toContain('status 500 is not declared')
  })

  it('a body outside its schema that mode production lets through', async () => {
    const wrong = route.get('/', { ...open, response: Item }, () => ({
      id: 'no uuid',
      name: 'tea',
      quantity: 1,
    }))
    const { failures } = await faultsOf({ wrong }, { mode: 'production' })
    expect(failures[0]?.why).toContain('its body is outside its schema')
    expect(failures[0]?.answer).toBe('200 {"id":"no uuid","name":"tea","quantity":1}')
  })

  it('a 5xx that is thrown by accident', async () => {
    const broken = route.post('/', { ...open, body: NewItem }, ({ body }) => body.tags!.length)
    const { failures } = await faultsOf({ broken })
    expect(failures[0]).toMatchObject({ answer: expect.stringMatching(/^500 /) as string })
  })

  it('the one value that a handler fails for, and shrinks all else away', async () => {
    const odd = route.post('/', { ...open, body: NewItem, response: t.Object({}) }, ({ body }) => {
      if (body.quantity === 13) throw new Error('unlucky')
      return {}
    })
    const { failures } = await faultsOf({ odd }, { runsPerRoute: 300 })
    const sent = /--data-raw '(.*)'$/.exec(failures[0]?.request ?? '')?.[1] ?? ''
    expect(JSON.parse(sent)).toEqual({ name: 'a', quantity: 13 })
  })

  it('the smallest of values that lie apart', async () => {
    const body = t.Object({ of: t.Integer(), note: t.Optional(t.String()) })
    const response = t.Object({ is: t.Integer() })
    const half = route.post('/', { ...open, body, response }, (ctx) => ({ is: ctx.body.of / 2 }))
    const { failures } = await faultsOf({ half })
    expect(failures[0]?.request).toMatch(/--data-raw '\{"of":1\}'$/)
  })

  it('faults of several routes, and reports each', async () => {
    const fail = () => {
      throw new Error('out of order')
    }
    const { failures } = await faultsOf({
      one: route.get('/1', open, fail),
      two: route.get('/2', open, fail),
    })
    expect(failures.map((failure) => failure.route)).toEqual(['one', 'two'])
  })
})

describe('the options of a contract test', () => {
  const bearer = middleware({
    name: 'bearer',
    stage: 'authenticate',
    run: (ctx) => {
      if (ctx.header('authorization') !== 'Bearer s3cret') throw new NotFoundError('Nobody is told.')
    },
  })
  const guarded = route.use(bearer).get('/', open, () => {
    throw new Error('behind the door')
  })

  it('headers reach the route, and are not shown', async () => {
    const { failures, message } = await faultsOf(
      { guarded },
      { headers: () => ({ Authorization: 'Bearer s3cret' }) },
    )
    expect(failures[0]?.answer).toMatch(/^500/)
    expect(message).toContain("-H 'authorization: …'")
    expect(message).not.toContain('s3cret')
  })

  it('exclude leaves a route out, and refuses a name that is none', async () => {
    const hello = route.get('/hello', open, () => 'Hello')
    const report = await contractTest(appOf({ guarded, hello }), { exclude: ['guarded'], seed: SEED })
    expect(report.routes).toBe(1)
    await expect(contractTest(appOf({ hello }), { exclude: ['helo'] })).rejects.toThrow(
      /'helo', which is not a route/,
    )
  })

  it('timeoutMs ends it early', async () => {
    const hello = route.get('/', open, () => 'Hello')
    const report = await contractTest(appOf({ hello }), { timeoutMs: 200, runsPerRoute: 1_000_000 })
    expect(report.requests).toBeLessThan(100_000)
  })

  it('what arrange throws is thrown', async () => {
    const hello = route.get('/', open, () => 'Hello')
    const arrange = () => {
      throw new Error('nothing to arrange')
    }
    await expect(contractTest(appOf({ hello }), { arrange, seed: SEED })).rejects.toThrow(
      'nothing to arrange',
    )
  })
})
