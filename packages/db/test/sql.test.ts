import { describe, expect, it } from 'vitest'
import {
  boolean,
  bytes,
  decimal,
  defineTables,
  integer,
  json,
  QueryError,
  sql,
  StatementError,
  table,
  text,
  timestamp,
  TransactionError,
  uuid,
} from '../src/index.ts'
import { t } from '@keelson/core'
import { openingDatabase } from './opened-systems.ts'
import { ALL_SYSTEMS } from './systems.ts'

const Orders = table('orders', {
  id: uuid().primary(),
  email: text({ maxLength: 100 }),
  count: integer({ bits: 53 }),
  total: decimal(12, 2),
  isPaid: boolean(),
  createdAt: timestamp(),
  data: bytes(),
  doc: json(t.Array(t.Integer())).nullable(),
})
const tables = defineTables({ orders: Orders })

const A = '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b'
const B = '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2c'
const row = {
  id: A,
  email: "it's \\ ana",
  count: 9_007_199_254_740_991,
  total: '12.50',
  isPaid: true,
  createdAt: '2026-11-29T22:13:33.120Z',
  data: '_wA',
  doc: [1, 2],
}

describe.each(ALL_SYSTEMS)('db.sql on %s', (_name, make) => {
  const on = openingDatabase(make, tables)
  const list = sql.join(
    (['id', 'email', 'count', 'total', 'isPaid', 'createdAt', 'data', 'doc'] as const).map((property) =>
      sql.column(Orders, property),
    ),
  )

  it(
    'reads an expression as the column that sql.as says',
    on(async (db) => {
      await db.orders.insert(row)
      expect(
        await db.sql`
          select sum(total) ${sql.as(Orders, 'total', 'sum')}, max(created_at) ${sql.as(Orders, 'createdAt')},
            coalesce(is_paid, is_paid) ${sql.as(Orders, 'isPaid')} from orders group by is_paid`,
      ).toEqual([{ sum: '12.50', createdAt: row.createdAt, isPaid: true }])
      await db.orders.delete(A)
    }),
  )

  it(
    'gives values of columns as repositories do, and names as the statement says',
    on(async (db) => {
      await db.orders.insert(row)
      const name = sql.ref(Orders, 'createdAt')
      const found =
        await db.sql`select ${list}, ${name} as "at", total as money from ${sql.table(Orders)}`.catch(
          () => db.sql`select ${list}, ${name} as at, total as money from ${sql.table(Orders)}`,
        )
      expect(found).toEqual([
        {
          id: A,
          email: row.email,
          count: row.count,
          total: '12.50',
          is_paid: true,
          created_at: row.createdAt,
          data: '_wA',
          doc: [1, 2],
          at: row.createdAt,
          money: '12.50',
        },
      ])
      expect(await db.orders.byId(A)).toEqual(row)
    }),
  )

  it(
    'gives the last of the columns that have one name, decoded as its own column says',
    on(async (db) => {
      const other = {
        ...row,
        id: B,
        total: '2.50',
        createdAt: '2026-01-01T00:00:00.007Z',
        data: 'AAE',
        doc: [3],
      }
      await db.orders.insert(other)
      const where = sql`where a.id = ${A} and b.id = ${B}`
      const [pair] = await db.sql`select * from orders a, orders b ${where}`
      expect(pair).toEqual({
        id: B,
        email: row.email,
        count: row.count,
        total: '2.50',
        is_paid: true,
        created_at: other.createdAt,
        data: 'AAE',
        doc: [3],
      })
      const mixed = await db.sql`
        select a.total as x, b.email as x, a.data as y, b.total as y, a.created_at as z, a.id as z
        from orders a, orders b ${where}`
      expect(mixed).toEqual([{ x: row.email, y: '2.50', z: A }])
      const backward = await db.sql`select a.email as x, b.total as x from orders a, orders b ${where}`
      expect(backward).toEqual([{ x: '2.50' }])
      await db.orders.delete(B)
    }),
  )

  it(
    'takes values by their columns, and counts what it changed',
    on(async (db) => {
      const total = sql.value(Orders, 'total', '7.25')
      const at = sql.value(Orders, 'createdAt', '2026-01-01T00:00:00+01:00')
      const changed = await db.sql.affected`
        update ${sql.table(Orders)}
        set ${sql.column(Orders, 'total')} = ${total}, ${sql.column(Orders, 'createdAt')} = ${at},
            ${sql.column(Orders, 'doc')} = ${sql.json([3])}
        where ${sql.ref(Orders, 'id')} = ${A}`
      expect(changed).toBe(1)
      const after = await db.orders.byId(A)
      expect(after).toMatchObject({ total: '7.25', createdAt: '2025-12-31T23:00:00.000Z', doc: [3] })
      const found = await db.sql`select id from orders where total = ${total} and created_at = ${at}`
      expect(found).toEqual([{ id: A }])
    }),
  )

  it(
    'expands lists, and an empty one has nothing in it',
    on(async (db) => {
      const ids = (list: readonly string[]): Promise<readonly unknown[]> =>
        db.sql`select id from orders where id in (${list})`
      expect(await ids([A, B])).toEqual([{ id: A }])
      expect(await ids([])).toEqual([])
      const none: string[] = []
      expect(await db.sql`select id from orders where id not in (${none})`).toEqual([{ id: A }])
      const numbers: number[] = []
      expect(
        await db.sql`select id from orders where count in (${numbers}) or not count in (${numbers})`,
      ).toEqual([{ id: A }])
      await expect(db.sql`select id from orders where id = ${[A]}`).rejects.toThrow(/in \(\$\{list\}\)/)
      await expect(db.sql`select coalesce(${none})`).rejects.toThrow(/an empty list stands where/)
    }),
  )

  it(
    'refuses a list that does not stand in parentheses alone or between commas',
    on(async (db) => {
      const list = [A, B]
      for (const wrong of [
        () => db.sql`select id from orders where id in ${list}`,
        () => db.sql`select id from orders where id in (lower(${A})${list})`,
        () => db.sql`select id from orders where id in (${list}${A})`,
        () => db.sql`select id from orders where id in (${list} or 1 = 1)`,
        () => db.sql`select id from orders where id in (${list}::uuid)`,
        () => db.sql`select id from orders where id in (${list}`,
        () => db.sql`select id from orders where id in (${sql`${list}`}`,
        () => db.sql`${list}`,
      ]) {
        await expect(wrong()).rejects.toBeInstanceOf(QueryError)
        await expect(wrong()).rejects.toThrow('a list stands in parentheses, as in `in (${list})`')
      }
      for (const right of [
        () => db.sql`select id from orders where id in ( ${list} , ${A})`,
        () => db.sql`select id from orders where id in (${A}, ${list})`,
        () => db.sql`select id from orders where id in (${sql`${list}`})`,
        () => db.sql`select id from orders where id in (${list}, ${list}) and count > ${0}`,
      ])
        expect(await right()).toEqual([{ id: A }])
    }),
  )

  it(
    'writes by a statement that begins like a read',
    on(async (db) => {
      const { system } = db['~internal'].session.dialect
      const from = sql`with old as (select * from orders where id = ${A})`
      const into = sql`insert into orders (id, email, count, total, is_paid, created_at, data)`
      const rows = sql`select ${sql.value(Orders, 'id', B)}, email, count, total, is_paid, created_at, data from old`
      const copy = system === 'mariadb' ? sql`${into} ${from} ${rows}` : sql`${from} ${into} ${rows}`
      expect(await db.sql.affected`${copy}`).toBe(1)
      expect(await db.orders.count()).toBe(2)
      const again = db.transaction(() => db.sql`${copy}`, { readOnly: true })
      await expect(again).rejects.toBeInstanceOf(TransactionError)
      await db.orders.delete(B)
    }),
  )

  it(
    'sends what is within values apart from the text',
    on(async (db) => {
      const found = await db.sql`
        select id -- it's a comment
        from orders where email = ${row.email} and email <> 'a ? $1 '' "' /* ${sql`?`} */`
      expect(found).toEqual([{ id: A }])
      await expect(db.sql`select id from orders where email = '${row.email}'`).rejects.toThrow(
        /within quotes/,
      )
    }),
  )

  it(
    'refuses names as values, with the way to write them',
    on(async (db) => {
      const name = 'orders'
      for (const wrong of [
        () => db.sql`select * from ${name}`,
        () => db.sql`select * from orders o join ${name} on 1 = 1`,
        () => db.sql`insert into ${name} (id) values (${A})`,
        () => db.sql`update ${name} set total = 1`,
        () => db.sql`delete from ${name}`,
      ])
        await expect(wrong()).rejects.toThrow(/sql\.table\(Orders\)/)
      for (const wrong of [
        () => db.sql`select * from orders order by ${name}`,
        () => db.sql`select * from orders order by id, ${name} desc`,
        () => db.sql`select count(*) from orders group by ${name}`,
        () => db.sql`update orders set ${name} = 1`,
        () => db.sql`select orders.${name} from orders`,
      ])
        await expect(wrong()).rejects.toThrow(/sql\.ref\(Orders/)
      expect(() => sql.table(name as never)).toThrow(/sql\.table and sql\.ref take/)
      expect(() => sql.ref(Orders, name as never)).toThrow(/does not have 'orders'\. (It has |Did you mean )/)
    }),
  )

  it(
    'takes values where they may be',
    on(async (db) => {
      const found = await db.sql`
        select nullif(id, ${A}) as other from orders
        where (select max(count) from orders) > ${1} order by nullif(email, ${'x'}), count + ${1} limit ${1}`
      expect(found).toEqual([{ other: null }])
      await expect(db.sql`select extract(year from ${'x'}), id is distinct from ${A}`).rejects.toBeInstanceOf(
        StatementError,
      )
    }),
  )

  it(
    'refuses statements that change the connection, with the way to do it',
    on(async (db) => {
      for (const [statement, remedy] of [
        [sql`BEGIN`, /db\.transaction/],
        [sql`/* a */ commit;`, /db\.transaction/],
        [sql`rollback to x`, /db\.transaction/],
        [sql`savepoint x`, /propagation: 'nested'/],
        [sql`Start Transaction`, /db\.transaction/],
        [sql`set session x = 1`, /options of the adapter/],
        [sql`set transaction isolation level serializable`, /options of db\.transaction/],
        [sql`use other`, /adapter of its own/],
        [sql`select 1; delete from orders`, /several statements/],
        [sql``, /empty/],
        [sql`listen news`, /connection of their own/],
        [sql`handler orders open`, /Write a select/],
        [sql`copy orders from stdin`, /insertMany/],
      ] as const)
        await expect(db.sql`${statement}`).rejects.toThrow(remedy)
      expect(await db.sql`select 1 as a;`).toEqual([{ a: 1 }])
    }),
  )

  it(
    'runs side by side in one transaction',
    on(async (db) => {
      const found = await db.transaction(() =>
        Promise.all(
          [1, 2, 3].map((one) => db.sql`select total, ${sql.value(Orders, 'count', one)} as one from orders`),
        ),
      )
      expect(found.map(([first]) => first?.['total'])).toEqual(['7.25', '7.25', '7.25'])
    }),
  )

  it(
    'fails its transaction where nobody awaits it',
    on(async (db) => {
      const within = db.transaction(() => {
        void db.sql`update orders set count = 6`
        return Promise.resolve()
      })
      await expect(within).rejects.toThrow(/sql .*was begun and not awaited/)
      expect(await db.sql`select count from orders`).toEqual([{ count: row.count }])
    }),
  )

  it(
    'is part of the transaction around',
    on(async (db) => {
      const refuse = new Error('no')
      const within = db.transaction(async () => {
        await db.sql`update orders set count = ${5}`
        expect(await db.sql`select count from orders`).toEqual([{ count: 5 }])
        throw refuse
      })
      await expect(within).rejects.toBe(refuse)
      expect(await db.sql`select count from orders`).toEqual([{ count: row.count }])
      await expect(db.sql`select nowhere from orders`).rejects.toBeInstanceOf(StatementError)
    }),
  )

  it(
    'refuses DDL within a transaction that it would commit',
    on(async (db) => {
      const outcome = await db
        .transaction(() => db.sql`create table others (id integer)`)
        .then(
          () => 'made',
          (error: unknown) => (error instanceof TransactionError ? 'refused' : error),
        )
      expect(outcome).toBe(db['~internal'].session.dialect.has.transactionalDdl ? 'made' : 'refused')
    }),
  )

  it(
    'refuses what would commit the transaction around, as DDL is not all of it',
    on(async (db) => {
      const { transactionalDdl } = db['~internal'].session.dialect.has
      const statements = transactionalDdl
        ? []
        : [
            sql`check table orders`,
            sql`analyze table orders`,
            sql`cache index orders in x`,
            sql`flush tables`,
          ]
      for (const statement of statements)
        await expect(db.transaction(() => db.sql`${statement}`)).rejects.toBeInstanceOf(TransactionError)
      expect(await db.transaction(() => db.sql`select 1 as a`)).toEqual([{ a: 1 }])
    }),
  )

  it(
    'lets nothing by that sets or keeps what it cannot see, in the words of one system',
    on(async (db) => {
      const refused = {
        sqlite: [
          sql`pragma foreign_keys(0)`,
          sql`pragma main.foreign_keys = off`,
          sql`pragma "foreign_keys"(0)`,
        ],
        postgresql: [sql`do $$ begin null; end $$`, sql`copy (select 1) to stdout`],
        mariadb: [sql`handler orders open`],
        mysql: [],
      }
      for (const statement of refused[db['~internal'].session.dialect.system])
        await expect(db.sql`${statement}`).rejects.toThrow(/is refused/)
      if (db['~internal'].session.dialect.system === 'sqlite') await db.sql`pragma table_info(orders)`
    }),
  )

  it(
    'refuses what is no value',
    on(async (db) => {
      for (const value of [undefined, { a: 1 }, new Date(), [[1]], Number.NaN, () => 1] as never[])
        await expect(db.sql`select ${value}`).rejects.toBeInstanceOf(QueryError)
      await expect(db.sql`select id from orders where email = ${'a\0'}`).rejects.toMatchObject({
        status: 400,
      })
    }),
  )
})
