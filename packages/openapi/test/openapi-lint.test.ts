import { validate } from '@readme/openapi-parser'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { type } from 'arktype'
import { z } from 'zod'
import { createApp, defineError, reply, route, router, t } from '@keelson/core'
import { toOpenApi, type OpenApiDocument } from '../src/index.ts'
import { diffOpenApi } from '../src/tools.ts'
import { sampleApp, sampleInfo, sampleTags } from './openapi-sample.ts'

// Spectral and client generators are too large to be installed here; scripts/check-openapi.ts runs them.

const options = { info: sampleInfo, tags: sampleTags, servers: [{ url: 'https://api.example.org' }] }

const access = 'public' as const
const handler = (): never => {
  throw new Error('Not called.')
}
const Part = t.Object({ id: t.String(), n: t.Integer({ default: 1 }) }, { $id: 'Part' })
const Tree = t.Recursive((This) => t.Object({ n: t.Integer({ default: 0 }), children: t.Array(This) }))
const Cat: z.ZodType = z
  .object({
    name: z.string().default('x'),
    get kittens() {
      return z.array(Cat)
    },
  })
  .meta({ id: 'Cat' })
const Tagged = z.discriminatedUnion('k', [
  z.object({ k: z.literal('a'), x: z.number() }).meta({ id: 'TaggedA' }),
  z.object({ k: z.literal('b'), y: z.iso.datetime() }).meta({ id: 'TaggedB' }),
])
const Module = t.Module({
  P: t.Object({ q: t.Union([t.Ref('Q'), t.Null()]), n: t.Integer({ default: 2 }) }),
  Q: t.Object({ p: t.Optional(t.Ref('P')) }),
})
const Odd = t.Union([
  t.Null(),
  t.Tuple([t.Literal(1), t.Boolean()]),
  t.Record(t.String({ pattern: '^a' }), t.Any()),
  t.Intersect([t.Object({ a: t.String() }), t.Object({ b: t.Number() })]),
  t.RegExp(/a+/),
  t.Not(t.String()),
  t.TemplateLiteral('a${string}'),
  t.Enum({ A: 1, B: 'z' }),
  t.Integer({ exclusiveMinimum: 1 }),
  t.Never(),
  t.Unknown(),
])
const Mixed = defineError('MIXED', { status: 422, title: 'Mixed', details: z.object({ tagged: Tagged }) })
const oddRoutes = {
  copies: route.post(
    '/copies',
    {
      access,
      body: t.Object({ a: Part, b: t.Ref('Part'), c: t.Optional(Part), d: t.Union([Part, t.Null()]) }),
      response: { 200: Part, 201: t.Array(Part), 204: null },
      errors: [Mixed],
    },
    handler,
  ),
  tree: route.put('/tree', { access, body: Tree, response: Tree }, handler),
  cat: route.put('/cat', { access, body: Cat, response: Cat }, handler),
  tagged: route.put('/tagged', { access, body: Tagged, response: Tagged }, handler),
  module: route.put('/module', { access, body: Module.Import('P'), response: Module.Import('Q') }, handler),
  ark: route.put(
    '/ark',
    {
      access,
      body: type({ a: 'string > 2', 'b?': 'number[]', c: "'x'|'y'|null" }),
      response: type({ d: 'Date' }),
    },
    handler,
  ),
  odd: route.put('/odd/:a', { access, params: { a: t.Integer() }, body: Odd, response: Odd }, handler),
  text: route.get(
    '/text',
    { access, response: { 200: z.string().nullable(), 302: null, 404: t.String() } },
    handler,
  ),
  deep: router('/deep/:x', { inner: { leaf: route.delete('/*rest', { access }, () => reply(204)) } }),
}
const oddApp = createApp({ routes: oddRoutes, log: false })
const DOCUMENTS: readonly [string, OpenApiDocument][] = [
  ['of the sample', toOpenApi(sampleApp(), options)],
  ['of the sample, version 3.0', toOpenApi(sampleApp(), { ...options, version: '3.0' })],
  ['of odd schemas', toOpenApi(oddApp, options)],
  ['of odd schemas, version 3.0', toOpenApi(oddApp, { ...options, version: '3.0' })],
  [
    'of the smallest app',
    toOpenApi(createApp({ routes: { a: route.get('/', { access: 'public' }, () => 1) }, log: false })),
  ],
]

/** A fresh copy, as it is read from a file; validators resolve references in place. */
function copyOf(document: OpenApiDocument): Record<string, unknown> {
  return JSON.parse(JSON.stringify(document)) as Record<string, unknown>
}

describe.each(DOCUMENTS)('the document %s', (_what, document) => {
  it("has no errors by Redocly's recommended rules", async () => {
    const config = await createConfig({ extends: ['recommended'] })
    const found = await lintFromString({
      source: JSON.stringify(document),
      absoluteRef: 'openapi.json',
      config,
    })
    expect(
      found.filter((one) => one.severity === 'error').map((one) => `${one.ruleId}: ${one.message}`),
    ).toEqual([])
  })

  it('matches the JSON Schema of OpenAPI', async () => {
    expect(await new Validator().validate(copyOf(document))).toEqual({ valid: true })
  })

  it('does not differ from itself', () => {
    expect(diffOpenApi(document, copyOf(document) as unknown as OpenApiDocument)).toEqual([])
  })

  it('passes the parser of readme', async () => {
    expect(await validate(copyOf(document) as never)).toMatchObject({ valid: true })
  })
})

it('a linter finds what is wrong, so that its silence means something', async () => {
  const config = await createConfig({ extends: ['recommended'] })
  const wrong = { ...toOpenApi(sampleApp(), options), paths: { '/x': { get: { responses: {} } } } }
  const found = await lintFromString({ source: JSON.stringify(wrong), absoluteRef: 'openapi.json', config })
  expect(found.some((one) => one.severity === 'error')).toBe(true)
})
