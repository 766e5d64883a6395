import { describe, expectTypeOf, it } from 'vitest'
import { route, t, type ReturnedOf } from '@keelson/core'
import { conditionsOn } from '@keelson/core/conditions'
import {
  bigint,
  boolean,
  decimal,
  defineTables,
  integer,
  oneOf,
  table,
  text,
  timestamp,
  uuid,
  version,
  type InsertOf,
  type RowOf,
  type RelationsOf,
  type WithRelations,
} from './index.ts'

const Customers = table('customers', { id: uuid().primary(), name: text() })
const Orders = table(
  'orders',
  {
    id: uuid().primary(),
    customerId: uuid().references('customers', { onDelete: 'restrict' }),
    parentId: uuid().nullable().references('orders', { as: 'parent', inverse: 'children' }),
    status: oneOf('open', 'closed').default('open'),
    total: decimal(12, 2, { minimum: 0 }),
    note: text().nullable(),
    tokenHash: text().hidden(),
    version: version(),
    createdAt: timestamp().now(),
  },
  { indexes: [['status', 'createdAt']] },
)
const Favorites = table('favorites', {
  userId: uuid().references('customers').primary(),
  orderId: uuid().primary().references('orders', { as: 'order', inverse: 'favorites' }),
  isLoud: boolean().default(false),
})
const Events = table('events', {
  id: uuid().primary(),
  at: timestamp({ as: Date }),
  endsAt: timestamp({ as: Date }).nullable(),
  bytes: bigint({ as: BigInt }),
  secret: text().hidden(),
})
const tables = { orders: Orders, customers: Customers }
type Tables = typeof tables

describe('a table', () => {
  it('has the types of its rows', () => {
    expectTypeOf<RowOf<typeof Orders>>().toEqualTypeOf<{
      id: string
      customerId: string
      parentId: string | null
      status: 'open' | 'closed'
      total: string
      note: string | null
      tokenHash: string
      version: number
      createdAt: string
    }>()
    expectTypeOf<InsertOf<typeof Orders>>().toEqualTypeOf<{
      id?: string
      customerId: string
      parentId?: string | null
      status?: 'open' | 'closed'
      total: string
      note?: string | null
      tokenHash: string
      version?: number
      createdAt?: string
    }>()
    expectTypeOf<(typeof Orders)['~id']>().toEqualTypeOf<string>()
  })

  it('keeps hidden columns, and what is made, out of bodies', () => {
    expectTypeOf(Orders.new.static).toEqualTypeOf<{
      customerId: string
      parentId?: string | null
      status?: 'open' | 'closed'
      total: string
      note?: string | null
    }>()
    expectTypeOf(Orders.patch.static).toEqualTypeOf<{
      customerId?: string
      parentId?: string | null
      status?: 'open' | 'closed'
      total?: string
      note?: string | null
    }>()
    expectTypeOf(Orders.row.pick('id', 'total').static).toEqualTypeOf<{ id: string; total: string }>()
    expectTypeOf(Orders.new.pick('total', 'note').static).toEqualTypeOf<{
      total: string
      note?: string | null
    }>()
    // @ts-expect-error -- hidden
    Orders.row.pick('tokenHash')
    // @ts-expect-error -- made by us
    Orders.new.pick('version')
    // @ts-expect-error -- part of the key
    void Orders.patch.pick('id')
  })

  it('shows rows of the database where no column is hidden', () => {
    expectTypeOf(Customers.row.static).toEqualTypeOf<{ id: string; name: string }>()
    expectTypeOf<(typeof Customers)['~row']>().toEqualTypeOf<{ id: string; name: string }>()
  })

  it('is text in routes where its rows have a Date or a BigInt', () => {
    expectTypeOf<(typeof Events)['~row']>().toEqualTypeOf<{
      id: string
      at: Date
      endsAt: Date | null
      bytes: bigint
      secret: string
    }>()
    expectTypeOf(Events.row.static).toEqualTypeOf<{
      id: string
      at: string
      endsAt: string | null
      bytes: string
    }>()
    expectTypeOf(Events.new.static).toEqualTypeOf<{ at: string; endsAt?: string | null; bytes: string }>()
    const byDate = Events.row.omit('bytes')
    expectTypeOf<ReturnedOf<typeof byDate>>().toEqualTypeOf<{
      id: string
      at: Date | string
      endsAt: Date | string | null
    }>()
    expectTypeOf(byDate.static).toEqualTypeOf<{ id: string; at: string; endsAt: string | null }>()
    const event = {} as (typeof Events)['~row']
    route.get('/', { response: t.Array(byDate.extend({ n: t.Integer() })), access: 'public' }, () => [
      { ...event, n: 1 },
    ])
    route.get('/', { response: Events.row, access: 'public' }, () => ({
      ...event,
      bytes: String(event.bytes),
    }))
    // @ts-expect-error -- JSON has no BigInt: return its text, { ...row, bytes: String(row.bytes) }
    route.get('/', { response: Events.row, access: 'public' }, () => event)
    // @ts-expect-error -- the same within a list
    route.get('/', { response: t.Array(Events.row.pick('bytes')), access: 'public' }, () => [event])
  })

  it('takes lists of others as repositories give them', () => {
    const WithOrders = Customers.row.extend({ orders: t.Array(Orders.row.pick('id')) })
    expectTypeOf(WithOrders.static.orders).toEqualTypeOf<{ id: string }[]>()
    const customer = {} as WithRelations<Tables, 'customers', 'orders'> & (typeof Customers)['~row']
    route.get('/', { response: WithOrders, access: 'public' }, () => customer)
  })

  it('has keys of one column and of several', () => {
    expectTypeOf<(typeof Favorites)['~id']>().toEqualTypeOf<{ userId: string; orderId: string }>()
    expectTypeOf<(typeof Favorites)['~insert']>().toEqualTypeOf<{
      userId: string
      orderId: string
      isLoud?: boolean
    }>()
  })

  it('refuses what is not of its columns', () => {
    // @ts-expect-error -- not one of them
    oneOf('open', 'closed').default('opne')
    // @ts-expect-error -- only a timestamp takes now()
    text().now()
    // @ts-expect-error -- not a column
    table('a', { id: uuid().primary() }, { indexes: [['ide']] })
    const order = conditionsOn(Orders.columns)
    order.status.is('open')
    // @ts-expect-error -- not one of them
    order.status.is('opne')
    // @ts-expect-error -- not a column
    void order.custmerId
  })
})

describe('tables of a database', () => {
  it('relate both ways', () => {
    expectTypeOf<keyof RelationsOf<Tables, 'orders'>>().toEqualTypeOf<'customer' | 'parent' | 'children'>()
    expectTypeOf<keyof RelationsOf<Tables, 'customers'>>().toEqualTypeOf<'orders'>()
    expectTypeOf<WithRelations<Tables, 'orders', 'parent' | 'children' | 'customer'>>().toEqualTypeOf<{
      readonly parent: (typeof Orders)['~row'] | null
      readonly children: readonly (typeof Orders)['~row'][]
      readonly customer: (typeof Customers)['~row']
    }>()
  })

  it('are checked against each other', () => {
    defineTables({ orders: Orders, customers: Customers })
    // @ts-expect-error -- orders.customerId refers to 'customers', which defineTables does not name
    defineTables({ orders: Orders })
    // @ts-expect-error -- 'transaction' is a name of the database itself: choose another key
    defineTables({ transaction: Customers })
    // @ts-expect-error -- a has no primary key
    defineTables({ a: table('a', { id: uuid() }) })
    const Numbered = table('numbered', { id: integer().primary() })
    const Wrong = table('wrong', { id: uuid().primary(), numberId: uuid().references('numbered') })
    // @ts-expect-error -- wrong.numberId has another type than the key of numbered
    defineTables({ numbered: Numbered, wrong: Wrong })
    const Owned = table('owned', { id: uuid().primary(), owner: uuid().references('customers') })
    // @ts-expect-error -- owned.owner: the relation takes the name of a column; give another
    defineTables({ customers: Customers, owned: Owned })
  })
})

describe('an identity', () => {
  const Notes = table('notes', { id: integer({ bits: 53 }).identity().primary(), title: text() })

  it('may be omitted by an insert, and is in no body', () => {
    expectTypeOf<InsertOf<typeof Notes>>().toEqualTypeOf<{ id?: number; title: string }>()
    expectTypeOf<RowOf<typeof Notes>>().toEqualTypeOf<{ id: number; title: string }>()
    expectTypeOf<typeof Notes.new.static>().toEqualTypeOf<{ title: string }>()
  })

  it('is a number', () => {
    // @ts-expect-error -- "only an integer and a bigint take identity()"
    uuid().identity()
    // @ts-expect-error -- the same
    decimal(9, 0).identity()
    bigint().identity()
  })
})

describe('the properties of a schema', () => {
  it('are within t.Object() what they are in the schema', () => {
    const named = t.Object(Orders.new.properties, { $id: 'NewOrder' })
    expectTypeOf<typeof named.static>().toEqualTypeOf<typeof Orders.new.static>()
    const patched = t.Object({ ...Orders.patch.pick('note').properties, reason: t.String() })
    expectTypeOf<typeof patched.static>().toEqualTypeOf<{ note?: string | null; reason: string }>()
    const shown = t.Object(Orders.row.properties)
    expectTypeOf<typeof shown.static>().toEqualTypeOf<typeof Orders.row.static>()
  })
})
