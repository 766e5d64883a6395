import { describe, expect, it } from 'vitest'
import {
  createApp,
  defineError,
  errorFormat,
  middleware,
  NotFoundError,
  route,
  router,
  t,
} from '@keelson/core'
import { toOpenApi, type OpenApiDocument, type OpenApiReference, type OpenApiResponse } from '../src/index.ts'
import { sampleApp, sampleInfo, sampleTags } from './openapi-sample.ts'
import { PUBLIC, documentOf, schemaAt, Order } from './openapi-support.ts'

function responsesAt(
  document: OpenApiDocument,
  path: string,
  method: 'get' | 'post',
): { readonly [status: string]: OpenApiResponse } {
  const { responses = {} } = document.paths[path]?.[method] ?? {}
  return Object.fromEntries(
    Object.entries(responses).map(([status, one]) => [status, resolveResponse(document, one)]),
  )
}

function resolveResponse(
  document: OpenApiDocument,
  one: OpenApiResponse | OpenApiReference,
): OpenApiResponse {
  if (!('$ref' in one)) return one
  const name = one.$ref.replace('#/components/responses/', '')
  return document.components.responses?.[name] as OpenApiResponse
}

describe('responses of a document', () => {
  const sample = toOpenApi(sampleApp(), { info: sampleInfo, tags: sampleTags })

  it('lists every status: declared ones, errors with their codes, and the rest', () => {
    const responses = responsesAt(sample, '/orders', 'post')
    expect(Object.keys(responses)).toEqual([
      '201',
      '400',
      '401',
      '403',
      '406',
      '409',
      '413',
      '414',
      '415',
      '431',
      '504',
      'default',
    ])
    expect(responses['409']).toMatchObject({
      'x-error-codes': ['ORDER_CLOSED', 'STOCK_EMPTY'],
      content: {
        'application/problem+json': {
          schema: {
            oneOf: [
              { $ref: '#/components/schemas/STOCK_EMPTY' },
              { $ref: '#/components/schemas/ORDER_CLOSED' },
            ],
          },
        },
      },
    })
    expect(responses['204']).toBeUndefined()
    expect(schemaAt(sample, 'ORDER_CLOSED.allOf.1')).toEqual({
      type: 'object',
      required: ['code', 'status', 'details'],
      properties: {
        code: { type: 'string', const: 'ORDER_CLOSED' },
        status: { type: 'integer', const: 409 },
        details: {
          type: 'object',
          required: ['closedAt'],
          properties: { closedAt: { type: 'string', format: 'date-time' } },
        },
      },
    })
  })

  it('says once what several operations answer alike', () => {
    const Taken = defineError('TAKEN', { status: 409, title: 'Taken' })
    const show = (errors: (typeof Taken)[]) =>
      route.get('/:id', { ...PUBLIC, response: t.Object({}), errors }, () => ({}))
    const routes = { a: router('/a', { show: show([Taken]) }), b: router('/b', { show: show([]) }) }
    const document = documentOf(routes)
    const shared = (name: string) => ({ $ref: `#/components/responses/${name}` })
    expect(document.paths['/a/{id}']?.get?.responses).toMatchObject({
      400: shared('MalformedRequest'),
      406: shared('NotAcceptable'),
      409: { 'x-error-codes': ['TAKEN'] },
      414: shared('UriTooLong'),
      431: shared('RequestHeaderFieldsTooLarge'),
      504: shared('GatewayTimeout'),
      default: shared('AnyOtherError'),
    })
    expect(document.paths['/b/{id}']?.get?.responses).not.toHaveProperty('409')
    const twice = documentOf({ ...routes, c: router('/c', { show: show([Taken]) }) })
    expect(twice.paths['/a/{id}']?.get?.responses['409']).toEqual(shared('TAKEN'))
    expect(twice.components.responses?.['TAKEN']).toMatchObject({ 'x-error-codes': ['TAKEN'] })
  })

  it('grows with an operation by what is its own', () => {
    const sizeOf = (count: number): number => {
      const item = () =>
        route.post('/:id', { ...PUBLIC, body: t.Object({}), response: t.Object({}) }, () => ({}))
      const routes = Object.fromEntries(
        Array.from({ length: count }, (_, i) => [`r${i}`, router(`/r${i}`, { take: item() })]),
      )
      return JSON.stringify(documentOf(routes)).length
    }
    expect((sizeOf(40) - sizeOf(20)) / 20).toBeLessThan(1100)
  })

  it('has a 504 only where there is a deadline, and a 400 only where there is something to be malformed', () => {
    const document = documentOf({
      home: route.get('/', { ...PUBLIC, deadlineMs: 0, response: t.Object({}) }, () => ({})),
    })
    expect(Object.keys(document.paths['/']?.get?.responses ?? {})).toEqual([
      '200',
      '406',
      '414',
      '431',
      'default',
    ])
  })

  it('does not list statuses that a route cannot answer with', () => {
    expect(Object.keys(sample.paths['/']?.get?.responses ?? {})).toEqual([
      '200',
      '406',
      '414',
      '431',
      '504',
      'default',
    ])
    expect(Object.keys(sample.paths['/orders/{id}']?.get?.responses ?? {})).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '406',
      '414',
      '431',
      '504',
      'default',
    ])
  })

  it('has no content for a status without a body', () => {
    expect(sample.paths['/orders/{id}']?.delete?.responses['204']).not.toHaveProperty('content')
    expect(
      documentOf({ a: route.get('/', { ...PUBLIC, response: t.Undefined() }, () => undefined) }).paths['/']
        ?.get?.responses['200'],
    ).toEqual({ description: 'OK', headers: { 'x-request-id': expect.anything() as unknown } })
  })

  it('says so where a route declares no response', () => {
    expect(sample.paths['/orders/export']?.get?.responses['2XX']).toMatchObject({
      content: { '*/*': { schema: {} } },
    })
  })

  it('describes response headers of middleware on every answer', () => {
    for (const response of Object.values(responsesAt(sample, '/orders', 'get'))) {
      expect(response.headers).toMatchObject({ 'x-quota-left': { description: 'Requests left today.' } })
    }
    expect(responsesAt(sample, '/orders', 'get')['401']?.headers).toHaveProperty('www-authenticate')
  })

  it('describes errors of access rules and of middleware of the app', () => {
    const Locked = defineError('TENANT_LOCKED', { status: 423, title: 'Locked' })
    const gate = middleware({
      name: 'gate',
      stage: 'receive',
      run: () => undefined,
      describe: { errors: [Locked] },
    })
    const document = documentOf({ a: route.get('/', PUBLIC, () => 1) }, {}, [gate])
    expect(document.paths['/']?.get?.responses['423']?.['x-error-codes']).toEqual(['TENANT_LOCKED'])
  })

  it('describes the format of errors that the app has', () => {
    const format = errorFormat({
      mediaType: 'application/json',
      schema: t.Object({ error: t.String() }, { $id: 'Failure' }),
      status: () => 200,
      write: (error) => ({ error: error.code }),
      read: () => undefined,
    })
    const app = createApp({
      routes: {
        a: route.get('/', { ...PUBLIC, response: Order, errors: [NotFoundError] }, () => ({
          id: '',
          total: 0,
        })),
      },
      errorFormat: format,
      log: false,
    })
    const responses = responsesAt(toOpenApi(app), '/', 'get')
    expect(Object.keys(responses)).toEqual(['200', 'default'])
    expect(responses['200']).toMatchObject({
      'x-error-codes': [
        'ERR_CORE_GATEWAY_TIMEOUT',
        'ERR_CORE_HEADERS_TOO_LARGE',
        'ERR_CORE_NOT_ACCEPTABLE',
        'ERR_CORE_NOT_FOUND',
        'ERR_CORE_URI_TOO_LONG',
      ],
      content: {
        'application/json': {
          schema: {
            anyOf: [{ $ref: '#/components/schemas/Order' }, { $ref: '#/components/schemas/Failure' }],
          },
        },
      },
    })
  })
})
