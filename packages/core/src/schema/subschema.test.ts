import { describe, expect, it } from 'vitest'
import { t } from './index.ts'
import type { JsonSchemaObject } from './json-schema.ts'
import {
  holdersOf,
  isLeaf,
  mapSubschemas,
  membersOf,
  relationOf,
  schemasWithin,
  subschemasOf,
  type Relation,
} from './subschema.ts'

const found = (node: object, ...relations: Relation[]): string[] =>
  subschemasOf(node as JsonSchemaObject, relations.length === 0 ? undefined : holdersOf(...relations)).map(
    ({ keyword, key }) => [keyword, key].filter((part) => part !== undefined).join('/'),
  )

describe('the schemas within a schema', () => {
  it.each([
    ['part', { allOf: [{}], then: {}, else: {}, dependentSchemas: { a: {} } }, 4],
    ['branch', { anyOf: [{}, {}], oneOf: [{}] }, 3],
    ['condition', { not: {}, if: {} }, 2],
    ['memberCondition', { contains: {}, propertyNames: {} }, 2],
    ['member', { properties: { a: {}, b: true }, patternProperties: { '^a': {} } }, 3],
    ['member', { additionalProperties: false, unevaluatedProperties: {} }, 2],
    ['member', { prefixItems: [{}, {}], items: {}, unevaluatedItems: {} }, 4],
    ['member', { items: [{}, {}], additionalItems: {} }, 3],
    ['content', { contentSchema: {} }, 1],
    ['definition', { $defs: { A: {} }, definitions: { B: {} } }, 2],
  ] as [Relation, object, number][])('stand to it as %s: %j', (relation, node, count) => {
    expect(subschemasOf(node as JsonSchemaObject)).toHaveLength(count)
    expect(found(node, relation)).toEqual(found(node))
    expect(Object.keys(node).map(relationOf)).toEqual(Object.keys(node).map(() => relation))
    expect([...holdersOf(relation).keys()]).toEqual(expect.arrayContaining(Object.keys(node)))
    expect(isLeaf(node as JsonSchemaObject)).toBe(false)
  })

  it('are told with the keyword, and the name or index in it', () => {
    const node = { properties: { a: {}, 'b/c': {} }, prefixItems: [{}, {}], not: {} }
    expect(found(node)).toEqual(['not', 'properties/a', 'properties/b/c', 'prefixItems/0', 'prefixItems/1'])
  })

  it('are no values, whatever they look like, nor what has another form than its keyword', () => {
    expect(found({ const: { not: {} }, default: { items: {} }, enum: [{}], examples: [{}] })).toEqual([])
    expect(found({ allOf: {}, not: [{}], properties: [{}], $defs: true, anyOf: undefined })).toEqual([])
  })
})

describe('a schema that is a leaf', () => {
  it('neither holds schemas nor refers to one', () => {
    expect([{ type: 'string', enum: [{ items: {} }] }, { items: undefined }].map(isLeaf)).toEqual([
      true,
      true,
    ])
    expect(isLeaf({ $ref: '#' })).toBe(false)
  })
})

describe('a copy of the schemas within a schema', () => {
  const node = { type: 'object', properties: { a: { x: 1 } }, allOf: [{ x: 2 }], not: { x: 3 } }

  it('has those of the relations asked for, each changed for its keyword', () => {
    const copy = mapSubschemas(node, holdersOf('member', 'part'), (keyword) => (schema) => [keyword, schema])
    expect(copy).toEqual({ properties: { a: ['properties', { x: 1 }] }, allOf: [['allOf', { x: 2 }]] })
  })

  it('leaves out what has another form than its keyword', () => {
    const odd = { allOf: {}, then: [{}], properties: true, else: false }
    expect(mapSubschemas(odd, holdersOf('part', 'member'), () => (schema) => schema)).toEqual({ else: false })
  })

  it('has members as 2020-12 has them', () => {
    const copyOf = (schema: object): object =>
      mapSubschemas(membersOf(schema as JsonSchemaObject), holdersOf('member'), () => (member) => member)
    expect(copyOf({ items: [{ x: 1 }], additionalItems: false })).toEqual({
      prefixItems: [{ x: 1 }],
      items: false,
    })
    expect(copyOf({ patternProperties: { '^(.*)$': { x: 1 } } })).toEqual({ additionalProperties: { x: 1 } })
    expect(copyOf({ not: {}, unevaluatedItems: {} })).toEqual({ unevaluatedItems: {} })
  })
})

describe('a walk through schemas', () => {
  it('comes to each once, before what it holds, and says where its values are', () => {
    const line = t.Object({ sku: t.String(), parts: t.Array(t.Integer()) })
    const order = t.Object({ lines: t.Array(line), pair: t.Tuple([t.String(), t.Null()]), first: line })
    const paths = [...schemasWithin(order)].map(({ path }) => path)
    expect(paths).toEqual([
      '',
      'lines',
      'lines[]',
      'lines[].sku',
      'lines[].parts',
      'lines[].parts[]',
      'pair',
      'pair[0]',
      'pair[1]',
    ])
  })

  it('comes to an end where a schema holds itself, and passes over what is no schema', () => {
    const root: Record<string, unknown> = { type: 'object' }
    root['properties'] = { self: root, no: 'schema', any: true }
    expect([...schemasWithin(root)].map(({ node }) => node)).toEqual([root])
  })

  it('does not follow references', () => {
    const root = { items: { $ref: '#/$defs/A' }, $defs: { A: { type: 'string' } } }
    expect([...schemasWithin(root)]).toHaveLength(3)
  })
})
