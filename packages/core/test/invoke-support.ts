import {
  accessRule,
  defineError,
  middleware,
  needs,
  reply,
  route,
  router,
  t,
  UnauthorizedError,
} from '@keelson/core'

export interface User {
  readonly id: string
}

/** What is authenticated by a header. */
const bearer = middleware({
  name: 'bearer',
  stage: 'authenticate',
  adds: ['user'],
  describe: { errors: [UnauthorizedError] },
  run: (ctx): { user: User } => {
    const given = /^Bearer (\w+)$/.exec(ctx.header('authorization') ?? '')?.[1]
    if (given === undefined) throw new UnauthorizedError('Say who you are.')
    return { user: { id: given } }
  },
  principal: ({ user }) => ({ id: user.id, kind: 'user' }),
})

const Closed = defineError('CLOSED', {
  status: 409,
  title: 'The order is closed',
  details: t.Object({ since: t.Integer() }),
})

export const isAda = accessRule({
  name: 'isAda',
  needs: needs<{ user: User }>('user'),
  allow: ({ user }) => user.id === 'ada',
})

export const member = route.use(bearer)
export const ada = { as: { user: { id: 'ada' } } } as const

const Order = t.Object({ id: t.Integer(), total: t.Number() })
const Queued = t.Object({ queued: t.Boolean() })

/** Orders as an application has them. */
export const orders = router('/tenants/:tenant/orders', {
  show: member.get(
    '/:id',
    { params: { id: t.Integer({ minimum: 1 }) }, response: Order, errors: [Closed], access: isAda },
    ({ params }) => ({ id: params.id, total: 12.5 }),
  ),
  list: route.get(
    '/',
    {
      query: { page: t.Optional(t.Integer()), tag: t.Optional(t.Array(t.String())) },
      response: t.Array(Order),
      access: 'public',
    },
    ({ query }) => [{ id: query.page ?? 1, total: query.tag?.length ?? 0 }],
  ),
  create: member.post(
    '/',
    {
      body: t.Object({ total: t.Number(), tags: t.Array(t.String(), { default: [] }) }),
      response: { 201: Order, 202: Queued },
      errors: [Closed],
      access: isAda,
    },
    ({ body }) => {
      if (body.total === 0) throw new Closed({ details: { since: 7 } })
      return body.total > 100 ? reply(202, { queued: true }) : reply(201, { id: 1, total: body.total })
    },
  ),
})
