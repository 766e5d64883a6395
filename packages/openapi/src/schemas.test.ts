import { describe, expect, it } from 'vitest'
import { type } from 'arktype'
import { z } from 'zod'
import { createApp, route, router, SetupError, t, type RouteTree } from '@keelson/core'
import { suggestName } from '@keelson/core/schemas'
import { toOpenApi, type OpenApiDocument, type OpenApiOperation, type OpenApiOptions } from './index.ts'

const PUBLIC = { access: 'public' } as const
const never = (): never => {
  throw new Error('Not called.')
}

function documentOf(routes: RouteTree, options?: OpenApiOptions): OpenApiDocument {
  return toOpenApi(createApp({ routes, log: false, health: false }), options)
}

/** The body of a route as the document has it. */
function bodyOf(body: unknown, options?: OpenApiOptions): unknown {
  const { paths } = documentOf({ a: route.post('/', { ...PUBLIC, body: body as never }, never) }, options)
  return paths['/']?.post?.requestBody?.content['application/json']?.schema
}

const Cat = t.Object({ kind: t.Literal('cat'), lives: t.Integer({ default: 9 }) }, { $id: 'Cat' })
const Dog = t.Object({ kind: t.Union([t.Literal('dog'), t.Literal('wolf')]) }, { $id: 'Dog' })
const byKind = { discriminator: { propertyName: 'kind' } }

describe('a discriminator', () => {
  it('tells which component each value stands for, on both sides', () => {
    const Pet = t.Union([Cat, Dog], { $id: 'Pet', ...byKind })
    const document = documentOf({ a: route.post('/', { ...PUBLIC, body: Pet, response: Pet }, never) })
    const ids = (suffix: string): object => ({
      cat: `#/components/schemas/Cat${suffix}`,
      dog: `#/components/schemas/Dog${suffix}`,
      wolf: `#/components/schemas/Dog${suffix}`,
    })
    expect(document.components.schemas).toMatchObject({
      Pet: { discriminator: { propertyName: 'kind', mapping: ids('') } },
      PetInput: { discriminator: { propertyName: 'kind', mapping: ids('Input') } },
    })
  })

  it('stays as it is where a branch has no name', () => {
    const { discriminator } = bodyOf(t.Union([Cat, t.Object({ kind: t.Literal('dog') })], byKind)) as object &
      typeof byKind
    expect(discriminator).toEqual(byKind.discriminator)
  })

  it('tells the components of numbers, of branches in parts, and of those beside null', () => {
    const One = t.Object({ kind: t.Literal(1) }, { $id: 'One' })
    const Two = t.Intersect([t.Object({ kind: t.Literal(2) }), t.Object({ a: t.String() })], { $id: 'Two' })
    expect(bodyOf(t.Union([One, t.Null(), Two], byKind))).toMatchObject({
      discriminator: { mapping: { 1: '#/components/schemas/One', 2: '#/components/schemas/Two' } },
    })
  })

  it('that cannot tell branches apart stops the start', () => {
    const Other = t.Object({ kind: t.Literal('cat') }, { $id: 'Other' })
    expect(() => bodyOf(t.Union([Cat, Other], byKind))).toThrow(
      /route a \(POST \/.*, body: Its discriminator 'kind' does not tell the branches apart: 'cat' is a value of Cat and of Other\. Give each branch kind: t\.Literal\('…'\) with values of its own, or remove the discriminator\./,
    )
    expect(() =>
      documentOf({ a: route.get('/', { ...PUBLIC, response: t.Union([Cat, Other]) }, never) }),
    ).not.toThrow()
  })

  it('is no keyword where it is a member, or a value', () => {
    const Odd = t.Object({ discriminator: t.Any() }, { $id: 'Odd', default: { discriminator: null } })
    const { components } = documentOf({ a: route.post('/', { ...PUBLIC, body: Odd }, never) })
    expect(components.schemas?.['Odd']).toMatchObject({
      properties: { discriminator: {} },
      default: { discriminator: null },
    })
  })
})

describe('a member with a default in a union', () => {
  const required = (schema: unknown) => (schema as { required?: string[] }).required
  const componentOf = (name: string, body: unknown) => {
    const a = route.post('/', { ...PUBLIC, body: body as never }, never)
    return required(documentOf({ a }).components.schemas?.[name])
  }
  const Text = t.Object({ text: t.String(), n: t.Integer({ default: 1 }) })

  it('is optional where it is certain which branch is meant', () => {
    const { anyOf } = bodyOf(t.Union([Text, t.Null()])) as { anyOf: unknown[] }
    expect(required(anyOf[0])).toEqual(['text'])
    expect(componentOf('Cat', t.Union([Cat, Dog]))).toEqual(['kind'])
  })

  it('is asked for where it is not, as the server does', () => {
    const { anyOf } = bodyOf(t.Union([Text, t.Object({ id: t.String() })])) as { anyOf: unknown[] }
    expect(anyOf.map(required)).toEqual([['text', 'n'], ['id']])
    expect(componentOf('Cat', t.Union([Cat, t.Object({ id: t.String() })]))).toEqual(['kind', 'lives'])
    const negated = bodyOf(t.Not(Text)) as { not: unknown }
    expect(required(negated.not)).toEqual(['text', 'n'])
  })

  it('is as the library of a Standard Schema says', () => {
    const schema = z.union([
      z.object({ text: z.string(), n: z.number().default(1) }),
      z.object({ id: z.string() }),
    ])
    const { anyOf } = bodyOf(schema) as { anyOf: unknown[] }
    expect(required(anyOf[0])).toEqual(['text'])
  })
})

describe('an array', () => {
  it('says what its items are, whatever its schema leaves out', () => {
    expect(bodyOf(t.Tuple([]))).toMatchObject({ items: false, maxItems: 0 })
    expect(bodyOf(t.Tuple([t.Number(), t.String()]))).toMatchObject({
      prefixItems: [{ type: 'number' }, { type: 'string' }],
      items: false,
      minItems: 2,
    })
    expect(bodyOf(t.Unsafe({ type: 'array', minItems: 1 }))).toEqual({
      type: 'array',
      items: {},
      minItems: 1,
    })
  })
})

describe('literals', () => {
  it('are an enum with null, too', () => {
    const a = t.Union([t.Literal('a'), t.Literal('b'), t.Null()])
    expect(bodyOf(a)).toEqual({ type: ['string', 'null'], enum: ['a', 'b', null] })
    expect(bodyOf(z.enum(['a', 'b']).nullable())).toEqual({
      type: ['string', 'null'],
      enum: ['a', 'b', null],
    })
    expect(bodyOf(a, { version: '3.0' })).toEqual({ type: 'string', nullable: true, enum: ['a', 'b', null] })
  })

  it('have a type where their values have one', () => {
    expect(bodyOf(type("'a'|'b'"))).toEqual({ type: 'string', enum: ['a', 'b'] })
    expect(bodyOf(t.Unsafe({ const: 1 }))).toEqual({ type: 'number', const: 1 })
    expect(bodyOf(t.Union([t.Literal('a'), t.Literal(1)]))).toEqual({ enum: ['a', 1] })
  })

  it('stay apart where one of them has more to say', () => {
    expect(bodyOf(t.Union([t.Literal('a', { description: 'First.' }), t.Literal('b')]))).toMatchObject({
      anyOf: [{ const: 'a', description: 'First.' }, { const: 'b' }],
    })
    expect(bodyOf(t.Union([t.Null(), t.Null()]))).toEqual({ anyOf: [{ type: 'null' }, { type: 'null' }] })
  })
})

describe('a body that the handler reads itself', () => {
  const types = [
    'text/csv',
    'image/png',
    'multipart/form-data',
    'application/x-www-form-urlencoded',
    'application/octet-stream; v=1',
    'video/*',
    'application/xml',
    'application/hal+json',
  ]
  const routes = { a: route.post('/', { ...PUBLIC, consumes: types }, never) }
  const schemas = (version: '3.1' | '3.0') => {
    const content = documentOf(routes, { version }).paths['/']?.post?.requestBody?.content ?? {}
    return Object.values(content).map((media) => media.schema)
  }

  it('is what its media type says', () => {
    const bytes = { type: 'string', format: 'binary' }
    expect(schemas('3.1')).toEqual([
      { type: 'string' },
      { ...bytes, contentMediaType: 'image/png' },
      { type: 'object' },
      { type: 'object' },
      { ...bytes, contentMediaType: 'application/octet-stream' },
      bytes,
      { type: 'string' },
      {},
    ])
  })

  it('has bytes in the words of 3.0', () => {
    const bytes = { type: 'string', format: 'binary' }
    expect(schemas('3.0')).toEqual([
      { type: 'string' },
      bytes,
      { type: 'object' },
      { type: 'object' },
      bytes,
      bytes,
      { type: 'string' },
      {},
    ])
  })
})

describe('the document', () => {
  it('has the tags that a route names instead of its place in the tree', () => {
    const document = documentOf(
      {
        orders: router('/orders', {
          list: route.get('/', PUBLIC, never),
          export: route.get('/export', { ...PUBLIC, tags: ['reports', 'orders', 'reports'] }, never),
          stay: route.get('/stay', { ...PUBLIC, tags: [] }, never),
        }),
      },
      { tags: { reports: 'For the books.' } },
    )
    const tagsAt = (path: string): OpenApiOperation['tags'] | undefined => document.paths[path]?.get?.tags
    expect(tagsAt('/orders/export')).toEqual(['reports', 'orders'])
    expect([tagsAt('/orders'), tagsAt('/orders/stay')]).toEqual([['orders'], ['orders']])
    expect(document.tags).toEqual([{ name: 'orders' }, { name: 'reports', description: 'For the books.' }])
  })

  it('has servers with variables, and a link to more', () => {
    const servers = [
      { url: 'https://{region}.example.org', variables: { region: { default: 'eu', enum: ['eu', 'us'] } } },
    ]
    const externalDocs = { url: 'https://example.org/guide', description: 'The guide' }
    expect(documentOf({}, { servers, externalDocs })).toMatchObject({ servers, externalDocs })
  })
})

describe('a schema', () => {
  const faultOf = (body: unknown): string => {
    try {
      bodyOf(body)
    } catch (error) {
      if (error instanceof SetupError) return error.message
      throw error
    }
    return ''
  }

  it('is refused with a default that it refuses itself', () => {
    expect(faultOf(t.Object({ n: t.Integer({ default: 'x' }) }))).toMatch(
      /route a \(POST \/.*body, n: The default "x" does not match its schema: .*Correct the default.*ERR_CORE_SCHEMA_DEFAULT/,
    )
    // zod gives the handler what the default is; what is sent has another type.
    expect(faultOf(z.object({ n: z.string().transform(Number).default(1) }))).toBe('')
  })

  it('tells each member that it cannot describe once', () => {
    expect(
      faultOf(z.object({ m: z.map(z.string(), z.string()), d: z.date() })).match(/no form in/g),
    ).toHaveLength(2)
  })

  it('of a date that is made of text takes text', () => {
    expect(bodyOf(z.object({ at: z.coerce.date() }))).toMatchObject({
      properties: { at: { type: 'string', format: 'date-time' } },
    })
  })

  it('may refer from what the content of a text is to what stands beside', () => {
    const contentSchema = { type: 'array', items: { $ref: '#/$defs/Line' } }
    const schema = t.Unsafe({
      type: 'object',
      properties: { csv: { type: 'string', contentMediaType: 'application/json', contentSchema } },
      $defs: { Line: { type: 'integer' } },
    })
    expect(bodyOf(schema)).toMatchObject({
      properties: { csv: { contentSchema: { items: { $ref: '#/components/schemas/Line' } } } },
    })
  })

  it('keeps its extensions, in a fixed order', () => {
    const body = bodyOf(t.String({ 'x-b': 1, 'x-a': { x: true }, title: 'T', $comment: 'c' })) as object
    expect(Object.entries(body)).toEqual([
      ['title', 'T'],
      ['type', 'string'],
      ['x-a', { x: true }],
      ['x-b', 1],
    ])
  })
})

describe('a schema whose maker suggests a name', () => {
  const named = (name: string, more: object = {}) =>
    suggestName(t.Object({ id: t.Integer(), text: t.String({ default: '' }), ...more }), name)
  const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` })

  it('is a component of this name, on both sides, and so are its equal copies', () => {
    const Notes = named('Notes')
    const answer = t.Object({ all: t.Array(Notes), last: t.Optional(Notes) })
    const { components } = documentOf({
      a: route.post('/', { ...PUBLIC, body: Notes, response: answer }, never),
    })
    expect(Object.keys(components.schemas ?? {})).toEqual(expect.arrayContaining(['Notes', 'NotesInput']))
    expect(components.schemas?.['NotesInput']).toMatchObject({
      additionalProperties: false,
      required: ['id'],
    })
    expect(bodyOf(answer)).toMatchObject({
      properties: { all: { items: ref('Notes') }, last: ref('Notes') },
    })
  })

  it('gives way to names that users chose, and to another schema of its name', () => {
    const Chosen = t.Object({ chosen: t.Boolean() }, { $id: 'Notes' })
    const body = t.Object({
      first: named('Notes'),
      chosen: Chosen,
      second: named('Notes', { more: t.String() }),
      same: named('Others'),
    })
    const { components } = documentOf({ a: route.post('/', { ...PUBLIC, body }, never) })
    expect(bodyOf(body)).toMatchObject({
      properties: {
        chosen: ref('Notes'),
        first: ref('Notes_2'),
        second: ref('Notes_3'),
        same: ref('Others'),
      },
    })
    expect(components.schemas?.['Notes']).toMatchObject({ properties: { chosen: { type: 'boolean' } } })
  })
})
