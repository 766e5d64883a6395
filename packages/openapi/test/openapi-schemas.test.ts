import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { z } from 'zod'
import { type } from 'arktype'
import { route, router, t } from '@keelson/core'
import { toOpenApi } from '../src/index.ts'
import { sampleApp, sampleInfo, sampleTags } from './openapi-sample.ts'
import { PUBLIC, documentOf, problemsOf, schemasOf, schemaAt, Order } from './openapi-support.ts'

describe('schemas of a document', () => {
  const sample = toOpenApi(sampleApp(), { info: sampleInfo, tags: sampleTags })

  it('refers to named schemas, nested ones and recursive ones too', () => {
    expect(schemaAt(sample, 'Order.properties.total')).toEqual({ $ref: '#/components/schemas/Money' })
    expect(schemaAt(sample, 'Category.properties.children.items')).toEqual({
      $ref: '#/components/schemas/Category',
    })
    expect(schemaAt(sample, 'Group.properties.members.items')).toEqual({ $ref: '#/components/schemas/Shape' })
    expect(JSON.stringify(sample)).not.toContain('$id')
    expect(JSON.stringify(sample)).not.toContain('keelson-component')
  })

  it('tells what is sent from what is received only where they differ', () => {
    expect(schemaAt(sample, 'Line.required')).toEqual(['sku', 'quantity', 'price'])
    expect(schemaAt(sample, 'LineInput.required')).toEqual(['sku', 'price'])
    expect(schemaAt(sample, 'NewOrder.properties.lines.items.$ref')).toBe('#/components/schemas/LineInput')
    expect(schemaAt(sample, 'MoneyInput.additionalProperties')).toBe(false)
    expect(schemaAt(sample, 'Money')).not.toHaveProperty('additionalProperties')
    const Sku = t.String({ $id: 'Sku' })
    const both = t.Object({ sku: Sku })
    const document = documentOf({
      a: route.post('/', { ...PUBLIC, body: both, response: both }, (): never => undefined as never),
    })
    expect(Object.keys(schemasOf(document)).filter((name) => name.startsWith('Sku'))).toEqual(['Sku'])
    expect(schemaAt(sample, 'CustomerInput.required')).toEqual(['name'])
  })

  it('names a recursive schema without a name by its first use', () => {
    const tree = t.Recursive((This) => t.Object({ children: t.Array(This) }))
    const show = () => route.get('/', { ...PUBLIC, response: tree }, () => ({ children: [] }))
    const document = documentOf({ a: router('/a', { show: show() }), b: router('/b', { show: show() }) })
    expect(Object.keys(schemasOf(document))).toContain('AShowResponse')
    expect(schemaAt(document, 'AShowResponse.properties.children.items.$ref')).toBe(
      '#/components/schemas/AShowResponse',
    )
    expect(Object.keys(schemasOf(document))).not.toContain('BShowResponse')
  })

  it('describes recursive zod schemas', () => {
    const Node: z.ZodType = z.object({
      get children() {
        return z.array(Node)
      },
    })
    const document = documentOf({
      show: route.get('/', { ...PUBLIC, response: Node }, () => ({ children: [] })),
    })
    expect(schemaAt(document, 'ShowResponse.properties.children.items.$ref')).toBe(
      '#/components/schemas/ShowResponse',
    )
  })

  it('takes equal copies of a named schema for one', () => {
    const routes = {
      one: route.get('/1', { ...PUBLIC, response: Order }, () => ({ id: '', total: 1 })),
      two: route.get('/2', { ...PUBLIC, response: t.Object({ order: t.Optional(Order) }) }, () => ({})),
    }
    expect(Object.keys(schemasOf(documentOf(routes))).filter((name) => name.startsWith('Order'))).toEqual([
      'Order',
    ])
  })

  it('refuses two different schemas with one $id, naming both routes', () => {
    const Other = t.Object({ id: t.Number() }, { $id: 'Order' })
    const routes = {
      one: route.get('/1', { ...PUBLIC, response: Order }, () => ({ id: '', total: 1 })),
      two: route.get('/2', { ...PUBLIC, response: Other }, () => ({ id: 1 })),
    }
    expect(problemsOf(routes)).toMatch(
      /route two \(GET \/2.*\), response 200: Its schema 'Order' is not that of route one .*\$id.*ERR_OPENAPI_SCHEMA_ID/,
    )
  })

  it('gives way to names that users chose', () => {
    const Mine = t.Object({ a: t.String() }, { $id: 'ERR_CORE_VALIDATION' })
    const document = documentOf({ a: route.post('/', { ...PUBLIC, body: Mine }, () => 1) })
    expect(schemaAt(document, 'ERR_CORE_VALIDATION.properties')).toEqual({ a: { type: 'string' } })
    expect(schemaAt(document, 'ERR_CORE_VALIDATION_2.allOf')).toHaveLength(2)
  })

  it('makes a component name of a URL', () => {
    const Url = t.Object({}, { $id: 'https://example.org/schemas/thing.json' })
    expect(
      Object.keys(schemasOf(documentOf({ a: route.get('/', { ...PUBLIC, response: Url }, () => ({})) }))),
    ).toContain('thing')
  })

  it('refuses a schema without a JSON Schema, unless undescribable is any', () => {
    const routes = { a: route.post('/', { ...PUBLIC, body: v.object({ a: v.string() }) }, () => 1) }
    expect(problemsOf(routes)).toMatch(
      /route a \(POST \/.*body: Its schema \(valibot\) does not give its JSON Schema\. .*undescribable: 'any'.*ERR_OPENAPI_UNDESCRIBABLE/,
    )
    expect(
      documentOf(routes, { undescribable: 'any' }).paths['/']?.post?.requestBody?.content['application/json'],
    ).toEqual({ schema: {} })
  })

  it('refuses a type that JSON Schema cannot express, naming route and member', () => {
    const routes = {
      a: route.get('/', { ...PUBLIC, response: z.object({ big: z.object({ n: z.bigint() }) }) }, () => ({
        big: { n: 1n },
      })),
    }
    expect(problemsOf(routes)).toMatch(
      /route a .*response 200, big\.n: The type bigint has no form in JSON Schema/,
    )
  })

  it('writes dates that go out as text', () => {
    const zod = documentOf({
      a: route.get('/', { ...PUBLIC, response: z.object({ at: z.date() }) }, () => ({ at: new Date() })),
    })
    const ark = documentOf({
      a: route.get('/', { ...PUBLIC, response: type({ at: 'Date' }) }, () => ({ at: new Date() })),
    })
    for (const document of [zod, ark]) {
      const schema = document.paths['/']?.get?.responses['200']?.content?.['application/json']?.schema
      expect(schema).toMatchObject({ properties: { at: { type: 'string', format: 'date-time' } } })
    }
  })

  it('writes literals as enum, tuples as prefixItems and records as additionalProperties', () => {
    expect(schemaAt(sample, 'Money.properties.currency')).toEqual({ type: 'string', enum: ['EUR', 'USD'] })
    expect(schemaAt(sample, 'Order.properties.position')).toMatchObject({
      prefixItems: [{ type: 'number' }, { type: 'number' }],
      minItems: 2,
      maxItems: 2,
    })
    expect(schemaAt(sample, 'Order.properties.labels')).toEqual({
      type: 'object',
      additionalProperties: { type: 'string' },
    })
  })
})
