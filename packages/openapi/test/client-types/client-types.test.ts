import { mount, route, SetupError, t, toManifest } from '@keelson/core'
import { suggestName } from '@keelson/core/schemas'
import { toClientTypes } from '@keelson/openapi/tools'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { routes } from './routes.ts'

it('writes the types of each kind of route', async () => {
  await expect(toClientTypes(routes)).toMatchFileSnapshot('./routes.api.d.ts')
})

const open = { access: 'public' } as const
const written = (schema: unknown): string =>
  toClientTypes({ a: route.post('/', { ...open, body: schema as never }, () => 1) })
const bodyOf = (schema: unknown): string =>
  /body\??: (.*) \},\s+\{ 200/.exec(written(schema))?.[1] ?? written(schema)

describe('a type that nobody tells', () => {
  it.each([
    ['its schema (valibot) does not give its JSON Schema', v.string(), 'unknown'],
    ['Not known to JSON Schema: a, body, big: bigint', z.object({ big: z.bigint() }), '{ big: unknown }'],
  ])('is unknown, with a comment: %s', (note, schema, type) => {
    expect(bodyOf(schema)).toMatch(type)
    expect(bodyOf(schema)).toContain(note)
  })

  it('is never any', () => {
    expect(bodyOf(t.Any())).toBe('unknown')
    expect(bodyOf(z.object({ a: z.any() }))).toBe('{ a: unknown }')
  })

  it('ends no comment', () => {
    expect(bodyOf({ ...v.string(), '~standard': { ...v.string()['~standard'], vendor: '*/ any' } })).toMatch(
      /^unknown \/\* [^*]*\*\\\/ any.* \*\/$/,
    )
  })
})

it('marks a member that is deprecated', () => {
  const written = bodyOf(t.Object({ old: t.String({ deprecated: true }), a: t.String() }))
  expect(written).toMatch(/\/\*\*[\s*]*@deprecated[\s*]*\*\/\s*old: string/)
})

describe('a schema with a name', () => {
  it.each([
    ['string', 'string_2'],
    ['Api', 'Api_2'],
    ['WireError', 'WireError_2'],
    ['2nd order', '_2nd_order'],
    ['https://example.com/schemas/order.schema.json', 'order'],
  ])('called %s is the type %s', ($id, name) => {
    expect(written(t.Object({ a: t.Null() }, { $id }))).toContain(`export type ${name} = { a: null }\n`)
  })

  it('is one type for all that say the same, and else one for what is sent and one for what is received', () => {
    const Plain = t.Object({ a: t.Null() }, { $id: 'Plain' })
    const Filled = t.Object({ a: t.Boolean({ default: true }), plain: Plain }, { $id: 'Filled' })
    const text = toClientTypes({
      a: route.post('/', { ...open, body: Filled, response: Filled }, ({ body }) => body),
      b: route.post('/b', { ...open, body: t.Optional(Plain), response: Plain }, () => ({ a: null })),
    })
    expect(text.match(/^export type .*$/gm)).toEqual([
      'export type Filled = { a: boolean; plain: Plain }',
      'export type FilledInput = { a?: boolean; plain: Plain }',
      'export type Plain = { a: null }',
    ])
  })

  it('gives way to another of its name', () => {
    const text = toClientTypes({
      a: route.get('/', { ...open, response: t.Object({ a: t.Null() }, { $id: 'X' }) }, () => ({ a: null })),
      b: route.get('/b', { ...open, response: t.Object({ b: t.Null() }, { $id: 'X' }) }, () => ({ b: null })),
    })
    expect(text).toContain('export type X = { a: null }\n\nexport type X_2 = { b: null }\n')
  })
})

describe('what a schema of another library says', () => {
  const Node = z.object({
    get next() {
      return Node.optional()
    },
  })
  it.each<[unknown, string]>([
    [Node, 'ABody'],
    [z.object({ a: z.string() }).catchall(z.number()), '{ a: string; [key: string]: unknown }'],
    [z.literal(['a', 1, null]), "'a' | 1 | null"],
    [
      z.record(z.string(), z.array(z.union([z.string(), z.number()]))),
      '{ [key: string]: (string | number)[] }',
    ],
    [z.object({ a: z.number() }).and(z.object({ b: z.never() })), '{ a: number; b: never }'],
    [
      t.Unsafe({ type: ['object', 'null'], properties: { a: { const: { b: [1] } } } }),
      '{ a?: { b: [1] } } | null',
    ],
    [t.Unsafe({ additionalProperties: { type: 'string' } }), '{ [key: string]: string }'],
    [t.Unsafe({ type: 'string', nullable: true }), 'string | null'],
    [t.RegExp(/a/), 'string'],
    [t.Not(t.String()), 'unknown'],
  ])('%#: %s', (schema, type) => {
    expect(bodyOf(schema)).toBe(type)
  })
})

it('leaves out mounted handlers, which are no calls', () => {
  const text = toClientTypes({ old: mount('/old', () => new Response(), { access: 'public' }) })
  expect(text).toContain('export interface Api {}')
})

it('is the same text for the same routes, and begins with its format', () => {
  expect(toClientTypes(routes)).toBe(toClientTypes({ ...routes }))
  const head = `format 1; its manifest is ${toManifest(routes).hash}.`
  expect(toClientTypes(routes).split('\n')[0]).toContain(head)
})

it('refuses what is not a tree of routes', () => {
  expect(() => toClientTypes({ a: 1 as never })).toThrow(SetupError)
  expect(() => toClientTypes(undefined as never)).toThrow('The tree')
})

it('names the type of a schema whose maker suggests a name', () => {
  const Notes = suggestName(t.Object({ id: t.Integer() }), 'Notes')
  const text = written(t.Object({ all: t.Array(Notes), one: t.Optional(Notes) }))
  expect(text).toMatch(/body: \{ all: Notes\[\]; one\?: Notes \}/)
  expect(text).toMatch(/Notes(?: =)? \{\s*id: number/)
})
