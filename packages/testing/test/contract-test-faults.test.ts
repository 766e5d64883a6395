// Faults of the kind that programs have, each to be found within the usual number of requests.
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineError, NotFoundError } from '@keelson/core'
import { accessRule } from '@keelson/core'
import { reply, route, type RouteTree } from '@keelson/core'
import { t, type TSchema } from '@keelson/core'
import type { App } from '@keelson/core'
import { createApp } from '@keelson/core'
import { contractTest, ContractTestError, createMemoryLogger, type ContractFailure } from '@keelson/testing'
import { failureOf, open } from './support.ts'

const SEEDS = [1, 2, 3]
const Ok = t.Object({ ok: t.Boolean() })
const OK = { ok: true }

function appOf(routes: RouteTree): App {
  return createApp({ routes, mode: 'test', log: createMemoryLogger().log, health: false }) as App
}

async function failureIn(routes: RouteTree, seed: number): Promise<ContractFailure> {
  const error = await failureOf(contractTest(appOf(routes), { seed }))
  if (!(error instanceof ContractTestError)) throw error ?? new Error(`Seed ${seed} finds nothing.`)
  return error.failures[0] as ContractFailure
}

const sent = ({ request }: ContractFailure): unknown =>
  JSON.parse(/--data-raw '(.*)'$/s.exec(request)?.[1]?.replaceAll(String.raw`'\''`, "'") ?? 'null')

/** A route whose handler fails for some bodies. */
function failing(schema: TSchema, isBad: (value: never) => boolean): RouteTree {
  const body = t.Object({ v: schema, note: t.Optional(t.String()) })
  return {
    add: route.post('/', { ...open, body, response: Ok }, (ctx) => {
      if (isBad((ctx.body as { v: never }).v)) throw new Error('Out of order.')
      return OK
    }),
  }
}

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
const Node = t.Recursive((self) => t.Object({ name: t.String(), next: t.Optional(self) }))
const Tree = t.Recursive((self) => t.Object({ name: t.String(), children: t.Array(self) }))

describe('a contract test finds a handler that fails for', () => {
  const cases: readonly (readonly [string, TSchema, (value: never) => boolean, unknown])[] = [
    ['the empty text', t.String(), (text: string) => text === '', ''],
    [
      'a blank',
      t.String({ minLength: 1 }),
      (text: string) => text.trim() === '',
      expect.stringMatching(/^\s+$/),
    ],
    [
      'letters beyond ASCII',
      t.String(),
      (text: string) => /[^ -~\s]/.test(text),
      expect.stringMatching(/^[^ -~\s]$/),
    ],
    [
      'letters of two units',
      t.String(),
      (text: string) => /[\u{10000}-\u{10ffff}]/u.test(text),
      expect.stringMatching(/^.$/u),
    ],
    ['the byte 0', t.String(), (text: string) => text.includes('\0'), '\0'],
    ['a quote', t.String(), (text: string) => text.includes("'"), expect.anything()],
    ['a name of the prototype', t.String(), (text: string) => text in {}, expect.any(String)],
    ['long text', t.String(), (text: string) => text.length > 2000, expect.any(String)],
    [
      'text of the greatest length',
      t.String({ maxLength: 255 }),
      (text: string) => text.length === 255,
      'a'.repeat(255),
    ],
    ['nought', t.Integer(), (n: number) => n === 0, 0],
    ['negative nought', t.Number(), (n: number) => Object.is(n, -0), expect.anything()],
    ['numbers below', t.Integer(), (n: number) => n < 0, -1],
    ['integers beyond 32 bits', t.Integer(), (n: number) => n > 2 ** 31, expect.any(Number)],
    ['great numbers', t.Number(), (n: number) => n > 1e20, expect.any(Number)],
    ['the greatest number', t.Integer({ minimum: 1, maximum: 4711 }), (n: number) => n === 4711, 4711],
    ['the empty list', t.Array(t.Integer()), (list: unknown[]) => list.length === 0, []],
    ['a long list', t.Array(t.Integer()), (list: unknown[]) => list.length > 100, expect.any(Array)],
    ['deep lists of anything', t.Unknown(), (value: unknown) => depthOf(value) > 40, expect.anything()],
    ['deep recursion', Node, (value: unknown) => depthOf(value) > 20, expect.anything()],
    ['deep trees', Tree, (value: unknown) => depthOf(value) > 20, expect.anything()],
    [
      'a leap day',
      t.String({ format: 'date' }),
      (text: string) => text.endsWith('-02-29'),
      expect.stringContaining('-02-29'),
    ],
    ['null', t.Union([t.String(), t.Null()]), (value: unknown) => value === null, null],
  ]
  it.each(cases)('%s, whatever the seed, and shrinks it', async (_, schema, isBad, smallest) => {
    for (const seed of SEEDS) {
      const failure = await failureIn(failing(schema, isBad), seed)
      expect(failure.answer).toMatch(/^500 /)
      expect(sent(failure)).toEqual({ v: smallest })
    }
  })

  it('certain values of two members together', async () => {
    const body = t.Object({
      role: t.Union([t.Literal('guest'), t.Literal('member'), t.Literal('admin')]),
      plan: t.Union([t.Literal('free'), t.Literal('paid')]),
      note: t.Optional(t.String()),
    })
    const add = route.post('/', { ...open, body, response: Ok }, (ctx) => {
      if (ctx.body.role === 'admin' && ctx.body.plan === 'free') throw new Error('Out of order.')
      return OK
    })
    for (const seed of SEEDS)
      expect(sent(await failureIn({ add }, seed))).toEqual({ role: 'admin', plan: 'free' })
  })

  it('a key of the query that is there twice', async () => {
    const query = { tag: t.Optional(t.Array(t.String())) }
    const list = route.get('/', { ...open, query, response: Ok }, (ctx) => {
      if ((ctx.query.tag?.length ?? 0) > 1) throw new Error('Out of order.')
      return OK
    })
    expect((await failureIn({ list }, 1)).request).toMatch(/\/\?tag=a?&tag=a?'$/)
  })

  it('HEAD alone', async () => {
    const show = route.get('/', { ...open, response: Ok }, ({ method }) => {
      if (method === 'HEAD') throw new Error('Out of order.')
      return OK
    })
    expect((await failureIn({ show }, 1)).request).toContain('-X HEAD')
  })
})

describe('a contract test finds', () => {
  const Closed = defineError('CLOSED', { status: 409, title: 'It is closed' })
  const Taken = defineError('TAKEN', { status: 409, title: 'It is taken' })

  it('an error code that is not declared, with a status that is', async () => {
    const close = route.post('/', { ...open, response: Ok, errors: [Closed] }, () => {
      throw new Taken()
    })
    const { why, answer } = await failureIn({ close }, 1)
    expect(why).toBe('the error code TAKEN is not declared for status 409; the route declares CLOSED')
    expect(answer).toMatch(/^409 /)
  })

  it.each([
    ['of a wrong type', { left: 'three' }, 'are outside their schema'],
    ['that are not declared', { left: 3, secret: 1 }, 'have what their schema does not declare: /secret'],
    ['that are missing', undefined, 'are outside their schema'],
  ])('details of an error %s', async (_, details, why) => {
    const Out = defineError('OUT', { status: 409, title: 'Out', details: t.Object({ left: t.Integer() }) })
    const problem = { type: 'about:blank', title: 'Out', status: 409, code: 'OUT', requestId: '1', details }
    const headers = { 'content-type': 'application/problem+json' }
    const routes = {
      a: route.get('/', { ...open, errors: [Out] }, () => reply(409, JSON.stringify(problem), headers)),
    }
    expect((await failureIn(routes, 1)).why).toContain(`the details of OUT ${why}`)
  })

  it('an error that is no answer in the format of errors', async () => {
    const close = route.post('/', { ...open, errors: [Closed] }, () =>
      reply(409, 'closed', { 'content-type': 'text/plain' }),
    )
    expect((await failureIn({ close }, 1)).why).toContain("its content type is 'text/plain")
  })

  it('another content type than JSON', async () => {
    const show = route.get('/', { ...open, response: Ok }, () =>
      reply(200, JSON.stringify(OK) as never, { 'content-type': 'text/html' }),
    )
    expect((await failureIn({ show }, 1)).why).toMatch(
      /content type is 'text\/html|status 500 is not declared/,
    )
  })
})

describe('a contract test has nothing against a sound app', () => {
  const echo = (body: TSchema): RouteTree[string] =>
    route.post(
      '/',
      { ...open, body, response: body } as never,
      (ctx: { body: unknown }) => ctx.body ?? null,
    ) as never
  const named: Readonly<Record<string, TSchema>> = {
    patterns: t.String({ pattern: '^[a-z]{2,4}$' }),
    lookahead: t.String({ pattern: '^(?=.*\\d)[a-z\\d]{4,8}$' }),
    formats: t.Object({
      id: t.String({ format: 'uuid' }),
      at: t.String({ format: 'date-time' }),
      mail: t.String({ format: 'email' }),
    }),
    numbers: t.Object({ n: t.Number(), i: t.Integer(), s: t.Number({ multipleOf: 0.25 }) }),
    unions: t.Union([t.String(), t.Integer(), t.Null(), t.Array(t.Boolean())]),
    recursion: Tree,
    chains: Node,
    records: t.Record(t.String(), t.Integer()),
    tuples: t.Tuple([t.String(), t.Integer()]),
    unique: t.Array(t.Integer(), { uniqueItems: true, maxItems: 4 }),
    intersections: t.Intersect([t.Object({ a: t.String() }), t.Object({ b: t.Optional(t.Integer()) })]),
    anything: t.Unknown(),
  }

  it('that gives back what it takes, in each kind of schema', async () => {
    const routes = Object.fromEntries(
      Object.entries(named).map(([name, schema]) => [name, { ...echo(schema), path: `/${name}` }]),
    )
    for (const seed of SEEDS) {
      const report = await contractTest(appOf(routes as never), { seed })
      expect(report.withoutSuccess.filter((name) => name !== 'lookahead')).toEqual([])
    }
  })

  it('with zod, a key that is asked for, a stream and texts in path, query and headers', async () => {
    const member = accessRule({ name: 'member', allow: (ctx) => ctx.header('x-key') === 'k' })
    const User = z.object({ name: z.string().min(1), age: z.number().int().min(0).max(150).optional() })
    const routes = {
      add: route.post('/users', { access: member, body: User, response: { 201: User } }, ({ body }) =>
        reply(201, body),
      ),
      show: route.get(
        '/users/:id',
        { access: member, response: Ok, errors: [NotFoundError] },
        ({ params }) => {
          if (params.id.length > 5) throw new NotFoundError('There is none.')
          return OK
        },
      ),
      lines: route.get('/lines', { ...open }, () =>
        reply(
          200,
          (async function* () {
            yield 'one'
          })(),
          { 'content-type': 'text/plain' },
        ),
      ),
      find: route.get(
        '/find',
        {
          ...open,
          query: { q: t.String(), n: t.Optional(t.Number()) },
          headers: { 'x-a': t.Optional(t.String()) },
          response: Ok,
        },
        () => OK,
      ),
    }
    for (const seed of SEEDS) {
      const report = await contractTest(appOf(routes), { seed, headers: { 'x-key': 'k' } })
      expect(report.withoutSuccess).toEqual([])
    }
  })
})
