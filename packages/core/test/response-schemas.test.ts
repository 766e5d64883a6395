import { Readable } from 'node:stream'
import { middleware, reply, route, t, type Outcome, type RouteTree, type SchemaLike } from '@keelson/core'
import { testApp, type TestAppOptions } from '@keelson/testing'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { open, transports } from './support.ts'

type AppMode = 'development' | 'test' | 'production'

const User = t.Object({ id: t.String(), tags: t.Array(t.Object({ name: t.String() })) })
const Cat = t.Object({ kind: t.Literal('cat'), lives: t.Integer() })
const Dog = t.Object({ kind: t.Literal('dog'), tricks: t.Array(t.String()) })

class Account {
  readonly id = 'a'
  readonly tags = [{ name: 'x', secretName: 1 }]
  readonly secretName = 'hash'
  toJSON() {
    return { id: this.id, tags: this.tags, secretName: this.secretName }
  }
}

/** What is declared, what is returned, what goes out. */
const LEAKS: readonly (readonly [name: string, schema: SchemaLike, value: unknown, out: unknown])[] = [
  ['at the root', User, { id: 'a', tags: [], secretName: 1 }, { id: 'a', tags: [] }],
  [
    'in an array',
    User,
    { id: 'a', tags: [{ name: 'x', secretName: 1 }] },
    { id: 'a', tags: [{ name: 'x' }] },
  ],
  ['in a list', t.Array(User), [{ id: 'a', tags: [], secretName: 1 }], [{ id: 'a', tags: [] }]],
  ['of an object with toJSON', User, new Account(), { id: 'a', tags: [{ name: 'x' }] }],
  [
    'of a union, in its own branch',
    t.Union([Cat, Dog]),
    { kind: 'dog', tricks: [], lives: 9, secretName: 1 },
    { kind: 'dog', tricks: [] },
  ],
  [
    'of a union within',
    t.Object({ pet: t.Union([Cat, Dog]) }),
    { pet: { kind: 'cat', lives: 9, secretName: 1 } },
    { pet: { kind: 'cat', lives: 9 } },
  ],
  [
    'of an intersection',
    t.Intersect([Cat, t.Object({ age: t.Number() })]),
    { kind: 'cat', lives: 9, age: 1, secretName: 1 },
    { kind: 'cat', lives: 9, age: 1 },
  ],
  [
    'of an optional part',
    t.Object({ a: t.Optional(User) }),
    { a: { id: 'a', tags: [], secretName: 1 } },
    { a: { id: 'a', tags: [] } },
  ],
  [
    'of a nullable part',
    t.Union([User, t.Null()]),
    { id: 'a', tags: [], secretName: 1 },
    { id: 'a', tags: [] },
  ],
  [
    'of a record',
    t.Record(t.String(), Cat),
    { tom: { kind: 'cat', lives: 9, secretName: 1 } },
    { tom: { kind: 'cat', lives: 9 } },
  ],
  [
    'of a tuple',
    t.Tuple([Cat, t.String()]),
    [{ kind: 'cat', lives: 9, secretName: 1 }, 'x'],
    [{ kind: 'cat', lives: 9 }, 'x'],
  ],
  ['of a zod object', z.object({ id: z.string() }), { id: 'a', secretName: 1 }, { id: 'a' }],
  ['of a valibot object', v.object({ id: v.string() }), { id: 'a', secretName: 1 }, { id: 'a' }],
]

const tree = (response: SchemaLike, value: unknown): RouteTree => ({
  a: route.get('/', { ...open, response: response as never }, () => value as never),
})
const ask = async (options: TestAppOptions<RouteTree>) => {
  const app = await testApp(options)
  const response = await app.request('GET', '/')
  const text = await response.text()
  const errors = app.takeErrors()
  await app.close()
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text,
    errors,
    log: app.log.lines,
  }
}

describe.each<AppMode>(['production', 'test', 'development'])(
  'an undeclared property never leaves the server in %s',
  (mode) => {
    it.each(LEAKS)('%s', async (_, schema, value, out) => {
      const answer = await ask({ routes: tree(schema, value), mode })
      expect([answer.status, answer.type, answer.text]).toEqual([
        200,
        'application/json',
        JSON.stringify(out),
      ])
    })
  },
)

describe('a response and its schema', () => {
  it.each<AppMode>(['test', 'development'])(
    'that do not fit are a 500 in %s, which only the log explains',
    async (mode) => {
      const answer = await ask({ routes: tree(User, { id: 7, tags: [{}] }), mode })
      expect(answer.status).toBe(500)
      expect(JSON.parse(answer.text)).toEqual({
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        code: 'ERR_CORE_RESPONSE_INVALID',
        requestId: expect.any(String),
      })
      expect(JSON.stringify(answer.errors)).toContain('/tags/0/name')
      expect(JSON.stringify(answer.errors)).toContain('/id')
    },
  )

  it('that do not fit are not looked at in production beyond the filter', async () => {
    const answer = await ask({ routes: tree(User, { id: 7, tags: [{}] }), mode: 'production' })
    expect([answer.status, answer.text]).toEqual([200, '{"id":7,"tags":[{}]}'])
  })

  it('are compared within the handle stage: a wrap sees the rejection', async () => {
    const seen: string[] = []
    const transaction = middleware({
      name: 'transaction',
      stage: 'handle',
      wrap: (_, next) =>
        next().then(
          (outcome) => (seen.push('commit'), outcome),
          (error: { code: string }) => {
            seen.push(`rollback ${error.code}`)
            throw error
          },
        ),
    })
    const routes = {
      wrong: route.use(transaction).get('/wrong', { ...open, response: User }, () => ({ id: 7 }) as never),
      status: route
        .use(transaction)
        .get('/status', { ...open, response: User }, () => reply(404 as never, {} as never)),
      right: route.use(transaction).get('/right', { ...open, response: User }, () => ({ id: 'a', tags: [] })),
    }
    await using app = await testApp({ routes })
    const statuses: number[] = []
    for (const path of ['/wrong', '/status', '/right']) statuses.push((await app.request('GET', path)).status)
    expect(statuses).toEqual([500, 500, 200])
    expect(seen).toEqual(['rollback ERR_CORE_RESPONSE_INVALID', 'rollback ERR_CORE_INTERNAL', 'commit'])
    expect(app.takeErrors()).toHaveLength(2)
  })

  it('show their status to a wrap, a Web Response too', async () => {
    const seen: unknown[] = []
    const look = middleware({
      name: 'look',
      stage: 'handle',
      wrap: async (_, next) => {
        const outcome: Outcome = await next()
        seen.push(outcome.status)
        return outcome
      },
    })
    const base = route.use(look)
    const routes = {
      a: base.get('/a', open, () => new Response('no', { status: 503 })),
      b: base.get('/b', open, () => undefined),
      c: base.get('/c', { ...open, response: { 201: User } }, () => ({ id: 'a', tags: [] })),
    }
    await using app = await testApp({ routes })
    for (const path of ['/a', '/b', '/c']) await (await app.request('GET', path)).text()
    expect(seen).toEqual([503, 204, 201])
  })

  it('give a value the first of the statuses 200, 201, 202, 204 and 206 that is declared', async () => {
    const user = { id: 'a', tags: [] }
    const routes = {
      a: route.get('/a', { ...open, response: { 204: null, 200: User, 201: User } }, () => user),
      b: route.get('/b', { ...open, response: { 202: User, 201: User } }, () => user),
      c: route.get('/c', { ...open, response: { 206: User, 202: User } }, () => user),
    }
    await using app = await testApp({ routes })
    const statuses = ['/a', '/b', '/c'].map(async (path) => (await app.request('GET', path)).status)
    expect(await Promise.all(statuses)).toEqual([200, 201, 202])
  })

  it('warn once for each place and pointer when a property is left out', async () => {
    const app = await testApp({
      routes: tree(t.Array(User), [
        { id: 'a', tags: [], secretName: 1 },
        { id: 'b', tags: [], secretName: 1, other: 2 },
      ]),
    })
    for (let i = 0; i < 3; i++) await (await app.request('GET', '/')).text()
    await app.close()
    const warnings = app.log.lines.filter((line) => line.level === 40)
    expect(warnings.flatMap((line) => line['pointers'])).toEqual(['/*/secretName', '/*/other'])
    expect(warnings[0]?.['place']).toContain('GET /')
  })
})

describe.each(transports)('a declared response, %s', (transport) => {
  const statuses = async (mode: AppMode, response: object, result: () => unknown) => {
    const answer = await ask({
      routes: { a: route.get('/', { ...open, response: response as never }, result as never) },
      mode,
      transport,
    })
    return [answer.status, answer.type, answer.text].slice(0, answer.status === 500 ? 1 : 3)
  }

  it.each<AppMode>(['test', 'production'])('of a string goes out as JSON, in %s', async (mode) => {
    expect(await statuses(mode, t.String(), () => 'a"b')).toEqual([200, 'application/json', '"a\\"b"'])
  })

  it.each<AppMode>(['test', 'production'])(
    'without a body is one where null is declared, in %s',
    async (mode) => {
      expect(await statuses(mode, { 204: null }, () => undefined)).toEqual([204, null, ''])
      expect(await statuses(mode, { 202: null }, () => reply(202))).toEqual([202, null, ''])
      expect(await statuses(mode, { 204: null }, () => ({ a: 1 }))).toEqual([500])
    },
  )

  it.each<AppMode>(['test', 'production'])(
    'keeps the status that its schema belongs to, in %s',
    async (mode) => {
      const both = { 200: t.Object({ a: t.Integer() }), 404: t.Object({ b: t.String() }) }
      expect(await statuses(mode, both, () => ({ a: 1 }))).toEqual([200, 'application/json', '{"a":1}'])
      expect(await statuses(mode, both, () => reply(404, { b: 'x', a: 1 }))).toEqual([
        404,
        'application/json',
        '{"b":"x"}',
      ])
      expect(await statuses(mode, both, () => reply(500, { b: 'x' }))).toEqual([500])
    },
  )

  it.each<AppMode>(['test', 'production'])(
    'is a 500 where the handler gives nothing or a stream, in %s',
    async (mode) => {
      expect(await statuses(mode, User, () => undefined)).toEqual([500])
      expect(await statuses(mode, User, () => Readable.from(['x']))).toEqual([500])
      expect(await statuses(mode, User, () => new Response('x'))).toEqual([500])
    },
  )

  it('of t.Void() has its status and no body', async () => {
    expect(await statuses('production', t.Void(), () => undefined)).toEqual([200, null, ''])
    expect(await statuses('test', t.Void(), () => undefined)).toEqual([200, null, ''])
  })

  it('passes errors by: they have formats of their own', async () => {
    const fail = () => {
      throw new Error('x')
    }
    expect(await statuses('test', User, fail)).toEqual([500])
  })
})
