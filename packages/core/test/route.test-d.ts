import {
  accessRule,
  defineError,
  middleware,
  needs,
  reply,
  route,
  router,
  t,
  type ContentReceived,
  type ContextOf,
  type HandlerContext,
  type Logger,
  type ResultOf,
  type Route,
} from '@keelson/core'
import { describe, expectTypeOf, it } from 'vitest'
import { z } from 'zod'

interface User {
  readonly id: string
}
class Orders {
  find(id: string): { id: string; total: number } {
    return { id, total: 1 }
  }
}
const open = { access: 'public' } as const
const user = middleware({
  name: 'user',
  stage: 'authenticate',
  adds: ['user'],
  run: (): { user: User } => ({ user: { id: 'a' } }),
})
const maybe = middleware({
  name: 'maybe',
  stage: 'receive',
  adds: ['tenant'],
  run: (ctx): { tenant: string } | undefined => (ctx.path === '/' ? { tenant: 'a' } : undefined),
})
const member = route.use(user).inject({ orders: Orders })
const Closed = defineError('CLOSED', { status: 409, title: 'Closed' })

describe('what a client gets of content()', () => {
  it('is told by the media type, and is unknown where the type does not know it', () => {
    expectTypeOf<ContentReceived<'text/csv'>>().toEqualTypeOf<string>()
    expectTypeOf<ContentReceived<'image/svg+xml'>>().toEqualTypeOf<string>()
    expectTypeOf<ContentReceived<'image/png'>>().toEqualTypeOf<Uint8Array>()
    expectTypeOf<ContentReceived<'text/csv' | 'image/png'>>().toEqualTypeOf<string | Uint8Array>()
    expectTypeOf<ContentReceived<'text/event-stream'>>().toEqualTypeOf<AsyncIterable<Uint8Array>>()
    expectTypeOf<ContentReceived<'application/vnd.api+json'>>().toBeUnknown()
    expectTypeOf<ContentReceived<string>>().toBeUnknown()
  })
})

describe('the context of a handler', () => {
  it('has params, query, headers, cookies and body by their schemas, none of them any', () => {
    route.post(
      '/:id',
      {
        ...open,
        params: { id: t.Integer() },
        query: t.Object({ page: t.Optional(t.Integer()), tags: t.Array(t.String()) }),
        headers: { 'x-flag': t.Boolean() },
        cookies: { session: z.string() },
        body: z.object({ at: z.coerce.date() }),
      },
      (ctx) => {
        expectTypeOf(ctx.params).toEqualTypeOf<{ id: number }>()
        expectTypeOf(ctx.query).toEqualTypeOf<{ page?: number; tags: string[] }>()
        expectTypeOf(ctx.headers['x-flag']).toEqualTypeOf<boolean>()
        expectTypeOf(ctx.cookies.session).toEqualTypeOf<string>()
        expectTypeOf(ctx.body).toEqualTypeOf<{ at: Date }>()
        expectTypeOf(ctx.body.at).not.toBeAny()
        expectTypeOf(ctx.log).toEqualTypeOf<Logger>()
        expectTypeOf(ctx.signal).toEqualTypeOf<AbortSignal>()
      },
    )
  })

  it('has the params of the pattern where no schema is given', () => {
    route.get('/a/:id/files/*rest', open, ({ params, body }) => {
      expectTypeOf(params).toEqualTypeOf<{ readonly id: string; readonly rest: string }>()
      expectTypeOf(body).toEqualTypeOf<undefined>()
    })
    route.get('/a/*rest?', open, ({ params }) => {
      expectTypeOf(params).toEqualTypeOf<{ readonly rest: string }>()
    })
    // @ts-expect-error -- the pattern has no such param
    route.get('/a/:id', open, ({ params }) => params.name)
  })

  it('has what middleware and injection add, also that of the route alone and of its rule', () => {
    member.use(maybe).get(
      '/:id',
      {
        access: 'public',
        use: [middleware({ name: 'n', stage: 'handle', adds: ['n'], run: () => ({ n: 1 }) })],
      },
      (ctx) => {
        expectTypeOf(ctx.user).toEqualTypeOf<User>()
        expectTypeOf(ctx.orders).toEqualTypeOf<Orders>()
        expectTypeOf(ctx.tenant).toEqualTypeOf<string | undefined>()
        expectTypeOf(ctx.n).toEqualTypeOf<number>()
      },
    )
    member.get(
      '/:id',
      {
        access: accessRule({
          name: 'own',
          as: 'order',
          load: ({ params, orders }) => orders.find(params.id),
          allow: ({ order, user: who }) => order.id === who.id,
        }),
      },
      ({ order }) => {
        expectTypeOf(order).toEqualTypeOf<{ id: string; total: number }>()
      },
    )
  })

  it('is the same for a handler that is written elsewhere', () => {
    const schemas = { params: { id: t.Integer() }, body: t.Object({ a: t.String() }) }
    const handler = ({ params, body, orders }: HandlerContext<typeof member, typeof schemas>) => {
      expectTypeOf(params).toEqualTypeOf<{ id: number }>()
      expectTypeOf(body).toEqualTypeOf<{ a: string }>()
      return orders.find(body.a)
    }
    member.post('/:id', { ...open, ...schemas }, handler)
    // @ts-expect-error -- its schemas have another id
    member.post('/:id', { ...open, ...schemas, params: { id: t.String() } }, handler)
    // @ts-expect-error -- its factory adds no orders
    route.post('/:id', { ...open, ...schemas }, handler)
  })

  it('is that of a definition', () => {
    const SHOW = member.define({
      ...open,
      params: { id: t.Integer() },
      response: t.Object({ id: t.String() }),
    })
    expectTypeOf<ContextOf<typeof SHOW>['params']>().toEqualTypeOf<{ id: number }>()
    expectTypeOf<ContextOf<typeof SHOW>['user']>().toEqualTypeOf<User>()
    expectTypeOf<{ id: string }>().toExtend<ResultOf<typeof SHOW>>()
    expectTypeOf<{ id: number }>().not.toExtend<ResultOf<typeof SHOW>>()
  })
})

describe('a route', () => {
  it('has resolved types of what goes in, comes out and fails', () => {
    const show = member.post(
      '/:id',
      {
        ...open,
        params: { id: t.Integer() },
        body: t.Object({ a: t.String() }),
        response: { 200: t.Object({ b: t.Boolean() }), 404: t.Object({ c: t.Null() }), 204: null },
        errors: [Closed],
      },
      () => ({ b: true }),
    )
    type Parts = (typeof show)['~types']
    expectTypeOf<Parts['in']>().toEqualTypeOf<{ params: { id: number }; body: { a: string } }>()
    expectTypeOf<Parts['out']>().toEqualTypeOf<{ 200: { b: boolean }; 404: { c: null }; 204: undefined }>()
    expectTypeOf<Parts['errors']['code']>().toEqualTypeOf<'CLOSED'>()
    expectTypeOf(show).toExtend<Route>()
  })

  it('takes the results that it declares and no others', () => {
    const response = { 200: t.Object({ a: t.Integer() }), 404: t.Object({ b: t.String() }) }
    route.get('/', { ...open, response }, () => ({ a: 1 }))
    route.get('/', { ...open, response }, async () => reply(404, { b: 'x' }))
    route.get('/', { ...open, response: { 204: null } }, () => undefined)
    // @ts-expect-error -- another type than declared
    route.get('/', { ...open, response }, () => ({ a: 'x' }))
    // @ts-expect-error -- a status that is not declared
    route.get('/', { ...open, response }, () => reply(500, { b: 'x' }))
    // @ts-expect-error -- a body where none is declared
    route.get('/', { ...open, response: { 204: null } }, () => 'x')
  })

  it('keeps its types in a tree', () => {
    const tree = router('/orders/:id', {
      show: member.get('/', { ...open, response: t.String() }, () => 'x'),
    })
    expectTypeOf<(typeof tree)['~types']['tree']['show']['~types']['out']>().toEqualTypeOf<{ 200: string }>()
    expectTypeOf<(typeof tree)['~types']['prefixParams']>().toEqualTypeOf<{ readonly id: string }>()
  })
})

describe('an import of a recursive t.Module, written in place', () => {
  interface Circle {
    kind: 'circle'
    radius: number
  }
  const Shapes = t.Module({
    Shape: t.Union([t.Ref('Circle'), t.Ref('Group')]),
    Circle: t.Object({ kind: t.Literal('circle'), radius: t.Number() }),
    Group: t.Object({ kind: t.Literal('group'), members: t.Array(t.Ref('Shape')) }),
  })
  const circle: Circle = { kind: 'circle', radius: 1 }

  it('is the body and the response of a route in an object', () => {
    const shapes = {
      draw: route.put(
        '/shape',
        { access: 'public', body: Shapes.Import('Shape'), response: Shapes.Import('Shape') },
        ({ body }) => {
          expectTypeOf(body).not.toBeAny()
          expectTypeOf<Extract<typeof body, { kind: 'circle' }>>().toEqualTypeOf<Circle>()
          return body.kind === 'group' && body.members[0] !== undefined ? body.members[0] : circle
        },
      ),
    }
    expectTypeOf<(typeof shapes.draw)['~types']['out'][200]['kind']>().toEqualTypeOf<'circle' | 'group'>()
  })

  it('is a member of an object of schemas', () => {
    const shapes = {
      body: route.put('/body', { ...open, body: { shape: Shapes.Import('Circle') } }, ({ body }) => {
        expectTypeOf(body).toEqualTypeOf<{ shape: Circle }>()
      }),
      query: route.get('/query', { ...open, query: { shape: Shapes.Import('Circle') } }, ({ query }) => {
        expectTypeOf(query).toEqualTypeOf<{ shape: Circle }>()
      }),
      status: route.get('/status', { ...open, response: { 200: Shapes.Import('Shape') } }, () => circle),
    }
    expectTypeOf<(typeof shapes.status)['~types']['out'][200]['kind']>().toEqualTypeOf<'circle' | 'group'>()
  })
})

describe('a middleware', () => {
  it('adds what run returns, and says what it needs', () => {
    expectTypeOf<(typeof user)['~types']['adds']>().toEqualTypeOf<{ user: User }>()
    expectTypeOf<(typeof maybe)['~types']['adds']>().toEqualTypeOf<{ tenant?: string }>()
    const plain = middleware({ name: 'plain', stage: 'receive', run: () => undefined })
    expectTypeOf<(typeof plain)['~types']['adds']>().toEqualTypeOf<{}>()
    const replying = middleware({
      name: 'r',
      stage: 'receive',
      adds: ['a'],
      run: (ctx) => (ctx.path === '/' ? reply(304) : { a: 1 }),
    })
    expectTypeOf<(typeof replying)['~types']['adds']>().toEqualTypeOf<{ a: number }>()
  })

  it('of a late stage may find what it needs, or not: the request may have been refused before', () => {
    const audit = middleware({
      name: 'audit',
      stage: 'record',
      needs: needs<{ user: User }>('user'),
      observe: ({ user: who }) => {
        expectTypeOf(who).toEqualTypeOf<User | undefined>()
      },
    })
    member.use(audit)
    // @ts-expect-error -- nothing adds the user
    route.use(audit)
  })

  it('that needs what nothing adds is refused where it is used', () => {
    const own = middleware({
      name: 'own',
      stage: 'authorize',
      needs: needs<{ user: User }>('user'),
      run: ({ user: who }) => void who.id,
    })
    member.use(own)
    // @ts-expect-error -- "This middleware needs 'user' on the context: put the middleware that adds it before."
    route.use(own)
  })
})
