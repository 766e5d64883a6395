// Instants of other programs: without a zone, and with more than milliseconds.
import { conditionsOn } from '@keelson/core/conditions'
import { sql as fragment } from 'kysely'
import { describe, expect, it, type TestContext } from 'vitest'
import { ScratchConnection } from '../../src/diff/index.ts'
import { createTables, defineTables, integer, openDatabase, table, timestamp } from '../../src/index.ts'
import { pull } from '../../src/pull/index.ts'
import { SYSTEMS } from '../migrate/migration-folder.ts'
import type { MadeDatabase } from '../systems.ts'

const ZONED = `do $$ begin execute format('alter database %I set timezone to ''Asia/Tokyo''', current_database()); end $$`

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  PostgreSQL: [
    'create table visits (id integer primary key, at timestamp(6) not null, made timestamp not null default now(), ended timestamp(3), zoned timestamptz not null)',
    ZONED,
  ],
  MariaDB: [
    'create table visits (id int primary key, at datetime(6) not null, made datetime(6) not null, ended datetime(3), zoned timestamp(6) not null)',
  ],
}

const OWN: Readonly<Record<string, readonly [at: string, zoned: string]>> = {
  PostgreSQL: ['timestamp(6) without time zone', 'timestamp with time zone'],
  MariaDB: ['datetime(6)', 'timestamp(6)'],
}

const tablesOn = (name: string) => {
  const [at = '', zoned = ''] = OWN[name] ?? []
  const Visits = table('visits', {
    id: integer().primary(),
    at: timestamp().sqlType(at),
    made: timestamp({ as: Date }).now().sqlType(at),
    ended: timestamp()
      .nullable()
      .sqlType(name === 'PostgreSQL' ? 'timestamp(3)' : 'datetime(3)'),
    zoned: timestamp().sqlType(zoned),
  })
  return defineTables({ visits: Visits })
}

const AT = '2026-11-29T22:13:33.123Z'
const LATER = '2026-11-29T22:13:33.124Z'
/** What others wrote: microseconds, in no order of the keys. */
const FOREIGN = ['.123456', '.123000', '.123999', '.124000', '.122999', '.123001', '.124001']

const onServers = SYSTEMS.filter(([name]) => name in TEXTS)

describe.each(onServers)('an instant without a zone, on %s', (name, make) => {
  const on =
    (work: (made: MadeDatabase) => Promise<void>) =>
    async (context: TestContext): Promise<void> => {
      const made = await make()
      if (made === undefined) return context.skip('the server is not at hand')
      await using _dropped = { [Symbol.asyncDispose]: () => made.drop() }
      await using connection = await ScratchConnection.open(made.adapter)
      await connection.run(TEXTS[name] ?? [])
      const rows = FOREIGN.map((fraction, id) => {
        const at = `'2026-11-29 22:13:33${fraction}'`
        return `(${id}, ${at}, ${at}, ${at.slice(0, 24)}', ${at.slice(0, -1)}${name === 'PostgreSQL' ? '+00' : ''}')`
      })
      await connection.run([`insert into visits (id, at, made, ended, zoned) values ${rows.join(', ')}`])
      await work(made)
    }

  it(
    'is pulled, and said to be in UTC',
    on(async ({ adapter }) => {
      const { source, left } = await pull(adapter, () => false)
      expect(left).toEqual([])
      expect(source).toContain(
        `// ${OWN[name]?.[0]} has no time zone: read and written as UTC\n  at: timestamp()`,
      )
      expect(source).not.toContain('with time zone has no')
    }),
  )

  it(
    'is RFC 3339 in UTC in rows, whatever the zone of the database',
    on(async ({ adapter }) => {
      const tables = tablesOn(name)
      await using db = await openDatabase(adapter, tables)
      const visit = conditionsOn(tables.visits.columns)
      const row = { id: 9, at: AT, ended: LATER, zoned: AT }
      const { made, ...written } = await db.visits.insert(row)
      expect(written).toEqual(row)
      expect(await db.visits.byId(9)).toEqual({ ...row, made })
      expect(await db.kysely.selectFrom('visits').selectAll().where('at', '=', AT).execute()).toContainEqual({
        ...row,
        made,
      })
      expect(await db.sql`select at, zoned, ended from visits where id = 9`).toEqual([
        { at: AT, zoned: AT, ended: LATER },
      ])
      const day = name === 'PostgreSQL' ? `to_char(at, 'DD HH24:MI')` : `date_format(at, '%d %H:%i')`
      const texts = await db.kysely
        .selectFrom('visits')
        .select([fragment<string>`${fragment.raw(day)}`.as('day'), (eb) => eb.fn.max('at').as('last')])
        .where('id', '=', 9)
        .groupBy('at')
        .execute()
      expect(texts).toEqual([{ day: '29 22:13', last: AT }])
      expect(await db.visits.byId(0)).toMatchObject({ at: AT, made: new Date(AT), ended: AT, zoned: AT })
      await db.visits.insertMany([
        { id: 10, at: AT, ended: null, zoned: AT },
        { id: 11, at: LATER, ended: AT, zoned: AT },
      ])
      expect(await db.visits.find({ where: visit.id.above(9), orderBy: { id: 'asc' } })).toMatchObject([
        { at: AT, ended: null, zoned: AT },
        { at: LATER, ended: AT, zoned: AT },
      ])
    }),
  )

  it(
    'is compared as it is read',
    on(async ({ adapter }) => {
      const tables = tablesOn(name)
      await using db = await openDatabase(adapter, tables)
      const visit = conditionsOn(tables.visits.columns)
      const all = await db.visits.find()
      for (const property of ['at', 'zoned', 'ended'] as const) {
        const counted = async (
          op: 'is' | 'isNot' | 'below' | 'atMost' | 'above' | 'atLeast',
          holds: (at: string) => boolean,
        ): Promise<void> => {
          const found = await db.visits.find({ where: visit[property][op](AT) })
          const expected = all.filter((row) => holds(row[property] as string)).map(({ id }) => id)
          expect([property, op, found.map(({ id }) => id).toSorted((a, b) => a - b)]).toEqual([
            property,
            op,
            expected,
          ])
        }
        await counted('is', (at) => at === AT)
        await counted('isNot', (at) => at !== AT)
        await counted('below', (at) => at < AT)
        await counted('atMost', (at) => at <= AT)
        await counted('above', (at) => at > AT)
        await counted('atLeast', (at) => at >= AT)
        const listed = await db.visits.find({ where: visit[property].isIn([AT, LATER]) })
        expect(listed).toHaveLength(6)
      }
      expect(await db.visits.count(visit.at.is(visit.ended))).toBe(FOREIGN.length)
      const [first] = all
      if (first !== undefined) await db.visits.update(first, { ended: LATER })
      expect(await db.visits.byId(0)).toMatchObject({ at: AT, ended: LATER })
    }),
  )

  it.for(['asc', 'desc'] as const)(
    'orders pages so that none loses or repeats a row: %s',
    (direction, context) =>
      on(async ({ adapter }) => {
        await using db = await openDatabase(adapter, tablesOn(name))
        for (const property of ['at', 'zoned'] as const) {
          const rows: { readonly id: number; readonly at: string }[] = []
          let after: string | undefined
          do {
            const page = await db.visits.page({ limit: 2, after }, { orderBy: { [property]: direction } })
            rows.push(...page.items)
            after = page.next
          } while (after !== undefined && rows.length <= FOREIGN.length)
          expect(rows.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(FOREIGN.map((_, id) => id))
          const instants = rows.map(({ at }) => at)
          expect(direction === 'asc' ? instants : instants.toReversed()).toEqual(instants.toSorted())
        }
      })(context),
  )

  it(
    'is no column of a table that does not say its type, where it would come as another text',
    on(async ({ adapter }) => {
      const Visits = table('visits', {
        id: integer().primary(),
        at: timestamp(),
        made: timestamp(),
        ended: timestamp().nullable(),
        zoned: timestamp(),
      })
      await using db = await openDatabase(adapter, defineTables({ visits: Visits }))
      const told = await createTables(db).then(
        () => 'made',
        (error: Error) => error.message,
      )
      expect(told).toContain(
        name === 'MariaDB'
          ? 'made'
          : "has the column at as timestamp(6) without time zone, from which no timestamp is read without .sqlType('timestamp(6)",
      )
    }),
  )
})
