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
  type Database,
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
          .where(({ eb, fn }) => eb(fn.coalesce('total', param('most')), '<=', param('most')))
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

  it(
    'gives queries that differ in their values alone what each asks for',
    on(async (db) => {
      await emptied(db)
      const other = { ...order, id: A.replace(/2b$/, '2c'), total: '7.00', isPaid: false }
      await db.orders.insertMany([order, other])
      const ids = async (totals: string[], isPaid: boolean, least: number): Promise<string[]> => {
        const rows = await db.kysely
          .selectFrom('orders')
          .select('id')
          .where('total', 'in', totals)
          .where(({ eb, fn }) => eb(fn.coalesce('isPaid', eb.val(isPaid)), '=', isPaid))
          .where(({ eb, fn }) => eb(fn.coalesce('total', eb.val(least)), '>', '1'))
          .execute()
        return rows.map(({ id }) => id)
      }
      expect(await ids(['12.5', '7'], true, 1)).toEqual([order.id])
      expect(await ids(['7', '12.5'], false, 2)).toEqual([other.id])
      expect(await ids(['12.5'], false, 2)).toEqual([])
      await expect(ids(['much'], false, 2)).rejects.toMatchObject({ code: 'ERR_DB_VALUE' })
      await expect(ids(['7'], false, 0.001)).rejects.toMatchObject({ code: 'ERR_DB_VALUE' })
    }),
  )

  it(
    'writes what a query is put together of once',
    on(async (db) => {
      const paid = db.kysely.selectFrom('orders').select('customerId').where('total', '=', '12.50')
      const found = db.kysely.selectFrom('customers').selectAll().where('id', 'in', paid)
      expect(await found.execute()).toEqual([{ id: A, fullName: 'Ana' }])
      const { sql, parameters } = found.compile()
      expect(sql).toContain('full_name')
      expect(parameters).toEqual(paid.compile().parameters)
    }),
  )
})

describe.each(ALL_SYSTEMS)('expressions of db.kysely on %s', (name, make) => {
  const on = openingDatabase(make, tables)

  it(
    'reads min, max, sum and coalesce as the column that they are of',
    on(async (db) => {
      await emptied(db)
      const other = { ...order, id: A.replace(/2b$/, '2c'), total: '9999999999.00', isPaid: false }
      await db.orders.insertMany([order, other])
      const found = await db.kysely
        .selectFrom('orders as o')
        .select(({ fn, eb }) => [
          fn.min('o.total').as('least'),
          fn.sum('o.total').as('sum'),
          fn.sum('o.quantity').as('quantities'),
          fn.max('o.createdAt').as('createdAt'),
          fn.coalesce(fn.max('o.total'), eb.val('0')).as('most'),
          fn.coalesce(eb.val<string | null>(null), fn.max('o.total'), eb.lit(0)).as('late'),
          eb
            .selectFrom('orders')
            .select((inner) => inner.fn.max('orders.total').as('x'))
            .as('inner'),
          fn.count<number>('o.total').as('n'),
        ])
        .executeTakeFirst()
      expect(found).toEqual({
        least: '12.50',
        sum: '10000000011.50',
        quantities: 6,
        createdAt: order.createdAt,
        most: '9999999999.00',
        late: '9999999999.00',
        inner: '9999999999.00',
        n: 2,
      })
      expect(await having(db, '20000000000')).toEqual([])
      expect(await having(db, '10000000011.4')).toEqual([{ customerId: A, total: '10000000011.50' }])
      await expect(having(db, '1.005')).rejects.toMatchObject({ code: 'ERR_DB_VALUE' })
    }),
  )

  it(
    'reads a count as a number, wherever it stands',
    on(async (db) => {
      await emptied(db)
      const other = { ...order, id: A.replace(/2b$/, '2c'), isPaid: false }
      await db.orders.insertMany([order, other])
      const counts = db.kysely
        .selectFrom('orders')
        .select(({ fn }) => ['customerId', fn.countAll<number>().as('n')])
        .groupBy('customerId')
      const found = await db.kysely
        .with('counts', () => counts)
        .selectFrom('orders as o')
        .innerJoin('counts', 'counts.customerId', 'o.customerId')
        .leftJoin(counts.as('none'), (join) =>
          join.onRef('none.customerId', '=', 'o.id').on('none.n', '>', 9),
        )
        .select(({ fn, selectFrom }) => [
          'counts.n as passed',
          'none.n as absent',
          fn.countAll<number>().over().as('over'),
          fn.agg<number>('count', ['o.id']).over().as('plain'),
          fn.coalesce('none.n', 'counts.n').as('first'),
          selectFrom('orders')
            .select((eb) => eb.fn.count<number>('orders.total').distinct().as('x'))
            .as('inner'),
        ])
        .where('counts.n', '=', 2)
        .executeTakeFirst()
      expect(found).toEqual({ passed: 2, absent: null, over: 2, plain: 2, first: 2, inner: 1 })
      const sums = db.kysely.selectFrom(counts.as('c')).select(({ fn }) => fn.sum<number>('c.n').as('all'))
      expect(await sums.execute()).toEqual([{ all: 2 }])
      const many = counts.having(({ fn }) => fn.countAll(), '>', 1).select('orders.customerId as id')
      expect(await many.execute()).toEqual([{ customerId: A, id: A, n: 2 }])
      const kept = db.prepare((kysely, param: QueryParameters<{ least: number }>) =>
        kysely
          .selectFrom('orders')
          .select(({ fn }) => fn.countAll<number>().as('n'))
          .having(({ fn }) => fn.countAll<number>(), '>=', param('least')),
      )
      expect([await kept({ least: 2 }), await kept({ least: 3 })]).toEqual([[{ n: 2 }], []])
    }),
  )

  it(
    'reads what subqueries pass on as the column that it is of',
    on(async (db) => {
      await emptied(db)
      await db.orders.insert(order)
      const found = await db.kysely
        .with('sums', (k) =>
          k
            .selectFrom('orders')
            .select(({ fn }) => ['customerId', fn.sum<string>('total').as('paid')])
            .groupBy('customerId'),
        )
        .selectFrom('sums')
        .innerJoin(
          (k) => k.selectFrom('orders').select(['customerId', 'total', 'isPaid', 'createdAt']).as('own'),
          (join) => join.onRef('own.customerId', '=', 'sums.customerId'),
        )
        .where('sums.paid', '>', '12.4')
        .select(['sums.paid', 'own.total', 'own.isPaid', 'own.createdAt'])
        .execute()
      expect(found).toEqual([{ paid: '12.50', total: '12.50', isPaid: true, createdAt: order.createdAt }])
    }),
  )

  it(
    'refuses what would be another value than the database keeps',
    on(async (db) => {
      await db.sql.affected`delete from orders`
      const asked = db.kysely.selectFrom('orders').select(({ fn }) => fn.avg<string>('total').as('mean'))
      const inner = db.kysely
        .selectFrom((k) =>
          k
            .selectFrom('orders')
            .select(({ eb }) => eb('total', '*', '2').as('twice'))
            .as('x'),
        )
        .select('x.twice')
      const said = await Promise.all([asked, inner].map((query) => query.execute().catch(messageOf)))
      expect(said).toEqual(
        isSqlite(name)
          ? ["kysely: avg of 'total' is not read", "kysely: * of 'total' is not read"]
          : [[{ mean: null }], []],
      )
    }),
  )
})

async function emptied(db: Database<typeof tables>): Promise<void> {
  await db.sql.affected`delete from orders`
  await db.sql.affected`delete from shop_customers`
  await db.customers.insert({ id: A, fullName: 'Ana' })
}

function having(db: Database<typeof tables>, least: string): Promise<unknown[]> {
  return db.kysely
    .selectFrom('orders')
    .select(({ fn }) => ['customerId', fn.sum<string>('total').as('total')])
    .groupBy('customerId')
    .having(({ fn }) => fn.sum<string>('total'), '>', least)
    .execute()
}

function isSqlite(name: string): boolean {
  return name === 'SQLite' || name === 'better-sqlite3'
}

function messageOf(error: Error): string {
  return error.message.split(': sqlite keeps')[0] ?? ''
}
