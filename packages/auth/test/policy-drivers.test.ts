import { randomBytes } from 'node:crypto'
import { ConditionError, conditionsOn, verdict, type Condition } from '@keelson/core/conditions'
import { toWhere } from '@keelson/auth'
import { Kysely, MysqlDialect, PostgresDialect, sql, type Dialect } from 'kysely'
import mysql2 from 'mysql2'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { found, MARIADB_URL, POSTGRES_URL, type Foreign } from './policy-databases/servers.ts'

const COLUMNS = {
  day: { kind: 'date', nullable: true },
  isOpen: { kind: 'boolean', nullable: true },
  number: { kind: 'bigint', nullable: true },
  size: { kind: 'integer', nullable: true },
  at: { kind: 'timestamp', nullable: true },
} as const
type Name = keyof typeof COLUMNS
const { day, isOpen, number, size, at } = conditionsOn(COLUMNS)
const BIG = '9007199254740993'
const RULES: Readonly<Record<Name, Condition<typeof COLUMNS>>> = {
  day: day.is('2026-11-30'),
  isOpen: isOpen.is(true),
  number: number.is(BigInt(BIG)),
  size: size.is(7),
  at: at.is('2026-11-30T10:00:00.001Z'),
}

/** A number that is neither stays what it is, and is refused. */
const FLAGS = new Map<string | null, boolean>([
  ['0', false],
  ['1', true],
])

interface Driver {
  readonly name: string
  readonly dialect: 'mariadb' | 'postgresql'
  readonly types: string
  /** The instant as the driver writes it. */
  readonly at: unknown
  /** Columns whose values are of another type where the driver is not told. */
  readonly wrong: readonly Name[]
  open(isTold: boolean): Dialect
}

const DRIVERS: readonly Driver[] = [
  {
    name: 'pg',
    dialect: 'postgresql',
    types: 'day date, "isOpen" boolean, number numeric(20), size bigint, at timestamptz',
    at: '2026-11-30T10:00:00.001Z',
    wrong: ['day', 'size'],
    open(isTold) {
      const types = new pg.TypeOverrides()
      if (isTold) {
        types.setTypeParser(pg.types.builtins.DATE, String)
        types.setTypeParser(pg.types.builtins.INT8, Number)
      }
      return new PostgresDialect({
        pool: new pg.Pool({ connectionString: `${POSTGRES_URL}/postgres`, max: 1, types }),
      })
    },
  },
  {
    name: 'mysql2',
    dialect: 'mariadb',
    types: 'day date, isOpen tinyint(1), number bigint, size int, at datetime(3)',
    at: new Date('2026-11-30T10:00:00.001Z'),
    wrong: ['day', 'isOpen', 'number'],
    open(isTold) {
      const told: mysql2.PoolOptions = {
        dateStrings: ['DATE'],
        supportBigNumbers: true,
        bigNumberStrings: true,
        typeCast(field, next) {
          if (field.type !== 'TINY' || field.length !== 1) return next()
          const text = field.string()
          return FLAGS.get(text) ?? text
        },
      }
      const pool = mysql2.createPool({ uri: `${MARIADB_URL}/test`, connectionLimit: 1, ...(isTold && told) })
      return new MysqlDialect({ pool: pool as never })
    },
  },
]

interface Filled {
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  list(condition: Condition<typeof COLUMNS>): Promise<readonly number[]>
}

async function withRows(driver: Driver, isTold: boolean, use: (filled: Filled) => unknown): Promise<boolean> {
  const kysely: Foreign = new Kysely({ dialect: driver.open(isTold) })
  const table = `policy_drivers_${randomBytes(6).toString('hex')}`
  try {
    const there = await found(driver.name, async () => (await sql`select 1`.execute(kysely), true))
    if (there === undefined) return false
    await sql`create table ${sql.table(table)} (id integer, ${sql.raw(driver.types)})`.execute(kysely)
    const values = { day: '2026-11-30', isOpen: true, number: BIG, size: 7, at: driver.at }
    const nulls = Object.fromEntries(Object.keys(values).map((name) => [name, null]))
    const others = { day: '2026-11-29', isOpen: false, number: '9007199254740992', size: 8, at: null }
    for (const [id, row] of [values, others, nulls].entries())
      await kysely
        .insertInto(table)
        .values({ id, ...row })
        .execute()
    await use({
      rows: await kysely.selectFrom(table).selectAll().orderBy('id').execute(),
      list: async (condition) => {
        const query = kysely.selectFrom(table).select('id').orderBy('id')
        const { dialect } = driver
        const rows = await query
          .where((eb) => toWhere(condition, eb, { dialect, columns: COLUMNS }))
          .execute()
        return rows.map(({ id }) => Number(id))
      },
    })
    return true
  } finally {
    await kysely.schema
      .dropTable(table)
      .ifExists()
      .execute()
      .catch(() => undefined)
    await kysely.destroy()
  }
}

/** Whether a record is refused for its values; other errors are thrown. */
function isRefused(judge: () => boolean): boolean {
  try {
    judge()
    return false
  } catch (error) {
    if (error instanceof ConditionError) return true
    throw error
  }
}

describe.each(DRIVERS)('a record that $name reads', (driver) => {
  const names = Object.keys(RULES) as Name[]

  it('has the verdict of the list where the driver is told the types', async ({ skip }) => {
    const ran = await withRows(driver, true, async ({ rows, list }) => {
      for (const name of names) {
        const single = rows.flatMap((row, id) => (verdict(RULES[name], row, COLUMNS) ? [id] : []))
        expect({ name, single, list: await list(RULES[name]) }).toEqual({ name, single: [0], list: [0] })
      }
    })
    if (!ran) skip('the server is not at hand')
  })

  it('admits nobody by a value of another type', async ({ skip }) => {
    const ran = await withRows(driver, false, ({ rows }) => {
      const refused = names.filter((name) => isRefused(() => verdict(RULES[name], rows[0]!, COLUMNS)))
      expect(refused).toEqual(driver.wrong)
    })
    if (!ran) skip('the server is not at hand')
  })
})
