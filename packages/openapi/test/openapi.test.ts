import { describe, expect, it } from 'vitest'
import { json, route, t, type RouteTree } from '@keelson/core'
import { toOpenApi } from '../src/index.ts'
import { sampleApp, sampleInfo, sampleRoutes, sampleTags } from './openapi-sample.ts'
import { PUBLIC, documentOf, problemsOf, Order } from './openapi-support.ts'

describe('toOpenApi', () => {
  const sample = toOpenApi(sampleApp(), { info: sampleInfo, tags: sampleTags })

  it('names operations by their place in the tree, and tags them by the names above', () => {
    expect(sample.paths['/orders/{id}']?.get).toMatchObject({
      operationId: 'orders.show',
      tags: ['orders'],
      summary: 'Orders: show',
    })
    expect(sample.paths['/']?.get).toMatchObject({ operationId: 'home', tags: ['general'], summary: 'Home' })
    expect(sample.tags.map((tag) => tag.name)).toEqual([
      'general',
      'orders',
      'catalogue',
      'customers',
      'legacy',
    ])
  })

  it('gives the same text whatever the order of the routes', () => {
    const reversed = Object.fromEntries(Object.entries(sampleRoutes).toReversed()) as RouteTree
    const { tags: _tags, ...document } = documentOf(sampleRoutes)
    const { tags: _others, ...other } = documentOf(reversed)
    expect(JSON.stringify(other)).toBe(JSON.stringify(document))
  })

  it('leaves out hidden routes, health probes and mounted handlers unless told otherwise', () => {
    expect(sample.paths).not.toHaveProperty('/secret')
    expect(sample.paths).not.toHaveProperty('/livez')
    expect(Object.keys(toOpenApi(sampleApp(), { includeHidden: true }).paths)).toEqual(
      expect.arrayContaining(['/secret', '/livez', '/readyz']),
    )
  })

  it('takes media types from consumes', () => {
    expect(sample.paths['/catalogue/files/{path}']?.put?.requestBody).toEqual({
      required: true,
      'x-max-body-bytes': 1_048_576,
      content: {
        'image/png': { schema: { type: 'string', format: 'binary', contentMediaType: 'image/png' } },
        'image/jpeg': { schema: { type: 'string', format: 'binary', contentMediaType: 'image/jpeg' } },
      },
    })
    const typed = documentOf({
      a: route.post(
        '/',
        { ...PUBLIC, body: json(t.Optional(Order), { mediaTypes: ['application/merge-patch+json'] }) },
        () => 1,
      ),
    })
    expect(typed.paths['/']?.post?.requestBody).toMatchObject({
      content: { 'application/merge-patch+json': { schema: { $ref: '#/components/schemas/Order' } } },
    })
  })

  it('shows examples of schemas at parameters and bodies', () => {
    expect(sample.paths['/orders']?.post?.requestBody?.content['application/json']?.example).toMatchObject({
      lines: [{ sku: 'tea' }],
    })
    expect(sample.paths['/orders/{id}']?.get?.parameters?.[0]?.example).toBe(
      '3f1c1d3e-9a57-4c5c-8f0d-0e9a1b2c3d4e',
    )
  })

  it('refuses an example that its schema refuses, naming the route', () => {
    const wrong = t.Object(
      { total: t.Number({ minimum: 0, examples: [-1] }) },
      { examples: [{ total: 1, extra: true }] },
    )
    const message = problemsOf({
      orders: { create: route.post('/orders', { ...PUBLIC, body: wrong }, () => 1) },
    })
    expect(message).toMatch(
      /route orders\.create \(POST \/orders.*body: The example -1 does not match its schema: .*Correct the example.*ERR_OPENAPI_EXAMPLE/,
    )
    expect(message).toContain('The example {"total":1,"extra":true} does not match')
  })

  it('keeps summary, description and deprecation', () => {
    expect(sample.paths['/orders']?.get).toMatchObject({
      summary: 'List orders',
      description: 'In the order in which they came.',
    })
    expect(sample.paths['/orders/{id}']?.delete?.deprecated).toBe(true)
    expect(sample.info).toMatchObject({ title: 'sample', version: '1.2.3', license: { name: 'MIT' } })
  })
})
