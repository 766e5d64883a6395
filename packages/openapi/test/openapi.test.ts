import { describe, expect, it } from 'vitest'
import * as v from 'valibot'
import { z } from 'zod'
import { type } from 'arktype'
import {
  createApp,
  defineError,
  errorFormat,
  middleware,
  NotFoundError,
  json,
  route,
  router,
  SetupError,
  t,
  UnauthorizedError,
  type AnyMiddleware,
  type RouteTree,
} from '@keelson/core'
import {
  toOpenApi,
  type OpenApiDocument,
  type OpenApiOptions,
  type OpenApiReference,
  type OpenApiResponse,
} from '../src/index.ts'
import { sampleApp, sampleInfo, sampleRoutes, sampleTags } from './openapi-sample.ts'

const PUBLIC = { access: 'public' } as const

function documentOf(
  routes: RouteTree,
  options?: OpenApiOptions,
  use: readonly AnyMiddleware[] = [],
): OpenApiDocument {
  return toOpenApi(createApp({ routes, use, log: false, health: false }), options)
}

function problemsOf(routes: RouteTree, options?: OpenApiOptions): string {
  try {
    documentOf(routes, options)
  } catch (error) {
    if (error instanceof SetupError) return error.message
    throw error
  }
  return ''
}

function schemasOf(document: OpenApiDocument): object {
  return document.components.schemas ?? {}
}

/** What stands at a path within the schemas: `Order.properties.total`. */
function schemaAt(document: OpenApiDocument, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], schemasOf(document))
}

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

const Order = t.Object({ id: t.String(), total: t.Number() }, { $id: 'Order' })

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

  it('describes parameters of every place', () => {
    const list = sample.paths['/orders']?.get
    expect(list?.parameters?.map((one) => `${one.in} ${one.name} ${one.required === true}`)).toEqual([
      'query limit false',
      'query status false',
      'query tag false',
      'header x-tenant false',
      'cookie theme false',
    ])
    expect(list?.parameters?.[0]).toMatchObject({
      description: 'How many.',
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 },
    })
    expect(list?.parameters?.[2]?.deprecated).toBe(true)
  })

  it('documents a wildcard as a path parameter', () => {
    expect(sample.paths['/catalogue/files/{path}']?.get?.parameters).toEqual([
      {
        name: 'path',
        in: 'path',
        required: true,
        schema: { type: 'string' },
        description: 'The rest of the path, slashes included.',
        'x-wildcard': true,
      },
    ])
  })

  it('says where the rest may be empty', () => {
    const { paths } = toOpenApi(createApp({ routes: { all: route.get('/f/*path?', PUBLIC, () => 2) } }))
    expect(Object.keys(paths)).toEqual(['/f/{path}'])
    expect(paths['/f/{path}']?.get?.parameters?.[0]).toMatchObject({
      name: 'path',
      description: 'The rest of the path, slashes included; it may be empty.',
      'x-wildcard': true,
      'x-may-be-empty': true,
    })
  })

  it('writes one path where only the names of params differ', () => {
    expect(Object.keys(sample.paths['/orders/{id}'] ?? {})).toEqual(['get', 'delete'])
    expect(sample.paths['/orders/{id}']?.delete?.parameters?.[0]?.name).toBe('id')
  })

  it('refuses routes that OpenAPI cannot tell apart', () => {
    const routes = {
      one: route.get('/f/:name', PUBLIC, () => 1),
      all: route.get('/f/*path', PUBLIC, () => 2),
    }
    expect(problemsOf(routes)).toMatch(
      /route one .*cannot distinguish it from route all .*hidden: true.*ERR_OPENAPI_PATH/,
    )
  })

  it('writes static text as it stands in a URL', () => {
    expect(sample.paths).toHaveProperty(['/catalogue/v1:search'])
    expect(Object.keys(documentOf({ a: route.get('/a b/%7Bx%7D', PUBLIC, () => 1) }).paths)).toEqual([
      '/a%20b/%7Bx%7D',
    ])
  })

  it('takes shapes of mixed libraries apart', () => {
    const query = {
      page: t.Integer({ default: 1 }),
      name: z.string().optional(),
      size: z.coerce.number<string>(),
    }
    const document = documentOf({ a: route.get('/', { ...PUBLIC, query, response: t.String() }, () => '') })
    const parameters = document.paths['/']?.get?.parameters ?? []
    expect(parameters.map((one) => [one.name, one.required === true])).toEqual([
      ['page', false],
      ['name', false],
      ['size', true],
    ])
  })

  it('takes intersections and unions of params apart', () => {
    const query = t.Intersect([t.Object({ a: t.String() }), t.Object({ b: t.Optional(t.Number()) })])
    const document = documentOf({ a: route.get('/', { ...PUBLIC, query, response: t.String() }, () => '') })
    expect(document.paths['/']?.get?.parameters?.map((one) => [one.name, one.required])).toEqual([
      ['a', true],
      ['b', undefined],
    ])
  })

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

  it('says what a caller must present, and of public routes that it is nothing', () => {
    expect(sample.paths['/orders']?.get?.security).toEqual([{ apiKey: [] }])
    expect(sample.paths['/']?.get?.security).toEqual([])
    expect(sample.components.securitySchemes).toMatchObject({
      apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
    })
  })

  it('combines demands of several middlewares, and lists alternatives', () => {
    const sign = middleware({
      name: 'sign',
      stage: 'authenticate',
      run: () => undefined,
      describe: { security: { name: 'sign', scheme: { type: 'mutualTLS' } } },
    })
    const either = middleware({
      name: 'either',
      stage: 'authenticate',
      run: () => undefined,
      describe: { security: ['bearer', { name: 'basic', scopes: ['read'] }] },
    })
    const routes = {
      a: route
        .use(sign)
        .use(either)
        .get('/', PUBLIC, () => 1),
    }
    const document = documentOf(routes)
    expect(document.paths['/']?.get?.security).toEqual([
      { sign: [], bearer: [] },
      { sign: [], basic: ['read'] },
    ])
    expect(document.paths['/']?.get?.responses).toHaveProperty('401')
    expect(Object.keys(documentOf(routes, { version: '3.0' }).components.securitySchemes ?? {})).toEqual([
      'basic',
      'bearer',
    ])
  })

  it('refuses a scheme that is not defined, and two definitions of one name', () => {
    const named = (name: string, scheme?: string) =>
      middleware({
        name,
        stage: 'authenticate',
        run: () => undefined,
        describe: {
          security: scheme === undefined ? 'magic' : { name: 'magic', scheme: { type: 'http', scheme } },
          errors: [UnauthorizedError],
        },
      })
    expect(problemsOf({ a: route.use(named('x')).get('/', PUBLIC, () => 1) })).toMatch(
      /middleware x of route a .*'magic', which is not defined.*ERR_OPENAPI_SECURITY/,
    )
    expect(
      problemsOf(
        { a: route.use(named('x')).get('/', PUBLIC, () => 1) },
        { securitySchemes: { magic: { type: 'http', scheme: 'hoba' } } },
      ),
    ).toBe('')
    expect(
      problemsOf({
        a: route
          .use(named('x', 'hoba'))
          .use(named('y', 'dpop'))
          .get('/', PUBLIC, () => 1),
      }),
    ).toMatch(/middleware y .*differently from middleware x/)
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
