import { runInNewContext } from 'node:vm'
import {
  accessRule,
  ConflictError,
  InternalError,
  middleware,
  NotFoundError,
  reply,
  route,
  router,
  SetupError,
  t,
  type AnyMiddleware,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'

const missing = new NotFoundError('No order 7')
const get = async (routes: object) => {
  await using app = await testApp({ routes: routes as {} })
  const response = await app.request('GET', '/')
  const text = await response.text()
  const errors = app.takeErrors() as unknown as readonly { readonly err: { readonly message: string } }[]
  return { status: response.status, text, why: errors.map((line) => line.err.message).join() }
}
const later = (value: unknown) => async () => value

describe('an error that is returned counts as thrown', () => {
  it.each<[string, object]>([
    ['by a handler', { a: route.get('/', open, () => missing) }],
    ['by an asynchronous handler', { a: route.get('/', open, later(missing)) }],
    [
      'by a handler with a schema that would take it',
      { a: route.get('/', { ...open, response: t.Any() }, () => missing) },
    ],
    ['as the body of a reply', { a: route.get('/', open, () => reply(200, missing)) }],
    ['by run', { a: route.get('/', { ...open, use: [stage('receive', { run: () => missing })] }, () => 1) }],
    [
      'by an asynchronous run',
      { a: route.get('/', { ...open, use: [stage('handle', { run: later(missing) })] }, () => 1) },
    ],
    [
      'by wrap',
      { a: route.get('/', { ...open, use: [stage('handle', { wrap: later(missing) })] }, () => 1) },
    ],
    ['by load', { a: route.get('/', { access: accessRule({ name: 'r', load: () => missing }) }, () => 1) }],
    [
      'by allow',
      { a: route.get('/', { access: accessRule({ name: 'r', allow: (() => missing) as never }) }, () => 1) },
    ],
    [
      'by an asynchronous allow',
      { a: route.get('/', { access: accessRule({ name: 'r', allow: later(missing) as never }) }, () => 1) },
    ],
  ])('%s', async (_, routes) => {
    const { status, text } = await get(routes)
    expect(status).toBe(404)
    expect(JSON.parse(text)).toMatchObject({ code: 'ERR_CORE_NOT_FOUND', detail: 'No order 7' })
  })

  it.each<[string, object]>([
    [
      'as the value that a transform sets',
      {
        a: route.get(
          '/',
          {
            ...open,
            use: [
              stage('respond', {
                transform: (_: unknown, outcome: { value: unknown }) =>
                  Object.assign(outcome, { value: missing }),
              }),
            ],
          },
          () => ({}),
        ),
      },
    ],
  ])('%s, which is a 500: the handler may have succeeded', async (_, routes) => {
    await using app = await testApp({ routes: routes as never })
    expect((await app.request('GET', '/')).status).toBe(500)
    expect(app.takeErrors().map((line) => line.msg)).toEqual([
      'The answer failed after the handler had succeeded.',
    ])
  })

  it('by transform, after whatever the handler did: a 500', async () => {
    const use = [stage('respond', { transform: () => missing })]
    const { status, text } = await get({ a: route.get('/', { ...open, use }, () => 1) })
    expect([status, text.includes('No order 7')]).toEqual([500, false])
  })

  it.each([new Error('hush'), new InternalError('hush'), new DOMException('hush')])(
    'shows nothing of %s',
    async (error) => {
      const { status, text, why } = await get({ a: route.get('/', open, () => error as never) })
      expect([status, why]).toEqual([500, 'hush'])
      expect(text).not.toContain('hush')
    },
  )
})

class Query {
  then(): void {
    throw new Error('began')
  }
}

class Denial {
  readonly #status = 403
  get status(): number {
    return this.#status
  }
}

describe('an error of another realm', () => {
  const foreign = () => runInNewContext('new Error("hush")') as Error
  it.each<[string, () => object]>([
    ['is not sent', () => ({ a: route.get('/', open, () => foreign() as never) })],
    [
      'is not sent where a schema would take it',
      () => ({ a: route.get('/', { ...open, response: t.Any() }, () => foreign()) }),
    ],
    ['is not sent by reply', () => ({ a: route.get('/', open, () => reply(200, foreign())) })],
    [
      'is not what run adds',
      () => ({ a: route.get('/', { ...open, use: [stage('receive', { run: foreign })] }, () => 1) }),
    ],
    [
      'is no record',
      () => ({ a: route.get('/', { access: accessRule({ name: 'r', load: foreign }) }, () => 1) }),
    ],
  ])('%s', async (_, routes) => {
    const { status, text, why } = await get(routes())
    expect([status, why]).toEqual([500, 'hush'])
    expect(text).not.toContain('hush')
  })
})

describe('what load returns', () => {
  it.each<[unknown, string]>([
    [reply(404, 'no'), 'returned an answer'],
    [new Response('no', { status: 404 }), 'returned an answer'],
    [false, 'returned false'],
    [0, 'returned 0'],
    ['', 'returned ""'],
    [Number.NaN, 'returned NaN'],
    [0n, 'returned 0n'],
  ])('is refused by name where it was meant to refuse: %s', async (record, told) => {
    for (const load of [() => record, later(record)]) {
      const routes = { a: route.get('/', { access: accessRule({ name: 'own', load }) }, () => 'in') }
      const { status, text, why } = await get(routes)
      expect(status).toBe(500)
      expect(text).not.toContain('in"')
      expect(why).toContain(`The load of access rule own ${told}, which is not a record`)
    }
  })

  it.each([{}, [], new Map(), 'a', 7, true])('is the record otherwise: %j', async (record) => {
    const access = accessRule({ name: 'own', load: () => record })
    expect((await get({ a: route.get('/', { access }, () => 'in') })).text).toBe('in')
  })
})

describe('a promise that nobody awaited', () => {
  const set = (value: () => unknown) => (_: unknown, outcome: { value: unknown }) =>
    Object.assign(outcome, { value: value() })
  const wrap = (value: () => unknown) => async (ctx: unknown, next: () => Promise<{ value: unknown }>) =>
    set(value)(ctx, await next())
  const within = (make: () => unknown) => () => ({ a: [make()] })
  const adding = (make: () => unknown) => (_: unknown, outcome: { value: object }) => {
    Object.assign(outcome.value, { a: make() })
    return outcome
  }
  const wrapped =
    (change: ReturnType<typeof adding>) => async (ctx: unknown, next: () => Promise<{ value: object }>) =>
      change(ctx, await next())
  const broken = () => Promise.reject(new Error('late'))
  // Its query runs when it is awaited.
  const lazy = () => new Query()
  const schema = t.Object({ a: t.Optional(t.Object({})) })
  const union = t.Union([t.Object({ a: t.Object({}) }), t.Object({ b: t.String() })])
  const kinds = { resolved: later(1), rejected: broken, lazy }

  for (const [kind, make] of Object.entries(kinds)) {
    it.each<[string, object]>([
      ['as the body of a reply', { a: route.get('/', open, () => reply(200, make() as never)) }],
      [
        'as the body of a reply with a schema',
        { a: route.get('/', { ...open, response: schema }, () => reply(200, make() as never)) },
      ],
      ['by wrap', { a: route.get('/', { ...open, use: [stage('handle', { wrap: wrap(make) })] }, () => 1) }],
      [
        'by wrap over a schema',
        {
          a: route.get(
            '/',
            { ...open, response: schema, use: [stage('handle', { wrap: wrap(make) })] },
            () => ({}),
          ),
        },
      ],
      [
        'by transform',
        { a: route.get('/', { ...open, use: [stage('respond', { transform: set(make) })] }, () => 1) },
      ],
      [
        'within what a wrap puts there',
        { a: route.get('/', { ...open, use: [stage('handle', { wrap: wrap(within(make)) })] }, () => 1) },
      ],
      [
        'within what a wrap adds to the value',
        {
          a: route.get('/', { ...open, use: [stage('handle', { wrap: wrapped(adding(make)) })] }, () => ({})),
        },
      ],
      [
        'within the reply of a wrap',
        {
          a: route.get(
            '/',
            { ...open, use: [stage('handle', { wrap: async () => reply(200, { a: make() }) })] },
            () => 1,
          ),
        },
      ],
      [
        'within the reply of a run',
        {
          a: route.get(
            '/',
            { ...open, use: [stage('receive', { run: () => reply(200, { a: make() }) })] },
            () => 1,
          ),
        },
      ],
      [
        'within the reply of an asynchronous run',
        {
          a: route.get(
            '/',
            { ...open, use: [stage('receive', { run: async () => reply(200, [make()]) })] },
            () => 1,
          ),
        },
      ],
      [
        'within what a transform puts there',
        {
          a: route.get('/', { ...open, use: [stage('respond', { transform: set(within(make)) })] }, () => 1),
        },
      ],
      [
        'within what a transform adds to the value',
        { a: route.get('/', { ...open, use: [stage('respond', { transform: adding(make) })] }, () => ({})) },
      ],
      [
        'within what an asynchronous transform puts in the answer of a path without a route',
        {
          v1: router(
            '/',
            {
              use: [
                stage('respond', {
                  transform: async (ctx: unknown, outcome: { value: unknown }) =>
                    set(within(make))(ctx, outcome),
                }),
              ],
            },
            { b: route.get('/b', open, () => 1) },
          ),
        },
      ],
      [
        'within details of an error without a schema',
        {
          a: route.get('/', open, () => {
            throw new ConflictError('x', { details: { a: make() } })
          }),
        },
      ],
      ['within a value', { a: route.get('/', open, () => ({ a: make() })) }],
      ['deep within a value', { a: route.get('/', open, () => ({ a: [{ b: make() }] })) }],
      ['within a list', { a: route.get('/', open, () => [1, make()]) }],
      [
        'where an object is declared',
        { a: route.get('/', { ...open, response: schema }, () => ({ a: make() }) as never) },
      ],
      [
        'where a union is declared',
        { a: route.get('/', { ...open, response: union }, () => ({ a: make() }) as never) },
      ],
      [
        'where anything is declared',
        { a: route.get('/', { ...open, response: t.Object({ a: t.Any() }) }, () => ({ a: make() })) },
      ],
    ])(`is not sent (${kind}): %s`, async (_, routes) => {
      const { status, why } = await get(routes)
      expect(status).toBe(500)
      expect(why).toMatch(/promise.*await it/)
    })
  }

  it('is told by the name of the middleware that gave it', async () => {
    const use = [stage('handle', { wrap: wrap(within(broken)) })]
    expect((await get({ a: route.get('/', { ...open, use }, () => 1) })).why).toBe(
      'Middleware gate gave a promise at /a/0: await it.',
    )
  })

  it('undoes what a transaction around it did', async () => {
    const told: string[] = []
    const transaction = stage('handle', {
      wrap: async (_: unknown, next: () => Promise<unknown>) => {
        try {
          const outcome = await next()
          told.push('commit')
          return outcome
        } catch (error) {
          told.push('rollback')
          throw error
        }
      },
    })
    for (const value of [broken, within(broken)]) {
      const use = [transaction, stage('handle', { wrap: wrap(value) })]
      expect((await get({ a: route.get('/', { ...open, use }, () => 1) })).status).toBe(500)
    }
    expect(
      (await get({ a: route.get('/', { ...open, use: [transaction] }, () => ({ a: broken() })) })).status,
    ).toBe(500)
    expect(told).toEqual(['rollback', 'rollback', 'rollback'])
  })

  it('is no fault in what a class holds for itself', async () => {
    class Row {
      readonly id = 7
      readonly ready = Promise.resolve()
    }
    const response = t.Object({ id: t.Integer() })
    expect((await get({ a: route.get('/', { ...open, response }, () => new Row()) })).text).toBe('{"id":7}')
  })
})

function stage(name: string, parts: object): AnyMiddleware {
  return middleware({ name: 'gate', stage: name, ...parts } as never)
}

describe('what run returns', () => {
  const reached = async (result: unknown, adds: readonly string[], isLater: boolean) => {
    let isReached = false
    const run = isLater ? later(result) : () => result
    const routes = {
      a: route.get('/', { ...open, use: [stage('receive', { adds, run })] }, () => {
        isReached = true
        return 1
      }),
    }
    return { ...(await get(routes)), isReached }
  }

  it.each([false, true])(
    'is refused by name where it is not what it adds (promised: %j)',
    async (isLater) => {
      const cases: [unknown, readonly string[], string][] = [
        [
          new Response('no', { status: 403 }),
          [],
          'returned a Response; run gives an object of what it adds, reply(',
        ],
        [new Response('no'), ['user'], 'returned a Response'],
        [{ user: 1, admin: true }, ['user'], "returned 'admin', which its adds does not name"],
        [{ status: 403 }, [], "returned 'status', which its adds does not name"],
        [{}, ['user'], 'returned an object without user, which its adds names'],
        [[{ user: 1 }], ['user'], 'returned an array'],
        [[], [], 'returned an array'],
        [{ user: Promise.resolve(1) }, ['user'], "returned a promise as 'user': await it"],
        [false, [], 'returned boolean'],
        ['no', [], 'returned string'],
        [403, [], 'returned number'],
        [() => 1, [], 'returned function'],
        [new Map([['user', 1]]), [], 'returned an instance of Map'],
        [new Set(), ['user'], 'returned an instance of Set'],
        [new Date(), [], 'returned an instance of Date'],
        [Buffer.from('no'), [], 'returned an instance of Buffer'],
        [new URLSearchParams('user=1'), ['user'], 'returned an instance of URLSearchParams'],
        [new Denial(), [], 'returned an instance of Denial'],
        [new Boolean(false), [], 'returned an instance of Boolean'],
        [runInNewContext('new Map()'), [], 'returned an instance of Map'],
        [Object.create({ user: 1 }), ['user'], 'returned an object that inherits from another'],
        [Object.defineProperty({}, 'status', { value: 403 }), [], 'returned an object with hidden members'],
        [{ [Symbol('status')]: 403 }, [], 'returned an object with hidden members'],
        [{ user: reply(403, 'no') }, ['user'], "returned a reply as 'user'"],
      ]
      for (const [result, adds, why] of cases) {
        const found = await reached(result, adds, isLater)
        expect([found.status, found.isReached]).toEqual([500, false])
        expect(found.why).toContain(`Middleware gate ${why}`)
      }
    },
  )

  it.each([false, true])('goes on where it is nothing, or what it adds (promised: %j)', async (isLater) => {
    const cases: [unknown, readonly string[]][] = [
      [undefined, ['user']],
      [null, []],
      [{}, []],
      [{ user: undefined }, ['user']],
      [{ user: 1 }, ['user', 'tenant']],
      [Object.assign(Object.create(null), { user: 1 }), ['user']],
      [runInNewContext('({ user: 1 })'), ['user']],
    ]
    for (const [result, adds] of cases)
      expect(await reached(result, adds, isLater)).toMatchObject({ status: 200, isReached: true })
  })
})

describe('an access rule that can refuse nobody', () => {
  it.each([
    [{ name: 'x' }, 'It can refuse nobody'],
    [{ name: 'x', alow: () => false }, 'It can refuse nobody'],
    [{ name: 'x', as: 'order' }, "Nothing is loaded for 'as' to name"],
    [{ name: 'x', allow: false }, 'allow is not a function'],
    [{ name: 'x', load: null }, 'load is not a function'],
    [{ name: 'x', allow: () => true, as: 'order' }, "Nothing is loaded for 'as' to name"],
  ])('stops the start: %j', (definition, why) => {
    const make = () => accessRule(definition as never)
    expect(make).toThrow(SetupError)
    expect(make).toThrow(why)
    expect(make).toThrow('returned-values.test.ts')
  })
})
