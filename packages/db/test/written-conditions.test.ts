import { all, any, conditionsOn, not, UNKNOWN, type Condition } from '@keelson/core/conditions'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defineTables, integer, sql, table, text, timestamp, type QueryParameters } from '../src/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { COMPARISONS, conditions, fill, judged, tables as thingTables, Things } from './repository/things.ts'
import { ALL_SYSTEMS, SYSTEMS } from './systems.ts'

const RUNS = 100

describe.each(SYSTEMS)('a condition in statements that others wrote on %s', (_system, make) => {
  const on = openingDatabase(make, thingTables)

  it(
    'selects the rows for which it holds, by sql.where and db.where',
    on(async (db) => {
      await fill(db)
      const found = async (one: Condition): Promise<readonly number[][]> => {
        const visible = one as Condition<typeof Things.columns>
        // Another source has all of the columns, too; this one is named as what stood in the SQL of `contains`.
        const alias = 'elements'
        const texts = await db.sql<{ at: number }>`
          select elements.at from things other join things elements on elements.at = other.at
          where ${sql.where(Things, visible, { alias })} order by elements.at`
        const built = await db.kysely
          .selectFrom('things as other')
          .innerJoin('things', 'things.at', 'other.at')
          .select('things.at')
          .where(db.where(Things, visible))
          .orderBy('things.at')
          .execute()
        return [texts, built].map((rows) => rows.map(({ at }) => at))
      }
      const property = fc.asyncProperty(conditions, async (one) => {
        const held = judged(one)
        expect(await found(one)).toEqual([held, held])
      })
      await fc.assert(property, { numRuns: RUNS })
      const wrong: unknown[] = []
      for (const one of COMPARISONS) {
        const held = String(judged(one))
        const [texts, built] = await found(one)
        if (String(texts) !== held || String(built) !== held) wrong.push({ one, held, texts, built })
      }
      expect(wrong).toEqual([])
    }),
    60_000,
  )
})

const Orders = table(
  'an "odd` ?$1 order',
  {
    id: integer().primary(),
    status: text({ maxLength: 6 }).nullable(),
    customerId: integer().nullable(),
    sentAt: timestamp().nullable(),
    deletedAt: timestamp().nullable().hidden(),
  },
  { softDelete: 'deletedAt' },
)
const tables = defineTables({ orders: Orders })
const { id, status, customerId } = conditionsOn(Orders.columns)

describe.each(ALL_SYSTEMS)('sql.where and db.where on %s', (_system, make) => {
  const on = openingDatabase(make, tables)

  it(
    'take what a where of a repository takes, beside other conditions',
    on(async (db) => {
      const sentAt = '2026-11-29T12:00:00.001Z'
      await db.orders.insertMany([
        { id: 1, status: 'open', customerId: 7, sentAt },
        { id: 2, status: 'a%_', customerId: 7, sentAt: null },
        { id: 3, status: null, customerId: 8, sentAt },
        { id: 4, status: 'closed', customerId: null, sentAt: null },
      ])
      const ids = async (where: Parameters<typeof db.orders.count>[0] & object): Promise<string> => {
        const written = await db.sql<{ id: number }>`
          select ${sql.ref(Orders, 'id')} as id from ${sql.table(Orders)} where ${0} < 1 and ${sql.where(Orders, where)} and ${1} = 1 order by 1`
        const aliased = await db.kysely
          .selectFrom('orders as o')
          .select('o.id')
          .where(({ eb, not: no }) =>
            eb.and([eb('o.id', '<', 9), no(no(db.where(Orders, where, { alias: 'o' })))]),
          )
          .where('o.id', 'in', [1, 2, 3, 4])
          .orderBy('o.id')
          .execute()
        const found = [written, aliased].map((rows) => rows.map((row) => row.id).join())
        const own = await db.orders.find({ where, orderBy: { id: 'asc' } })
        expect(found).toEqual([own, own].map((rows) => rows.map((row) => row.id).join()))
        return String(found[0])
      }
      expect(await ids({ status: 'open' })).toBe('1')
      expect(await ids({ status: null })).toBe('3')
      expect(await ids({ sentAt: '2026-11-29T13:00:00.001+01:00' })).toBe('1,3')
      expect(await ids([{ customerId: 7 }, id.above(1)])).toBe('2')
      expect(await ids({})).toBe('1,2,3,4')
      expect(await ids(all())).toBe('1,2,3,4')
      expect(await ids(any())).toBe('')
      expect(await ids(any(id.is(1), customerId.is(8)))).toBe('1,3')
      // Neither it nor its `not` holds for null.
      expect(await ids(not(status.is('open')))).toBe('2,4')
      expect(await ids(not(customerId.is(7)))).toBe('3')
      expect(await ids(id.isIn([]))).toBe('')
      expect(await ids(not(id.isIn([])))).toBe('1,2,3,4')
      expect(await ids(id.isIn(Array.from({ length: 5000 }, (_, at) => at + 3)))).toBe('3,4')
      expect(await ids(status.startsWith('a%'))).toBe('2')
      expect(await ids(status.startsWith('_'))).toBe('')
      expect(await ids(any(UNKNOWN, id.is(2)))).toBe('2')
      expect(await ids(not(UNKNOWN))).toBe('')
    }),
  )

  it(
    'hold a condition to the kind of a column, and equalities to its limits',
    on(async (db) => {
      const long = 'longer than the column takes'
      const by = (where: Parameters<typeof db.orders.count>[0] & object) =>
        db.kysely.selectFrom('orders').select('id').where(db.where(Orders, where)).execute()
      expect(await by(status.is(long))).toEqual([])
      expect(await by(status.isNot(long))).toHaveLength(3)
      expect(await by(status.isIn([long, 'open']))).toEqual([{ id: 1 }])
      expect(await by(id.below(2 ** 40))).toHaveLength(4)
      expect(() => db.where(Orders, { status: long })).toThrow(
        expect.objectContaining({ code: 'ERR_DB_VALUE', status: 400 }),
      )
      expect(() => sql.where(Orders, { status: long })).toThrow(
        expect.objectContaining({ code: 'ERR_DB_VALUE', status: 400 }),
      )
    }),
  )

  it(
    'stand in changes and in subqueries, and not in prepared queries',
    on(async (db) => {
      const changed = await db.kysely
        .updateTable('orders')
        .set({ status: 'sent' })
        .where(db.where(Orders, [{ customerId: 7 }, status.is('open')]))
        .executeTakeFirst()
      expect(changed.numUpdatedRows).toBe(1n)
      const removed = await db.sql
        .affected`delete from ${sql.table(Orders)} where ${sql.where(Orders, id.is(4))}`
      expect(removed).toBe(1)
      const sent = await db.kysely
        .selectFrom('orders as o')
        .select('o.id')
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('orders as own')
              .select('own.id')
              .whereRef('own.id', '=', 'o.id')
              .where(db.where(Orders, status.isIn(['sent', 'a%_']), { alias: 'own' })),
          ),
        )
        .orderBy('o.id')
        .execute()
      expect(sent).toEqual([{ id: 1 }, { id: 2 }])
      // It would be that of the first caller for all who come later.
      const kept = db.prepare((kysely, param: QueryParameters<{ least: number }>) =>
        kysely
          .selectFrom('orders')
          .select('id')
          .where('id', '>=', param('least'))
          .where(db.where(Orders, status.is('sent'))),
      )
      await expect(kept({ least: 1 })).rejects.toThrow(/db\.where stands in a query that is prepared/)
      expect(
        await db.kysely
          .selectFrom('orders')
          .select('id')
          .where(db.where(Orders, id.is(1)))
          .execute(),
      ).toEqual([{ id: 1 }])
    }),
  )

  it(
    'find rows that were deleted softly, too',
    on(async (db) => {
      await db.orders.delete(2)
      const found = await db.kysely.selectFrom('orders').select('id').where(db.where(Orders, all())).execute()
      expect(found).toHaveLength(3)
      expect(await db.orders.count()).toBe(2)
    }),
  )

  it(
    'refuse what is not a where, a table or an option',
    on(async (db) => {
      for (const where of [sql.where, db.where] as ((...args: readonly unknown[]) => unknown)[]) {
        expect(() => where(Orders, undefined)).toThrow(/A where takes equalities, .* not undefined/)
        expect(() => where(Orders, true)).toThrow(/For every record write all\(\)/)
        expect(() => where(Orders, { status: undefined })).toThrow(/'status' is undefined/)
        expect(() => where(Orders, { customer: {} })).toThrow(/names 'customer'/)
        expect(() => where('orders', all())).toThrow(/take a table as table\(…\) makes it/)
        expect(() => where(Orders, all(), { alais: 'o' })).toThrow(/alais/)
        expect(() => where(Orders, all(), { alias: '' })).toThrow(/alias/)
      }
      const other = conditionsOn({ nowhere: { kind: 'text' } }).nowhere.is('a') as never
      expect(() => db.where(Orders, other)).toThrow(/names 'nowhere', which the table/)
      await expect(db.sql`select 1 where ${sql.where(Orders, other)}`).rejects.toThrow(/names 'nowhere'/)
      await expect(db.sql`select ${[1]}${sql.where(Orders, all())}`).rejects.toThrow(/parentheses/)
    }),
  )
})
