// What the document says of undeclared members, held to what the server does with them.
import { Ajv2020 } from 'ajv/dist/2020.js'
import { type } from 'arktype'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createApp, route, t } from '@keelson/core'
import { toOpenApi } from '../src/index.ts'

const open = { access: 'public' } as const

interface Kind {
  readonly body: unknown
  /** A body that is right; each object in it gets an undeclared member in turn. */
  readonly value: unknown
  readonly unknown?: 'refuse' | 'ignore'
}

const Point = t.Object({ x: t.Number(), label: t.Optional(t.String({ default: 'p' })) }, { $id: 'Point' })
const Node = t.Recursive((This) => t.Object({ name: t.String(), next: t.Optional(This) }))
const Shapes = t.Module({
  Shape: t.Union([t.Ref('Dot'), t.Ref('Line')]),
  Dot: t.Object({ kind: t.Literal('dot'), at: t.Object({ x: t.Number() }) }),
  Line: t.Object({ kind: t.Literal('line'), to: t.Ref('Dot') }),
})

const KINDS: Readonly<Record<string, Kind>> = {
  'an object': { body: t.Object({ a: t.Object({ b: t.String() }) }), value: { a: { b: '' } } },
  'an object with a default': { body: t.Object({ a: t.String({ default: 'x' }) }), value: {} },
  'a list of named objects': { body: t.Object({ list: t.Array(Point) }), value: { list: [{ x: 1 }] } },
  'a tuple': { body: t.Tuple([Point, t.String()]), value: [{ x: 1 }, ''] },
  'an intersection': {
    body: t.Intersect([t.Object({ a: t.Object({ b: t.String() }) }), Point]),
    value: { a: { b: '' }, x: 1 },
  },
  'a union told apart by a tag': {
    body: t.Union([
      t.Object({ kind: t.Literal('a'), in: t.Object({ n: t.Integer() }) }),
      t.Object({ kind: t.Literal('b'), s: t.String() }),
    ]),
    value: { kind: 'a', in: { n: 1 } },
  },
  'a union without a tag': {
    body: t.Union([t.Object({ a: t.String() }), t.Object({ n: t.Integer(), in: Point })]),
    value: { n: 1, in: { x: 2 } },
  },
  'something that may be null': { body: t.Object({ p: t.Union([Point, t.Null()]) }), value: { p: { x: 1 } } },
  'a record': { body: t.Record(t.String(), Point), value: { one: { x: 1 } } },
  'a recursion': { body: Node, value: { name: '', next: { name: '' } } },
  'a module': { body: Shapes.Import('Shape'), value: { kind: 'line', to: { kind: 'dot', at: { x: 1 } } } },
  'an object that says itself that it takes more': {
    body: t.Object({ a: Point }, { additionalProperties: true }),
    value: { a: { x: 1 } },
  },
  'an object of zod': { body: z.object({ a: z.object({ b: z.string() }) }), value: { a: { b: '' } } },
  'a loose object of zod': {
    body: z.looseObject({ a: z.object({ b: z.string() }) }),
    value: { a: { b: '' } },
  },
  'an object of arktype': { body: type({ a: { b: 'string' } }), value: { a: { b: '' } } },
  'an object where they are ignored': {
    body: t.Object({ a: Point }),
    value: { a: { x: 1 } },
    unknown: 'ignore',
  },
  'an object of zod where they are ignored': {
    body: z.object({ a: z.object({ b: z.string() }) }),
    value: { a: { b: '' } },
    unknown: 'ignore',
  },
}

/** A value, and each copy of it in which one object has a member more. */
function variants(value: unknown): unknown[] {
  const copies: unknown[] = [value]
  const visit = (node: unknown, replace: (with_: unknown) => unknown): void => {
    if (typeof node !== 'object' || node === null) return
    if (!Array.isArray(node)) copies.push(replace({ ...node, undeclared: true }))
    for (const [key, member] of Object.entries(node)) {
      visit(member, (inner) => {
        const copy = (Array.isArray(node) ? [...(node as unknown[])] : { ...node }) as Record<string, unknown>
        copy[key] = inner
        return replace(copy)
      })
    }
  }
  visit(value, (whole) => whole)
  return copies
}

describe('the document says of undeclared members what the server does with them', () => {
  it.each(Object.entries(KINDS))('%s', async (_, { body, value, unknown }) => {
    const app = createApp({
      routes: {
        take: route.post(
          '/',
          { ...open, body: body as never, response: t.Object({}), unknown: { body: unknown } },
          () => ({}),
        ),
      },
      log: false,
      health: false,
    })
    const document = toOpenApi(app)
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema({ $id: 'doc', components: document.components })
    const { schema } = document.paths['/']?.post?.requestBody?.content['application/json'] ?? {}
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"doc#/components/')
    const inDocument = ajv.compile(JSON.parse(text) as object)
    const all = variants(value)
    expect(all.length).toBeGreaterThan(1)
    for (const sent of all) {
      const answer = await app.fetch(
        new Request('http://localhost/', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(sent),
        }),
      )
      expect([sent, answer.status]).toEqual([sent, inDocument(sent) ? 200 : 400])
    }
    await app.stop()
  })

  it('an intersection whose parts describe one member, as far as JSON Schema can say it', () => {
    const body = t.Intersect([
      t.Object({ in: t.Object({ a: t.String() }) }),
      t.Object({ in: t.Object({ b: t.String() }) }),
    ])
    const routes = { take: route.post('/', { ...open, body, response: t.Object({}) }, () => ({})) }
    const { paths } = toOpenApi(createApp({ routes, log: false, health: false }))
    const { schema } = paths['/']?.post?.requestBody?.content['application/json'] ?? {}
    expect(schema).toMatchObject({ unevaluatedProperties: false })
    expect(JSON.stringify(schema)).not.toContain('additionalProperties')
  })
})
