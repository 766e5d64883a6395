import { route, t } from '@keelson/core'
import { all, any } from '@keelson/core/conditions'
import { decimal, table, text, uuid, type Database, type defineTables } from '@keelson/db'
import { allRules, anyRule, definePolicy, recent, role, scheme, signedIn, toWhere } from '@keelson/auth'
import { sql, type ExpressionBuilder, type Kysely } from 'kysely'
import { expectTypeOf } from 'vitest'

interface User {
  readonly id: string
  readonly roles: readonly string[]
  readonly teamId: string | null
}
interface Note {
  readonly id: string
  readonly ownerId: string
  readonly size: number
}
const Orders = table('orders', { id: uuid().primary(), customerId: text(), total: decimal(12, 2) })
const Customers = table('customers', { id: uuid().primary(), name: text() })
declare const db: Database<
  ReturnType<typeof defineTables<{ orders: typeof Orders; customers: typeof Customers }>>
>

const policy = definePolicy<{ user: User }>()((resource) => ({
  Order: resource(Orders)(({ when, where }) => ({
    create: when(({ user }) => user.roles.includes('buyer')),
    read: where(({ user }, order) => any(user.roles.includes('support'), order.customerId.is(user.id)), {
      fields: { total: when(({ user }) => user.roles.includes('sales')) },
    }),
  })),
  Note: resource<Note>()(({ where }) => ({
    read: where(({ user }, note) => all(note.ownerId.is(user.id), note.size.below(10))),
  })),
}))
const { can, canList, pick, allows } = policy

const caller = scheme({
  name: 'caller',
  security: { name: 'bearer' },
  find: () => undefined as { user: User; principal: { id: string; kind: 'user' } } | undefined,
})
const api = route.use(caller)
const one = api.at('/:id', { id: t.String() })
declare const order: (typeof Orders)['~row']

// What depends on the record is loaded, or listed.
// @ts-expect-error 'read' depends on the record: load it, or use canList.
can('read', 'Order')
can('create', 'Order')
// @ts-expect-error there is no such action
can('raed', 'Order', { load: () => order })
// @ts-expect-error there is no such resource
can('read', 'Ordre', { load: () => order })
// @ts-expect-error it loads a record of another resource
can('read', 'Order', { load: () => ({ id: 'a', name: 'Ada' }) })
// @ts-expect-error it loads a list
can('read', 'Order', { load: () => [order] })

// The record is there by the name of its resource, and so is the user.
one.get(
  '/',
  { access: can('read', 'Order', { load: ({ params }) => ({ ...order, id: params.id }) }) },
  (ctx) => {
    expectTypeOf(ctx.order.total).toEqualTypeOf<string>()
    expectTypeOf(ctx.user).toEqualTypeOf<User>()
    return null
  },
)
// @ts-expect-error nobody says who calls
route.get('/', { access: can('create', 'Order') }, () => null)
api.get(
  '/',
  // @ts-expect-error a path without the param that is loaded by
  { access: can('read', 'Order', { load: ({ params }) => ({ ...order, id: params.id }) }) },
  () => null,
)

// Lists.
api.get('/', { access: canList('read', 'Order') }, async ({ visible }) => {
  await db.orders.find({ where: visible })
  // @ts-expect-error the condition is on the columns of another table
  await db.customers.find({ where: visible })
  return null
})

// Comparisons.
definePolicy<{ user: User }>()((resource) => ({
  Order: resource(Orders)(({ when, where }) => ({
    // @ts-expect-error a number for a text
    a: where((_, row) => row.customerId.is(7)),
    // @ts-expect-error null is asked for by isNull()
    b: where(({ user }, row) => row.customerId.is(user.teamId)),
    // @ts-expect-error a decimal with a text column
    c: where((_, row) => row.total.is(row.customerId)),
    // @ts-expect-error there is no such column
    d: where((_, row) => row.nothing.isNull()),
    // @ts-expect-error a condition of another table's columns
    e: where((_, row) => row.customerId.is(1 as never as { isNull(): boolean })),
    // @ts-expect-error a rule that knows the caller alone sees no record
    f: when((_, row) => row.customerId.is('a')),
    // @ts-expect-error there is no such field
    g: when(() => true, { fields: { nothing: when(() => true) } }),
  })),
  Note: resource<Note>()(({ where }) => ({
    // @ts-expect-error of a type nobody knows how its texts are ordered
    a: where(({ user }, row) => row.ownerId.below(user.id)),
    b: where((_, row) => row.size.atMost(9.5)),
    // @ts-expect-error a text for a number
    c: where((_, row) => row.size.is('9')),
  })),
}))

// Fields.
const seen = pick({ user: {} as User }, 'read', 'Order', order)
expectTypeOf(seen.total).toEqualTypeOf<string | undefined>()
expectTypeOf(seen.customerId).toEqualTypeOf<string>()
// @ts-expect-error a record of another resource
pick({ user: {} as User }, 'read', 'Order', { id: 'a' })
// @ts-expect-error without the caller
pick({}, 'read', 'Order', order)
// @ts-expect-error a rule that looks at the record has to be given one
allows({ user: {} as User }, 'read', 'Order')
allows({ user: {} as User }, 'create', 'Order')

// Rules that are combined.
api.get('/', { access: anyRule(signedIn(), role('admin')) }, ({ user }) => {
  expectTypeOf(user).toEqualTypeOf<User>()
  return null
})
const load = { load: ({ params }: { params: { id: string } }) => ({ ...order, id: params.id }) }
one.get('/', { access: allRules(recent({ withinMs: 1000 }), can('read', 'Order', load)) }, (ctx) => {
  expectTypeOf(ctx.order.id).toEqualTypeOf<string>()
  return null
})
one.get('/', { access: anyRule(role('admin'), can('read', 'Order', load)) }, (ctx) => {
  // @ts-expect-error it may have been the role that admitted the request
  return ctx.order
})
// @ts-expect-error one of them needs a param that the path does not have
api.get('/', { access: anyRule(role('admin'), can('read', 'Order', load)) }, () => null)
// @ts-expect-error at least one
anyRule()
// @ts-expect-error 'public' is not a rule
anyRule('public', role('admin'))

// Kysely takes what toWhere makes.
interface Shop {
  orders: { id: string; customerId: string; total: string }
}
declare const kysely: Kysely<Shop>
declare const eb: ExpressionBuilder<Shop, 'orders'>
api.get('/', { access: canList('read', 'Order') }, ({ visible }) => {
  const { columns } = Orders
  kysely.selectFrom('orders').where((builder) => toWhere(visible, builder, { dialect: 'mysql', columns }))
  kysely.deleteFrom('orders').where((builder) => toWhere(visible, builder, { dialect: 'mysql', columns }))
  eb.and([toWhere(visible, eb, { dialect: 'sqlite', columns }), sql<boolean>`true`])
  // @ts-expect-error the dialect is never guessed
  toWhere(visible, eb, { columns })
  // @ts-expect-error there is no such dialect
  toWhere(visible, eb, { dialect: 'postgres', columns })
  // @ts-expect-error columns of another table
  toWhere(visible, eb, { dialect: 'mysql', columns: Customers.columns })
  return null
})
