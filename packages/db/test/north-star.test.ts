// A small shop, as a user writes it: tables, a plugin, routes, a client.
import { defineError, NotFoundError, reply, route, router, t, token } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import {
  createTables,
  database,
  decimal,
  defineTables,
  oneOf,
  openDatabase,
  StaleRecordError,
  table,
  text,
  timestamp,
  transaction,
  uuid,
  version,
  type Database,
} from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'

const EmailTaken = defineError('EMAIL_TAKEN', { status: 409, title: 'The e-mail is taken' })

const Customers = table('customers', { id: uuid().primary(), name: text({ maxLength: 100 }) })
const Orders = table(
  'orders',
  {
    id: uuid().primary(),
    customerId: uuid().references('customers'),
    email: text({ format: 'email', maxLength: 254 }).unique(EmailTaken),
    status: oneOf('open', 'closed').default('open'),
    total: decimal(12, 2, { minimum: 0 }),
    tokenHash: text().hidden(),
    version: version(),
    createdAt: timestamp().now(),
  },
  { indexes: [['status', 'createdAt']] },
)
const tables = defineTables({ orders: Orders, customers: Customers })
const DB = token<Database<typeof tables>>('db')

const shop = route.inject({ db: DB })
const orders = router('/orders', {
  create: shop.post(
    '/',
    {
      body: Orders.new.pick('email', 'total'),
      response: { 201: Orders.row },
      errors: [EmailTaken],
      access: 'public',
      use: [transaction()],
    },
    async ({ body, db }) => {
      const customer = await db.customers.insert({ name: 'Somebody' })
      return reply(201, await db.orders.insert({ ...body, customerId: customer.id, tokenHash: 'secret' }))
    },
  ),
  show: shop
    .at('/:id', Orders.row.pick('id'))
    .get(
      '/',
      { response: Orders.row.extend({ customer: Customers.row.pick('name') }), access: 'public' },
      async ({ params, db }) => {
        const order = await db.orders.with('customer').byId(params.id)
        if (order === undefined) throw new NotFoundError()
        return order
      },
    ),
  close: shop.at('/:id', Orders.row.pick('id')).post(
    '/close',
    {
      body: t.Object({ version: t.Integer() }),
      response: Orders.row.pick('status', 'version'),
      errors: [StaleRecordError],
      access: 'public',
      use: [transaction({ from: 'authorize' })],
    },
    async ({ params, body, db }) => {
      const order = await db.orders.byId(params.id)
      if (order === undefined) throw new NotFoundError()
      return db.orders.update({ ...order, version: body.version }, { status: 'closed' })
    },
  ),
})

describe('a shop', () => {
  it('writes, reads, relates and refuses', async () => {
    await using test = await testApp({
      routes: { orders },
      plugins: [database(DB, sqlite(':memory:'), tables, { createTables: true })],
    })
    const { client } = test
    const db = test.resolve(DB)
    const created = await client.orders.create({ body: { email: 'a@example.com', total: '12.5' } })
    expect(created).toMatchObject({ email: 'a@example.com', total: '12.50', status: 'open', version: 1 })
    expect(created).not.toHaveProperty('tokenHash')
    expect(await client.orders.show({ params: { id: created.id } })).toEqual({
      ...created,
      customer: { name: 'Somebody' },
    })
    const taken = await client.orders.create.result({ body: { email: 'a@example.com', total: '1' } })
    expect(taken).toMatchObject({ ok: false, status: 409, error: { code: 'EMAIL_TAKEN' } })
    expect(await db.customers.count()).toBe(1)
    const closed = await client.orders.close({ params: { id: created.id }, body: { version: 1 } })
    expect(closed).toEqual({ status: 'closed', version: 2 })
    const stale = await client.orders.close.result({ params: { id: created.id }, body: { version: 1 } })
    expect(stale).toMatchObject({ ok: false, status: 409, error: { code: 'ERR_DB_STALE' } })
  })
})

it('opens in a script', async () => {
  await using db = await openDatabase(sqlite(':memory:'), tables)
  await createTables(db)
  expect(await db.transaction(() => db.customers.count())).toBe(0)
})

describe('a reference to a row that is not there', () => {
  const NoCustomer = defineError('NO_CUSTOMER', { status: 422, title: 'There is no such customer' })
  const NoSeller = defineError('NO_SELLER', { status: 422, title: 'There is no such seller' })
  const Sales = table('sales', {
    id: uuid().primary(),
    customerId: uuid().references('people', { error: NoCustomer, inverse: 'bought' }),
    sellerId: uuid().references('people', { error: NoSeller, inverse: 'sold' }).nullable(),
  })
  const People = table('people', { id: uuid().primary() })

  it('is the error of that reference, on SQLite too, which tells none', async () => {
    await using db = await openDatabase(sqlite(':memory:'), defineTables({ sales: Sales, people: People }))
    await createTables(db)
    const { id } = await db.people.insert({})
    const nobody = '01900000-0000-7000-8000-000000000000'
    const codeOf = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => 'none',
        (error: { code?: unknown }) => error.code,
      )
    const sale = await db.sales.insert({ customerId: id, sellerId: null })
    expect(await codeOf(db.sales.insert({ customerId: id, sellerId: nobody }))).toBe('NO_SELLER')
    expect(await codeOf(db.sales.insert({ customerId: nobody, sellerId: id }))).toBe('NO_CUSTOMER')
    expect(await codeOf(db.sales.update(sale, { sellerId: nobody }))).toBe('NO_SELLER')
    expect(
      await codeOf(
        db.sales.insertMany([
          { customerId: id, sellerId: null },
          { customerId: nobody, sellerId: null },
        ]),
      ),
    ).toBe('NO_CUSTOMER')
    expect(await codeOf(db.people.delete(id))).toBe('ERR_DB_FOREIGN_KEY')
    expect(await db.sales.count()).toBe(1)
  })
})
