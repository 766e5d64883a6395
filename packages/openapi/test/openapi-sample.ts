import {
  createApp,
  defineError,
  ForbiddenError,
  middleware,
  NotFoundError,
  problemDetails,
  reply,
  route,
  router,
  t,
  UnauthorizedError,
  type App,
} from '@keelson/core'
import { accessRule, content } from '@keelson/core'
import { z } from 'zod'

/** Everything that a document can have, once. */
const Money = t.Object(
  {
    amount: t.Number({ minimum: 0, examples: [12.5] }),
    currency: t.Union([t.Literal('EUR'), t.Literal('USD')]),
  },
  { $id: 'Money', description: 'An amount in a currency.' },
)
const Line = t.Object(
  { sku: t.String({ minLength: 1 }), quantity: t.Integer({ minimum: 1, default: 1 }), price: Money },
  { $id: 'Line' },
)
const Order = t.Object(
  {
    id: t.String({ format: 'uuid' }),
    status: t.Union([t.Literal('open'), t.Literal('closed')]),
    note: t.Union([t.String(), t.Null()]),
    lines: t.Array(Line),
    total: Money,
    position: t.Optional(t.Tuple([t.Number(), t.Number()])),
    labels: t.Record(t.String(), t.String()),
  },
  { $id: 'Order', description: 'An order of a customer.' },
)
const NewOrder = t.Object(
  { lines: t.Array(Line, { minItems: 1 }), note: t.Optional(t.String({ maxLength: 200 })) },
  {
    $id: 'NewOrder',
    examples: [{ lines: [{ sku: 'tea', quantity: 2, price: { amount: 4, currency: 'EUR' } }] }],
  },
)
const Category = t.Recursive((This) => t.Object({ name: t.String(), children: t.Array(This) }), {
  $id: 'Category',
})
const Shapes = t.Module({
  Shape: t.Union([t.Ref('Circle'), t.Ref('Group')]),
  Circle: t.Object({ kind: t.Literal('circle'), radius: t.Number({ exclusiveMinimum: 0 }) }),
  Group: t.Object({ kind: t.Literal('group'), members: t.Array(t.Ref('Shape')) }),
})
const Customer = z
  .object({
    name: z.string().min(1),
    born: z.iso.date().optional(),
    plan: z.enum(['free', 'paid']).default('free'),
  })
  .meta({ id: 'Customer' })

const OrderClosed = defineError('ORDER_CLOSED', {
  status: 409,
  title: 'The order is closed',
  details: t.Object({ closedAt: t.String({ format: 'date-time' }) }),
})
const StockEmpty = defineError('STOCK_EMPTY', { status: 409, title: 'Nothing left' })

const KEY = 'secret-key'

const key = middleware({
  name: 'key',
  stage: 'authenticate',
  adds: ['caller'],
  run: (ctx) => {
    if (ctx.header('x-api-key') !== KEY) throw new UnauthorizedError('Send the key.', { challenge: 'ApiKey' })
    return { caller: 'somebody' }
  },
  describe: {
    security: {
      name: 'apiKey',
      scheme: { type: 'apiKey', in: 'header', name: 'x-api-key', description: `For this sample: ${KEY}` },
    },
    errors: [UnauthorizedError],
  },
})
const quota = middleware({
  name: 'quota',
  stage: 'respond',
  transform: (_ctx, outcome) => {
    outcome.headers.set('x-quota-left', 9)
    return outcome
  },
  describe: { headers: { 'x-quota-left': 'Requests left today.' } },
})
const strict = middleware({ name: 'strict', stage: 'authorize', run: () => undefined })
const owner = accessRule({ name: 'owner', load: ({ requestId }) => ({ requestId }), allow: () => true })

const member = route.use(key)
const id = { id: t.String({ format: 'uuid', examples: ['3f1c1d3e-9a57-4c5c-8f0d-0e9a1b2c3d4e'] }) }
const example = (orderId: string) => ({
  id: orderId,
  status: 'open' as const,
  note: null,
  lines: [],
  total: { amount: 0, currency: 'EUR' as const },
  labels: {},
})

const orders = router(
  '/orders',
  { use: [quota] },
  {
    list: member.get(
      '/',
      {
        access: strict,
        query: {
          limit: t.Integer({ minimum: 1, maximum: 100, default: 20, description: 'How many.' }),
          status: t.Optional(t.Union([t.Literal('open'), t.Literal('closed')])),
          tag: t.Optional(t.Array(t.String(), { deprecated: true })),
        },
        headers: { 'x-tenant': t.Optional(t.String()), accept: t.Optional(t.String()) },
        cookies: { theme: t.Optional(t.String()) },
        response: t.Object({ items: t.Array(Order), next: t.Optional(t.String()) }),
        summary: 'List orders',
        description: 'In the order in which they came.',
      },
      () => ({ items: [] }),
    ),
    create: member.post(
      '/',
      { access: strict, body: NewOrder, response: { 201: Order }, errors: [StockEmpty, OrderClosed] },
      () => reply(201, example('3f1c1d3e-9a57-4c5c-8f0d-0e9a1b2c3d4e')),
    ),
    show: member.get(
      '/:id',
      { access: owner, params: id, response: Order, errors: [NotFoundError] },
      ({ params }) => example(params.id),
    ),
    // Another name for the same param: one path to OpenAPI.
    remove: member.delete(
      '/:orderId',
      {
        access: strict,
        params: { orderId: t.String({ format: 'uuid' }) },
        response: { 204: null },
        deprecated: true,
      },
      () => reply(204),
    ),
    export: member.get('/export', { access: 'public' }, () =>
      reply(200, 'lines', { 'content-type': 'text/plain' }),
    ),
  },
)

export const sampleRoutes = {
  home: route.get(
    '/',
    { access: 'public', response: t.Object({ hello: t.String({ examples: ['world'] }) }) },
    () => ({ hello: 'world' }),
  ),
  orders,
  catalogue: {
    tree: route.get('/catalogue', { access: 'public', response: Category }, () => ({
      name: 'all',
      children: [],
    })),
    draw: route.put(
      '/catalogue/shape',
      { access: 'public', body: Shapes.Import('Shape'), response: Shapes.Import('Shape') },
      ({ body }) => body as never,
    ),
    file: route.get(
      '/catalogue/files/*path',
      { access: 'public', response: t.String() },
      ({ params }) => params.path,
    ),
    picture: route.get(
      '/catalogue/picture',
      {
        access: 'public',
        response: { 200: content('image/png', 'image/webp'), 202: content('text/plain'), 404: Category },
      },
      () => new Uint8Array(),
    ),
    upload: route.put(
      '/catalogue/files/*path',
      { access: 'public', consumes: ['image/png', 'image/jpeg'] },
      () => reply(204),
    ),
    search: route.get(
      '/catalogue/v1%3Asearch',
      { access: 'public', query: t.Record(t.String(), t.String()), response: t.Array(t.String()) },
      () => [],
    ),
  },
  customers: {
    create: route.post(
      '/customers',
      { access: 'public', body: Customer, response: { 201: Customer } },
      ({ body }) => reply(201, body),
    ),
    secret: route.get('/secret', { access: 'public', hidden: true }, () => 'hidden'),
  },
  legacy: router(
    '/legacy',
    { errorFormat: problemDetails({ typeBaseUrl: 'https://example.org/e/' }) },
    {
      show: route.get(
        '/:id',
        { access: 'public', params: { id: t.Integer() }, response: t.String(), errors: [ForbiddenError] },
        () => 'old',
      ),
    },
  ),
}

/** The sample as an app, not started. */
export function sampleApp(): App<typeof sampleRoutes> {
  return createApp({ name: 'sample', mode: 'test', log: false, routes: sampleRoutes })
}

export const sampleInfo = {
  version: '1.2.3',
  description: 'A sample.',
  contact: { name: 'Sample', url: 'https://example.org', email: 'sample@example.org' },
  license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
}
export const sampleTags = {
  general: 'Everything else.',
  orders: 'What customers want.',
  catalogue: 'What there is.',
  customers: 'Who buys.',
  legacy: 'Old.',
}
