import { describe, expect, it } from 'vitest'
import { bigint, defineTables, integer, QueryError, sql, table } from '../src/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { ALL_SYSTEMS } from './systems.ts'

const Orders = table('orders', {
  id: integer().primary(),
  pieces: integer(),
  many: integer({ bits: 53 }),
  big: bigint(),
})
/** No column of it is read otherwise than its driver gives it, on PostgreSQL. */
const Marks = table('marks', { id: integer().primary() })
const tables = defineTables({ orders: Orders })
const plainTables = defineTables({ marks: Marks })
const BIG = '9007199254740993'

describe.each(ALL_SYSTEMS)('whole numbers of db.sql on %s', (name, make) => {
  const on = openingDatabase(make, tables)

  it(
    'are numbers where they are counts, and where sql.as says a column of integers',
    on(async (db) => {
      await db.orders.insertMany([
        { id: 1, pieces: 2, many: 3, big: '4' },
        { id: 2, pieces: 3, many: 4, big: BIG },
      ])
      const [counted] = await db.sql<{ n: number; same: number; none: null }>`
        select count(*) as n, count(distinct pieces) + 1 as same, nullif(count(*), ${2}) as none from orders`
      expect(counted).toEqual({ n: 2, same: 3, none: null })
      const [sums] = await db.sql`
        select sum(pieces) ${sql.as(Orders, 'pieces')}, sum(many) ${sql.as(Orders, 'many')} from orders`
      expect(sums).toEqual({ pieces: 5, many: 7 })
      const rows = await db.sql`select big, count(*) as n from orders group by big order by n, big`
      expect(rows).toHaveLength(2)
      expect(rows).toContainEqual({ big: BIG, n: 1 })
    }),
  )

  it(
    'that a number does not hold are refused, or text where sql.as says a bigint',
    on(async (db) => {
      const most = await db.sql`select max(big) + 0 as most from orders`.catch((error: unknown) =>
        error instanceof QueryError ? error.message : error,
      )
      // SQLite does not tell the types of expressions.
      expect(most).toEqual(
        /sqlite/i.test(name)
          ? [{ most: BIG }]
          : "sql: 'most' is beyond the integers that a number holds. Cast it to text, or write ${sql.as(Table, 'property', 'most')} behind it where it has the values of a bigint column.",
      )
      expect(await db.sql`select max(big) ${sql.as(Orders, 'big', 'most')} from orders`).toEqual([
        { most: BIG },
      ])
      const integers = db.sql`select max(big) ${sql.as(Orders, 'many')} from orders`
      await expect(integers).rejects.toBeInstanceOf(QueryError)
    }),
  )
})

describe.each(ALL_SYSTEMS)('whole numbers of db.sql over plain tables on %s', (_name, make) => {
  const on = openingDatabase(make, plainTables)

  it(
    'are numbers',
    on(async (db) => {
      expect(await db.sql`select count(*) as n from marks`).toEqual([{ n: 0 }])
    }),
  )
})
