import { MalformedJsonError, route, t, type RouteTree } from '@keelson/core'
import { violationsOf } from '@keelson/client'
import { testApp } from '@keelson/testing'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { open, transports } from './support.ts'

const Body = t.Object({
  name: t.String({ minLength: 3 }),
  age: t.Integer({ maximum: 9, multipleOf: 2 }),
  id: t.String({ format: 'uuid' }),
  key: t.String({ pattern: '^a$' }),
  kind: t.Union([t.Literal('x'), t.Literal('y')]),
  tags: t.Array(t.String(), { maxItems: 1 }),
})

describe.each(transports)('violations, %s', (transport) => {
  const toldOf = async (options: object, path: string, body: string) => {
    const routes = { a: route.post('/', { ...open, ...options } as never, ({ query }) => query) }
    await using app = await testApp({ routes: routes as RouteTree, transport })
    const response = await app.request('POST', path, {
      body,
      headers: { 'content-type': 'application/json' },
    })
    const { errors } = (await response.json()) as { errors: readonly Record<string, unknown>[] }
    return errors.map(({ message: _, ...rest }) => rest)
  }

  it('have a code and what the schema says', async () => {
    const body = JSON.stringify({
      name: 'ab',
      age: 11,
      id: 'b',
      key: 'b',
      kind: 'z',
      tags: ['a', 'b'],
      more: 1,
    })
    const told = await toldOf({ body: Body }, '/', body)
    const at = { in: 'body' }
    expect(told).toEqual(
      expect.arrayContaining([
        { ...at, pointer: '/name', code: 'minLength', limit: 3 },
        { ...at, pointer: '/age', code: 'maximum', limit: 9 },
        { ...at, pointer: '/age', code: 'multipleOf', multipleOf: 2 },
        { ...at, pointer: '/id', code: 'format', format: 'uuid' },
        { ...at, pointer: '/key', code: 'pattern', pattern: '^a$' },
        { ...at, pointer: '/kind', code: 'enum', allowed: ['x', 'y'] },
        { ...at, pointer: '/tags', code: 'maxItems', limit: 1 },
        { ...at, pointer: '/more', code: 'additionalProperties' },
      ]),
    )
  })

  it.each([
    [z.object({ a: z.string().min(3) }), { code: 'too_small', limit: 3, type: 'string' }],
    [v.object({ a: v.pipe(v.string(), v.minLength(3)) }), { code: 'min_length', limit: 3 }],
  ])('keep what another library says', async (body, facts) => {
    expect(await toldOf({ body }, '/', '{"a":"x"}')).toEqual([{ in: 'body', pointer: '/a', ...facts }])
  })

  it('say where a text cannot be read', async () => {
    expect(await toldOf({}, '/?a=%zz', '1')).toEqual([
      { in: 'query', pointer: '', code: 'encoding', position: 2 },
    ])
    expect(await toldOf({ body: Body }, '/', '{"a":')).toEqual([
      { in: 'body', pointer: '', code: 'syntax', position: 5 },
    ])
    const { details } = new MalformedJsonError({ code: 'ERR_CORE_JSON_DEPTH', position: 1, maxDepth: 64 })
    expect(details).toEqual({ position: 1, limit: 64 })
  })

  it('are typed in the client', async () => {
    const routes = {
      a: route.get('/', { ...open, query: { n: t.Integer({ minimum: 3 }) } }, ({ query }) => query.n),
    }
    await using app = await testApp({ routes, transport })
    const outcome = await app.client.a.result({ query: { n: 1 } })
    const [first] = outcome.ok ? [] : violationsOf(outcome.error)
    expect([first?.code, first?.limit, first?.pointer]).toEqual(['minimum', 3, '/n'])
    expect(
      violationsOf(await app.client.a({ query: { n: 1 } }).catch((error: unknown) => error)),
    ).toHaveLength(1)
    expect(violationsOf(undefined)).toEqual([])
  })
})
