// What users export and emit declarations of: schemas, errors, middleware, factories, services, routes.
import { createApp, defineError, middleware, needs, reply, route, router, t, token } from '@keelson/core'

export const Order = t.Object(
  {
    id: t.String({ format: 'uuid' }),
    total: t.Number(),
    state: t.Union([t.Literal('open'), t.Literal('closed')]),
  },
  { $id: 'Order' },
)
export const Page = t.Object({ items: t.Array(Order), next: t.Optional(t.String()) })
export const OrderClosed = defineError('ORDER_CLOSED', {
  status: 409,
  title: 'The order is closed',
  details: t.Object({ closedAt: t.String() }),
})

export const CLOCK = token<{ now(): number }>('clock')

export class Orders {
  static inject = [CLOCK] as const
  readonly #clock: { now(): number }

  constructor(clock: { now(): number }) {
    this.#clock = clock
  }

  find(id: string) {
    return { id, total: this.#clock.now(), state: 'open' as const }
  }
}

export const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  run: (ctx) => ({ user: { id: ctx.header('authorization') ?? '' } }),
})

export const owner = (kind: string) =>
  middleware({
    name: `owner of ${kind}`,
    stage: 'authorize',
    needs: needs<{ user: { id: string } }>('user'),
    run: () => {},
  })

export const member = route.use(session).inject({ orders: Orders })

export const show = member.get(
  '/:id',
  { params: { id: t.String({ format: 'uuid' }) }, response: Order, access: owner('order') },
  ({ params, orders }) => orders.find(params.id),
)

export const close = member.post(
  '/:id/close',
  {
    body: t.Object({ reason: t.String() }),
    response: { 200: Order, 202: Page },
    errors: [OrderClosed],
    access: owner('order'),
  },
  ({ params, orders, body }) => {
    if (body.reason === '') throw new OrderClosed({ details: { closedAt: 'now' } })
    return reply(200, orders.find(params.id))
  },
)

export const SHOW = member.define({ params: { id: t.String() }, response: Order, access: owner('order') })

export const orders = router('/orders', { show, close })
export const routes = { orders }
export type Api = typeof routes

export const app = createApp({ name: 'shop', routes })

const Named = t.Object({ name: t.String(), size: t.Optional(t.Integer()), tags: t.Array(t.String()) })
export const Partly = t.Partial(Named)
export const Some = t.Pick(Named, ['name', 'size'])
export const Both = t.Intersect([Named, t.Record(t.String(), t.Unknown())])
export const Either = t.Union([Named, t.Null(), t.Tuple([t.Literal('a'), t.Boolean()])])
export const Keys = t.KeyOf(Named)
