import { t } from '@keelson/core'
import { systemClock } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import {
  bigint,
  boolean,
  bytes,
  createTables,
  date,
  decimal,
  defineTables,
  integer,
  json,
  oneOf,
  openDatabase,
  table,
  text,
  timestamp,
  UniqueViolationError,
  uuid,
} from '../../src/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { factsOf } from '../../src/table/index.ts'
import { ALL_SYSTEMS } from '../systems.ts'
import { opening } from './opening.ts'

const Kinds = table('kinds', {
  id: integer().primary(),
  note: text().nullable(),
  mood: oneOf('so, so', '"good"', 'NULL').nullable(),
  big: bigint().nullable(),
  total: decimal(12, 2).nullable(),
  isOpen: boolean().nullable(),
  at: timestamp().nullable(),
  day: date().nullable(),
  key: uuid().nullable(),
  extra: json(t.Unknown()).nullable(),
})
const Files = table('files', { id: integer().primary(), data: bytes().nullable() })
/** A type of PostgreSQL is called so, too. */
const Paths = table('path', { id: integer().primary(), code: text({ maxLength: 20 }).unique() })
const tables = defineTables({ kinds: Kinds, files: Files, paths: Paths })

const TEXTS = [
  '',
  ' ',
  'NULL',
  'null',
  '{}',
  'a,b',
  '"',
  '\\',
  '\\"',
  `'`,
  '{"a"}',
  '\n\t',
  'é😀',
  '$1',
  '\\x41',
]
const EMPTY = {
  note: null,
  mood: null,
  big: null,
  total: null,
  isOpen: null,
  at: null,
  day: null,
  key: null,
  extra: null,
}
const EXTRAS = [{ a: ['b"\\', 1.5, null, { c: {} }] }, [], 'a "text" \\ {here}', 0, false, ['null', 'NULL']]
const rows = [
  ...TEXTS.map((note) => ({ ...EMPTY, note })),
  ...EXTRAS.map((extra) => ({ ...EMPTY, extra })),
  ...(['so, so', '"good"', 'NULL'] as const).map((mood) => ({ ...EMPTY, mood })),
  { ...EMPTY, big: '-9223372036854775808', total: '-1234567890.10', isOpen: true },
  { ...EMPTY, at: '2026-11-30T01:02:03.004Z', day: '2026-02-28', isOpen: false },
  { ...EMPTY, key: '0190163d-8694-739b-aea5-966c26f8ad91' },
  EMPTY,
].map((row, id) => ({ id, ...row }))

describe.each(ALL_SYSTEMS)('many rows on %s', (system, make) => {
  const on = opening(make, tables)

  it(
    'have every value as one row has it',
    on(async ({ db }) => {
      const one = await Promise.all(rows.map((row) => db.kinds.insert({ ...row, id: row.id + 1000 })))
      expect(await db.kinds.insertMany(rows)).toEqual(rows)
      const found = await db.kinds.find({ orderBy: { id: 'asc' } })
      expect(found.slice(0, rows.length)).toEqual(rows)
      expect(found.slice(rows.length)).toEqual(one)
    }),
  )

  it(
    'have bytes, and nulls',
    on(async ({ db }) => {
      const files = [
        { id: 1, data: 'AP8' },
        { id: 2, data: null },
        { id: 3, data: '' },
      ]
      await db.files.insertMany(files)
      expect(await db.files.find({ orderBy: { id: 'asc' } })).toEqual(files)
    }),
  )

  it(
    'are all there or none, and say what was violated, in a table of any name',
    on(async ({ db }) => {
      await db.paths.insertMany([
        { id: 1, code: 'a' },
        { id: 2, code: 'b' },
      ])
      const error: unknown = await db.paths
        .insertMany([
          { id: 3, code: 'c' },
          { id: 4, code: 'b' },
        ])
        .catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(UniqueViolationError)
      expect(await db.paths.count()).toBe(2)
    }),
  )

  it(
    'are one statement on PostgreSQL, however many they are',
    on(async ({ db, texts }) => {
      await db.kinds.insertMany([1, 2].map((at) => ({ ...EMPTY, id: 2000 + at })))
      await db.kinds.insertMany([1, 2, 3].map((at) => ({ ...EMPTY, id: 3000 + at })))
      const made = new Set(texts().filter((text) => text.startsWith('insert')))
      expect(made.size).toBe(system === 'PostgreSQL' || system === 'PGlite' ? 1 : 2)
    }),
  )
})

it('rows that are inserted together are of one instant', async () => {
  const Events = table('events', { id: uuid().primary(), at: timestamp().now() })
  let now = 1_700_000_000_000
  const clock = { ...systemClock, now: () => now++ }
  await using db = await openDatabase(sqlite(':memory:'), defineTables({ events: Events }), { clock })
  await createTables(db)
  const made = await db.events.insertMany(Array.from({ length: 100 }, () => ({})))
  expect(new Set(made.map(({ at }) => at)).size).toBe(1)
  expect(made.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(made)
})

const Others = table('others', {
  id: integer().primary(),
  mood: oneOf('sad', 'ok'),
  short: text({ maxLength: 9 }),
  at: timestamp(),
  extra: json(t.Unknown()),
})

describe.each(ALL_SYSTEMS.filter(([name]) => name.startsWith('P')))('many rows on %s', (_system, make) => {
  const on = opening(make, defineTables({ others: Others }))

  it(
    'are taken by a table of other types, which another program has made',
    on(async ({ db, run }) => {
      await run('drop table others')
      await run(`create type mood as enum ('sad', 'ok')`)
      await run('create domain short as varchar(5)')
      await run('create table others (id smallint, mood mood, short short, at timestamp, extra json)')
      const others = [1, 2].map((id) => ({
        id,
        mood: 'ok' as const,
        short: `"${id}"`,
        at: '2026-11-30T01:02:03.004Z',
        extra: { id },
      }))
      await db.others.insertMany(others)
      const rows = await db.sql`select id, mood, short, at::text, extra->>'id' as extra from others`
      expect(rows).toEqual(
        others.map((row) => ({ ...row, at: '2026-11-30 01:02:03.004', extra: String(row.id) })),
      )
    }),
  )

  it(
    'know each type that a table may be called as',
    on(async ({ db, session }) => {
      const rows = await db.sql<{ name: string }>`select typname as name from pg_type
        where typnamespace = 'pg_catalog'::regnamespace and typrelid = 0`
      expect(rows.length).toBeGreaterThan(100)
      const { columnLists } = session.dialect
      const facts = factsOf(defineTables({ others: Others })).tables.get('others')!
      expect(columnLists?.sourceOf(facts, String)).toBeTypeOf('string')
      const taken = rows.filter(({ name }) => columnLists?.sourceOf({ ...facts, name }, String) !== undefined)
      expect(taken).toEqual([])
    }),
  )
})
