import { accessRule, needs, type InputOf, type Middleware } from '@keelson/core'
import type { Condition, Page } from '@keelson/core/conditions'
import { describe, expectTypeOf, it } from 'vitest'
import type { connect } from './north-star/client.ts'
import { member, one } from './north-star/orders.ts'
import { can, canList } from './north-star/policy.ts'
import { Orders } from './north-star/tables.ts'
import type { User } from './north-star/user.ts'

interface Order {
  id: string
  customerId: string
  email: string
  status: 'open' | 'closed'
  total: string
  version: number
  createdAt: string
}
declare const shop: ReturnType<typeof connect>
declare const id: string

describe('a table', () => {
  it('is the type of its records, and of what makes a new one', () => {
    expectTypeOf<(typeof Orders.row)['static']>().toEqualTypeOf<Order>()
    expectTypeOf<InputOf<typeof Orders.new>>().toEqualTypeOf<{
      customerId: string
      email: string
      total: string
    }>()
  })
})

describe('a policy', () => {
  it('gives rules that say what they need and what they add', () => {
    expectTypeOf(canList('read', 'Order')['~types']['adds']).toEqualTypeOf<{
      readonly visible: Condition<typeof Orders.columns>
    }>()
    expectTypeOf(can('create', 'Order')['~types']['adds']).toEqualTypeOf<{}>()
    expectTypeOf(canList('read', 'Order')['~types']['needs']).toEqualTypeOf<{ user: User }>()
  })

  it('has the context of the route that a rule is written in', () => {
    one.get(
      '/lines/:line',
      {
        access: can('read', 'Order', {
          load: (ctx) => {
            expectTypeOf(ctx.params).toEqualTypeOf<{ id: string } & { readonly line: string }>()
            expectTypeOf(ctx.user).toEqualTypeOf<User>()
            return ctx.db.orders.byId(ctx.params.id)
          },
        }),
      },
      (ctx) => {
        expectTypeOf(ctx.order).toEqualTypeOf<Order>()
        expectTypeOf(ctx.user).toEqualTypeOf<User>()
        expectTypeOf(ctx).not.toHaveProperty('visible')
      },
    )
  })

  it('stands in a list of rules as it does alone', () => {
    const stepUp = accessRule({
      name: 'step up',
      needs: needs<{ user: User }>('user'),
      allow: ({ user }) => user.roles.includes('recent'),
    })
    one.get(
      '/',
      {
        access: [stepUp, can('read', 'Order', { load: ({ params, db }) => db.orders.byId(params.id) })],
      },
      ({ order }) => {
        expectTypeOf(order).toEqualTypeOf<Order>()
      },
    )
  })

  it('gives lists what may be seen', () => {
    member.get('/', { access: canList('read', 'Order') }, ({ db, visible }) => {
      expectTypeOf(db.orders.page({ limit: 1 }, { where: visible })).resolves.toEqualTypeOf<Page<Order>>()
    })
  })
})

describe('middleware of the packages', () => {
  it('is of a type with a name', () => {
    expectTypeOf(can('create', 'Order')).toExtend<Middleware<{}, { user: User }, unknown>>()
  })
})

describe('the client of the shop', () => {
  it('sends what the routes take', () => {
    expectTypeOf(shop.orders.show).parameter(0).toEqualTypeOf<{ params: { id: string } }>()
    expectTypeOf(shop.orders.create).parameter(0).toEqualTypeOf<{ body: { email: string; total: string } }>()
    expectTypeOf(shop.orders.list)
      .parameter(0)
      .toEqualTypeOf<{ query?: { limit?: number; after?: string; before?: string } } | undefined>()
  })

  it('gets what the routes answer', () => {
    expectTypeOf(shop.orders.show({ params: { id } })).resolves.toEqualTypeOf<Order>()
    expectTypeOf(shop.orders.list()).resolves.toEqualTypeOf<{
      items: Order[]
      next?: string
      previous?: string
    }>()
  })

  it('knows the errors of a route by code: its own, those of its middleware and of its rule, and UNEXPECTED', async () => {
    const outcome = await shop.orders.create.result({ body: { email: '', total: '1' } })
    if (outcome.ok) {
      expectTypeOf(outcome.status).toEqualTypeOf<201>()
      expectTypeOf(outcome.data).toEqualTypeOf<Order>()
      return
    }
    switch (outcome.error.code) {
      case 'EMAIL_TAKEN':
        expectTypeOf(outcome.error.status).toEqualTypeOf<409>()
        break
      case 'ERR_CORE_UNAUTHORIZED':
      case 'ERR_CORE_FORBIDDEN':
      case 'UNEXPECTED':
        break
      default:
        expectTypeOf(outcome.error).toBeNever()
    }
    const shown = await shop.orders.show.result({ params: { id } })
    if (!shown.ok)
      expectTypeOf(shown.error.code).toEqualTypeOf<
        'ERR_CORE_UNAUTHORIZED' | 'ERR_CORE_FORBIDDEN' | 'ERR_CORE_NOT_FOUND' | 'UNEXPECTED'
      >()
  })
})
