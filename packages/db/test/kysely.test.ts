import { describe, expect, it } from 'vitest'
import {
  boolean,
  decimal,
  defineTables,
  integer,
  QueryError,
  table,
  text,
  timestamp,
  uuid,
  type QueryParameters,
} from '../src/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { ALL_SYSTEMS } from './systems.ts'

const Customers = table('shop_customers', { id: uuid().primary(), fullName: text({ maxLength: 50 }) })
const Orders = table('orders', {
  id: uuid().primary(),
  customerId: uuid().references('customers'),
  total: decimal(12, 2),
  isPaid: boolean(),
  quantity: integer({ bits: 53 }),
  createdAt: timestamp(),
})
const tables = defineTables({ orders: Orders, customers: Customers })

const A = '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b'
const order = {
  id: A,
  customerId: A,
  total: '12.50',
  isPaid: true,
  quantity: 3,
  createdAt: '2026-11-29T22:13:33.120Z',
}

describe.each(ALL_SYSTEMS)('db.kysely on %s', (_name, make) => {
  const on = openingDatabase(make, tables)

  it(
    'writes and reads in the names and values of the code',
    on(async (db) => {
      await db.customers.insert({ id: A, fullName: 'Ana' })
      const written = await db.kysely.insertInto('orders').values(order).executeTakeFirst()
      expect(written.numInsertedOrUpdatedRows).toBe(1n)
      expect(await db.orders.byId(A)).toEqual(order)
      expect(await db.kysely.selectFrom('orders').selectAll().execute()).toEqual([order])
      const joined = await db.kysely
        .selectFrom('orders as o')
        .innerJoin('customers', 'customers.id', 'o.customerId')
        .select(['o.createdAt', 'customers.fullName', 'o.total as money'])
        .where('o.total', '=', '12.5')
        .where('o.createdAt', '>=', '2026-11-29T00:00:00+01:00')
        .where('o.isPaid', 'in', [true])
        .orderBy('o.createdAt')
        .execute()
      expect(joined).toEqual([{ createdAt: order.createdAt, fullName: 'Ana', money: '12.50' }])
    }),
  )

  it(
    'changes rows, and says how many',
    on(async (db) => {
      const changed = await db.kysely
        .updateTable('orders')
        .set({ total: '7', createdAt: '2026-01-01T00:00:00Z' })
        .where('id', '=', A)
        .executeTakeFirst()
      expect(changed.numUpdatedRows).toBe(1n)
      expect(await db.orders.byId(A)).toMatchObject({ total: '7.00', createdAt: '2026-01-01T00:00:00.000Z' })
      await expect(db.kysely.updateTable('orders').set({ total: 'much' }).execute()).rejects.toMatchObject({
        status: 400,
      })
    }),
  )

  it(
    'is part of the transaction around, and has none of its own',
    on(async (db) => {
      const refuse = new Error('no')
      const within = db.transaction(async () => {
        await db.kysely.deleteFrom('orders').execute()
        throw refuse
      })
      await expect(within).rejects.toBe(refuse)
      expect(await db.orders.count()).toBe(1)
      const own = db.kysely.transaction().execute((trx) => trx.deleteFrom('orders').execute())
      await expect(own).rejects.toThrow(/Use db\.transaction/)
      expect(await db.orders.count()).toBe(1)
    }),
  )

  it(
    'compiles a prepared query once, with values by name',
    on(async (db) => {
      let times = 0
      const byTotal = db.prepare((kysely, param: QueryParameters<{ least: string; most: string }>) => {
        times++
        return kysely
          .selectFrom('orders')
          .select(['id', 'createdAt'])
          .where('total', '>=', param('least'))
          .where('total', '<=', param('most'))
      })
      expect(await byTotal({ least: '7', most: '8' })).toEqual([
        { id: A, createdAt: '2026-01-01T00:00:00.000Z' },
      ])
      expect(await byTotal({ least: '7.01', most: '8' })).toEqual([])
      expect(times).toBe(1)
      await expect(byTotal({ least: '7' } as never)).rejects.toBeInstanceOf(QueryError)
      expect(await db.select('orders').selectFrom('orders').select('quantity').execute()).toEqual([
        { quantity: 3 },
      ])
    }),
  )
})
