// Rows that others write, without the columns that have a default.
import { t } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import {
  bigint,
  boolean,
  bytes,
  CheckViolationError,
  date,
  decimal,
  defineTables,
  integer,
  json,
  oneOf,
  table,
  text,
  timestamp,
  uuid,
  version,
} from '../src/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { SYSTEMS } from './systems.ts'

const QUOTED = String.raw`it's "a" \ 'b' ; -- $$ %`
const Things = table(
  'things',
  {
    id: integer().primary(),
    note: text({ maxLength: 100 }).default(QUOTED),
    long: text().default(QUOTED),
    status: oneOf('open', 'closed').default('open'),
    total: decimal(12, 2).default('-1.5'),
    big: bigint().default('9007199254740993'),
    dated: bigint({ as: BigInt }).default(7n),
    isNew: boolean().default(true),
    count: integer().default(-3),
    data: bytes().default('AP8'),
    at: timestamp().default('2026-01-02T03:04:05.678Z'),
    day: date().default('2026-01-02'),
    other: uuid().default('0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b'),
    tags: json(t.Unknown()).default({ a: ["it's"] }),
    nothing: text().nullable().default(null),
    version: version(),
    createdAt: timestamp().now(),
  },
  { checks: { things_in_order: 'count < 100' } },
)
const tables = defineTables({ things: Things })

describe.each(SYSTEMS)('defaults in the database on %s', (_name, make) => {
  const on = openingDatabase(make, tables)

  it(
    'are those that repositories make',
    on(async (db) => {
      await db.sql`insert into things (id) values (${1})`
      const byRepository = await db.things.insert({ id: 2 })
      const byDatabase = await db.things.byId(1)
      expect(byDatabase).toEqual({ ...byRepository, id: 1, createdAt: byDatabase?.createdAt })
      expect(byDatabase).toMatchObject({ note: QUOTED, total: '-1.50', dated: 7n, version: 1 })
    }),
  )

  it(
    'say the present instant in UTC, to the millisecond',
    on(async (db) => {
      await db.sql`insert into things (id) values (${3})`
      const { createdAt = '' } = (await db.things.byId(3)) ?? {}
      expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(Math.abs(Date.parse(createdAt) - Date.now())).toBeLessThan(60_000)
    }),
  )

  it(
    'stand beside CHECKs of the table',
    on(async (db) => {
      await expect(db.things.insert({ id: 4, count: 100 })).rejects.toBeInstanceOf(CheckViolationError)
    }),
  )
})
