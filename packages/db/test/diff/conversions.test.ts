// What becomes of values when a column becomes another: the same on every system, and back.
import type { SetupError } from '@keelson/core'
import { describe, expect, it, type TestContext } from 'vitest'
import type { Adapter } from '../../src/adapter/index.ts'
import type { Draft } from '../../src/diff/index.ts'
import { ScratchConnection } from '../../src/diff/scratch-connection.ts'
import {
  bigint,
  boolean,
  date,
  decimal,
  defineTables,
  integer,
  openDatabase,
  table,
  text,
  timestamp,
  uuid,
  type AnyColumn,
  type AnyTables,
} from '../../src/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { ALL_SYSTEMS, type MadeDatabase } from '../systems.ts'
import { draftAfter } from './draft-after.ts'

const SYSTEMS = ALL_SYSTEMS.filter(
  ([name]) => name === 'SQLite' || name === 'PostgreSQL' || name === 'MariaDB',
)

type Columns = Readonly<Record<string, AnyColumn>>
type Row = Readonly<Record<string, unknown>>

/** A table for each case, whose columns may be null. */
function tablesOf(cases: readonly Columns[]): AnyTables {
  return defineTables(
    Object.fromEntries(
      cases.map((columns, at) => [
        nameOf(at),
        table(nameOf(at), { id: integer().primary(), ...mapped(columns, nullable) } as never),
      ]),
    ) as never,
  )
}

function nameOf(at: number): string {
  return `case${at}`
}

function nullable(column: AnyColumn): AnyColumn {
  return (column as AnyColumn & { nullable(): AnyColumn }).nullable()
}

/** The second row, of nulls. */
function nullRow(columns: Columns): Row {
  return { ...mapped(columns, () => null), id: 2 }
}

function mapped<T>(columns: Columns, to: (column: AnyColumn) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, to(column)]))
}

async function run(adapter: Adapter, texts: readonly string[]): Promise<void> {
  await using connection = await ScratchConnection.open(adapter)
  await connection.run(texts)
}

interface Repository {
  insert(row: Row): Promise<unknown>
  find(): Promise<Row[]>
}

async function withTables<T>(
  adapter: Adapter,
  tables: AnyTables,
  work: (at: (index: number) => Repository) => Promise<T>,
): Promise<T> {
  await using db = await openDatabase(adapter, tables)
  const repositories = db as unknown as Readonly<Record<string, Repository>>
  return await work((index) => repositories[nameOf(index)]!)
}

interface Case {
  readonly before: Columns
  readonly now: Columns
  readonly row: Row
}

/** Makes the tables of before, each with its row and one of nulls; returns the draft that makes those of now. */
async function changed(adapter: Adapter, cases: readonly Case[]): Promise<Draft> {
  const old = tablesOf(cases.map(({ before }) => before))
  const first = (await draftAfter(adapter, [], old))!
  await run(adapter, first.up)
  await withTables(adapter, old, async (at) => {
    for (const [index, { before, row }] of cases.entries()) {
      await at(index).insert({ id: 1, ...row })
      await at(index).insert(nullRow(before))
    }
  })
  return (await draftAfter(adapter, first.up, tablesOf(cases.map(({ now }) => now))))!
}

/** The rows of all tables, by the names of the cases. */
function rowsOf(
  adapter: Adapter,
  columns: readonly Columns[],
  names: readonly string[],
): Promise<Record<string, readonly Row[]>> {
  return withTables(adapter, tablesOf(columns), async (at) => {
    const rows = await Promise.all(columns.map((_, index) => at(index).find()))
    return Object.fromEntries(names.map((name, index) => [name, rows[index]!]))
  })
}

/** Columns before and after, and what a row has in them. */
const KEPT: readonly (readonly [
  name: string,
  before: Columns,
  now: Columns,
  row: Row,
  after: Row,
  back?: Row,
])[] = [
  [
    'a decimal whose name ends that of another, while that changes its places',
    { tax: decimal(10, 2), netTax: decimal(10, 3) },
    { netTax: decimal(10, 3), tax: decimal(10, 4) },
    { tax: '12.50', netTax: '12.500' },
    { tax: '12.5000', netTax: '12.500' },
  ],
  [
    'a decimal that is only made anew with its table',
    { tax: decimal(10, 2), netTax: decimal(10, 3) },
    { netTax: decimal(10, 3), tax: decimal(10, 2, { minimum: 0 }) },
    { tax: '12.50', netTax: '12.500' },
    { tax: '12.50', netTax: '12.500' },
  ],
  [
    'a decimal behind another with the end of its name',
    { subtotal: decimal(10, 2), total: decimal(10, 2) },
    { subtotal: decimal(10, 2), total: decimal(10, 4) },
    { subtotal: '12.50', total: '12.50' },
    { subtotal: '12.50', total: '12.5000' },
  ],
  [
    'a decimal beside another that loses places',
    { subtotal: decimal(10, 4), total: decimal(10, 2) },
    { subtotal: decimal(10, 2), total: decimal(10, 2) },
    { subtotal: '12.5000', total: '12.50' },
    { subtotal: '12.50', total: '12.50' },
  ],
  ['an integer as a decimal', { n: integer() }, { n: decimal(10, 2) }, { n: -5 }, { n: '-5.00' }],
  [
    'a renamed integer as a decimal',
    { n: integer() },
    { price: decimal(10, 2).was('n') },
    { n: 5 },
    { price: '5.00' },
  ],
  ['a bigint as a decimal', { n: bigint() }, { n: decimal(10, 1) }, { n: '7' }, { n: '7.0' }],
  ['a decimal as an integer', { n: decimal(8, 2) }, { n: integer() }, { n: '12.00' }, { n: 12 }],
  ['a decimal as a bigint', { n: decimal(8, 2) }, { n: bigint() }, { n: '-12.00' }, { n: '-12' }],
  ['an integer as a bigint', { n: integer() }, { n: bigint() }, { n: 12 }, { n: '12' }],
  [
    'a flag as an integer',
    { n: boolean().default(true) },
    { n: integer().default(1) },
    { n: true },
    { n: 1 },
  ],
  ['an integer as a flag', { n: integer() }, { n: boolean() }, { n: 0 }, { n: false }],
  ['a flag as a decimal', { n: boolean() }, { n: decimal(8, 2) }, { n: true }, { n: '1.00' }],
  [
    'a text as a decimal',
    { n: text({ maxLength: 12 }) },
    { n: decimal(10, 2) },
    { n: '12.5' },
    { n: '12.50' },
    { n: '12.50' },
  ],
  [
    'a text of whole digits as a decimal',
    { n: text({ maxLength: 12 }) },
    { n: decimal(10, 2) },
    { n: '-12' },
    { n: '-12.00' },
    { n: '-12.00' },
  ],
  [
    'a decimal as a text',
    { n: decimal(18, 2) },
    { n: text({ maxLength: 30 }) },
    { n: '-1234567890123456.05' },
    { n: '-1234567890123456.05' },
  ],
  [
    'a small decimal as a text',
    { n: decimal(8, 2) },
    { n: text({ maxLength: 12 }) },
    { n: '-0.05' },
    { n: '-0.05' },
  ],
  ['a text as an integer', { n: text({ maxLength: 12 }) }, { n: integer() }, { n: '-12' }, { n: -12 }],
  ['an integer as a text', { n: integer() }, { n: text({ maxLength: 12 }) }, { n: -12 }, { n: '-12' }],
  [
    'a day as an instant',
    { n: date() },
    { n: timestamp() },
    { n: '2026-02-03' },
    { n: '2026-02-03T00:00:00.000Z' },
  ],
  [
    'an instant as a day',
    { n: timestamp() },
    { n: date() },
    { n: '2026-02-03T00:00:00.000Z' },
    { n: '2026-02-03' },
  ],
  [
    'a day as a text',
    { n: date() },
    { n: text({ maxLength: 20 }) },
    { n: '2026-02-03' },
    { n: '2026-02-03' },
  ],
  [
    'a text as a day',
    { n: text({ maxLength: 20 }) },
    { n: date() },
    { n: '2026-02-03' },
    { n: '2026-02-03' },
  ],
  [
    'a text as a uuid',
    { n: text({ maxLength: 36 }) },
    { n: uuid() },
    { n: '0190b1f5-0000-7000-8000-000000000000' },
    { n: '0190b1f5-0000-7000-8000-000000000000' },
  ],
]

/** What has no place in the column that is wanted, and what the error says. */
const STOPPED: readonly (readonly [name: string, before: Columns, now: Columns, row: Row, said: RegExp])[] = [
  [
    'fewer places',
    { n: decimal(10, 4) },
    { n: decimal(10, 2) },
    { n: '12.3456' },
    /lose digits|keeps_its_digits/,
  ],
  ['no places', { n: decimal(10, 2) }, { n: integer() }, { n: '12.50' }, /lose digits|keeps_its_digits/],
  [
    'a number that is not a flag',
    { n: integer() },
    { n: boolean() },
    { n: 2 },
    /neither 0 nor 1|n_is_0_or_1/,
  ],
  [
    'a text with more places',
    { n: text({ maxLength: 12 }) },
    { n: decimal(10, 2) },
    { n: '12.345' },
    /is not a number|n_is_a_number/,
  ],
  [
    'a text that is not a number',
    { n: text({ maxLength: 12 }) },
    { n: decimal(10, 2) },
    { n: 'twelve' },
    /is not a number|n_is_a_number|invalid input syntax for type numeric/,
  ],
  [
    'a text that is not an integer',
    { n: text({ maxLength: 12 }) },
    { n: integer() },
    { n: '12.5' },
    /is not a number|n_is_a_number|invalid input syntax for type integer/,
  ],
  [
    'an instant that is not a day',
    { n: timestamp() },
    { n: date() },
    { n: '2026-02-03T04:05:06.000Z' },
    /lose its time|n_keeps_its_time/,
  ],
  [
    'a text with a time that is to be a day',
    { n: text({ maxLength: 30 }) },
    { n: date() },
    { n: '2026-02-03 04:05:06' },
    /is not a date|n_is_a_date|CHECK/,
  ],
  [
    'a text that is not a uuid',
    { n: text({ maxLength: 36 }) },
    { n: uuid() },
    { n: 'x'.repeat(36) },
    /uuid|CHECK/,
  ],
]

const REFUSED: readonly (readonly [before: Columns, now: Columns])[] = [
  [{ n: boolean() }, { n: text({ maxLength: 5 }) }],
  [{ n: text({ maxLength: 30 }) }, { n: timestamp() }],
  [{ n: date() }, { n: integer() }],
]

describe.each(SYSTEMS)('a column that becomes another on %s', { timeout: 120_000 }, (_, make) => {
  const on =
    (work: (database: MadeDatabase) => Promise<void>) =>
    async (context: TestContext): Promise<void> => {
      const database = await make()
      if (database === undefined) return context.skip('the server is not at hand')
      try {
        await work(database)
      } finally {
        await database.drop()
      }
    }

  it(
    'keeps its values, and gives them back',
    on(async ({ adapter }) => {
      const cases = KEPT.map(([name, before, now, row, after, back = row]) => ({
        name,
        before,
        now,
        row,
        after: [{ id: 1, ...after }, nullRow(now)],
        back: [{ id: 1, ...back }, nullRow(before)],
      }))
      const names = cases.map(({ name }) => name)
      const { up, down } = await changed(adapter, cases)
      await run(adapter, up)
      const after = await rowsOf(
        adapter,
        cases.map(({ now }) => now),
        names,
      )
      expect(after).toEqual(Object.fromEntries(cases.map((one) => [one.name, one.after])))
      await run(adapter, down)
      const back = await rowsOf(
        adapter,
        cases.map(({ before }) => before),
        names,
      )
      expect(back).toEqual(Object.fromEntries(cases.map((one) => [one.name, one.back])))
    }),
  )

  it(
    'is stopped by a value that has no place there',
    on(async ({ adapter }) => {
      const cases = STOPPED.map(([, before, now, row]) => ({ before, now, row }))
      const { up } = await changed(adapter, cases)
      for (const [at, [, , , , said]] of STOPPED.entries()) {
        const own = up.filter((text) => new RegExp(`\\b${nameOf(at)}(?:_keelson_new)?\\b`).test(text))
        await expect(run(adapter, own)).rejects.toThrow(said)
      }
    }),
  )

  it(
    'is not drafted where its values mean nothing there',
    on(async ({ adapter }) => {
      const first = await draftAfter(adapter, [], tablesOf(REFUSED.map(([before]) => before)))
      const refused = await draftAfter(adapter, first!.up, tablesOf(REFUSED.map(([, now]) => now))).then(
        () => [],
        (error: unknown) => (error as SetupError).problems,
      )
      expect(refused.map(({ place, message }) => `${place}: ${message}`)).toEqual([
        'case0.n: It is boolean and is to be text, and what becomes of its values is not known.',
        'case1.n: It is text and is to be timestamp, and what becomes of its values is not known.',
        'case2.n: It is date and is to be integer, and what becomes of its values is not known.',
      ])
    }),
  )
})

it('takes the places of a decimal from a CHECK that was written by hand, and not from that of another column', async () => {
  const adapter = sqlite(':memory:')
  const made = `create table items (id integer not null primary key check (id between -2147483648 and 2147483647),
    net_total integer not null check (net_total / 1000 between 0 and 500),
    total integer not null check (0 <= total and total / 100 between 0 and 500)) strict`
  const wanted = defineTables({
    items: table('items', { id: integer().primary(), netTotal: decimal(10, 3), total: decimal(10, 4) }),
  })
  const { up } = (await draftAfter(adapter, [made], wanted))!
  expect(up.find((text) => text.startsWith('insert'))).toContain(
    'select "id", "net_total", "total" * 100 from',
  )
})

it('takes no places from a CHECK of a number that stays whole', async () => {
  const adapter = sqlite(':memory:')
  const columns = (longer: boolean) => ({
    id: integer().primary(),
    cents: integer(),
    note: text({ maxLength: longer ? 9 : 8 }),
  })
  const tables = (longer: boolean) =>
    defineTables({
      bills: table('bills', columns(longer), { checks: { whole: '"cents" / 100 between 0 and 500' } }),
    })
  const first = (await draftAfter(adapter, [], tables(false)))!
  const { up } = (await draftAfter(adapter, first.up, tables(true)))!
  expect(up.find((text) => text.startsWith('insert'))).toContain('select "id", "cents", "note" from')
})
