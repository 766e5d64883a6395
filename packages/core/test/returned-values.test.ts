import {
  accessRule,
  InternalError,
  middleware,
  NotFoundError,
  reply,
  route,
  StartError,
  t,
  type AnyMiddleware,
} from '@keelson/core'
import { testApp } from '@keelson/core/testing'
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
    [
      'by transform',
      { a: route.get('/', { ...open, use: [stage('respond', { transform: () => missing })] }, () => 1) },
    ],
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

  it.each([new Error('hush'), new InternalError('hush'), new DOMException('hush')])(
    'shows nothing of %s',
    async (error) => {
      const { status, text, why } = await get({ a: route.get('/', open, () => error as never) })
      expect([status, why]).toEqual([500, 'hush'])
      expect(text).not.toContain('hush')
    },
  )
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
    expect(make).toThrow(StartError)
    expect(make).toThrow(why)
    expect(make).toThrow('returned-values.test.ts')
  })
})
