import { all, any, conditionsOn, not, UNKNOWN, type Condition } from '@keelson/core/conditions'
import { toWhere } from '@keelson/auth'
import {
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteQueryCompiler,
  sql,
} from 'kysely'
import { describe, expect, it } from 'vitest'
import { FOREIGN } from './policy-databases/servers.ts'

interface Tables {
  orders: { id: number; owner: string; total: string; value: string; openedAt: Date; data: string }
}
const COLUMNS = {
  id: { kind: 'integer' },
  owner: { kind: 'text' },
  email: { kind: 'text', caseInsensitive: true },
  total: { kind: 'decimal' },
  key: { kind: 'uuid' },
  value: { kind: 'json' },
  data: { kind: 'json' },
} as const
const order = conditionsOn(COLUMNS)

const common = { createDriver: () => new DummyDriver(), createIntrospector: () => undefined as never }
const DIALECTS = {
  sqlite: { createAdapter: () => new SqliteAdapter(), createQueryCompiler: () => new SqliteQueryCompiler() },
  mysql: { createAdapter: () => new MysqlAdapter(), createQueryCompiler: () => new MysqlQueryCompiler() },
  mariadb: { createAdapter: () => new MysqlAdapter(), createQueryCompiler: () => new MysqlQueryCompiler() },
  postgresql: {
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
} as const

/** The text and the parameters of a query for a condition. */
function compiled(condition: Condition<typeof COLUMNS>, dialect: keyof typeof DIALECTS, table?: string) {
  const kysely = new Kysely<Tables>({ dialect: { ...common, ...DIALECTS[dialect] } })
  const { sql: text, parameters } = kysely
    .selectFrom('orders')
    .selectAll()
    .where((eb) => toWhere(condition, eb, { dialect, columns: COLUMNS, table }))
    .compile()
  return { where: text.slice(text.indexOf(' where ') + 7), parameters }
}

describe('toWhere', () => {
  it('compares texts as bytes, and has the index of the column first', () => {
    expect(compiled(order.owner.is('ada'), 'mysql')).toEqual({
      where:
        '((`owner` = ? and cast(convert(`owner` using utf8mb4) as binary) = cast(convert(? using utf8mb4) as binary)))',
      parameters: ['ada', 'ada'],
    })
    expect(compiled(order.owner.is('ada'), 'postgresql')).toEqual({
      where:
        '(("owner" = $1 and case when "owner" is not null then concat("owner") end collate "C" = $2::text))',
      parameters: ['ada', 'ada'],
    })
    expect(compiled(order.owner.isIn(['ada', 'eve']), 'sqlite')).toEqual({
      where: '("owner" collate binary in (?, ?))',
      parameters: ['ada', 'eve'],
    })
  })

  it('stands beside other conditions, and names the table where the query has several', () => {
    const either = any(order.id.is(1), all(order.id.above(5), not(order.owner.isNull())))
    expect(compiled(either, 'sqlite', 'orders')).toEqual({
      where: '(("orders"."id" = ? or ("orders"."id" > ? and not ("orders"."owner" is null))))',
      parameters: [1, 5],
    })
    const kysely = new Kysely<Tables>({ dialect: { ...common, ...DIALECTS.sqlite } })
    const query = kysely
      .selectFrom('orders')
      .select('id')
      .where((eb) =>
        eb.and([
          eb('id', '<', 9),
          eb.not(toWhere(order.id.is(1), eb, { dialect: 'sqlite', columns: COLUMNS })),
        ]),
      )
    expect(query.compile().sql).toBe('select "id" from "orders" where ("id" < ? and not ("id" = ?))')
  })

  it('has a text for what holds always, never and unknown', () => {
    const texts = [all(), any(), UNKNOWN, not(any()), order.id.isIn([])].map(
      (one) => compiled(one, 'sqlite').where,
    )
    expect(texts).toEqual(['(1 = 1)', '(1 = 0)', '(null)', '(1 = 1)', '(1 = 0)'])
  })

  it('sends no value of another kind than its column to the server', () => {
    const other = conditionsOn({ id: { kind: 'text' }, owner: { kind: 'integer' }, key: { kind: 'text' } })
    const wrong = [other.id.is('1 or 1=1'), other.owner.is(0), other.key.is('x'), other.owner.above(0)]
    for (const one of wrong)
      for (const dialect of Object.keys(DIALECTS) as (keyof typeof DIALECTS)[])
        for (const condition of [one, not(one)])
          expect(compiled(condition as never, dialect).parameters).toEqual([])
    const list = other.owner.isIn([0, 7])
    expect(compiled(not(list) as never, 'mysql')).toEqual({ where: '(not (null))', parameters: [] })
  })

  it('joins a long list within the depth that SQLite has', () => {
    const long = any(...Array.from({ length: 950 }, (_, id) => order.id.is(id)))
    const { where, parameters } = compiled(long, 'sqlite')
    expect(parameters).toHaveLength(950)
    expect(where.split('or (').length).toBeGreaterThan(9)
  })

  it.each([
    ['sqlite', order.total.is('1'), "asks for 'total', and toWhere() for sqlite compares no decimals"],
    ['sqlite', order.data.is({}), 'compares no documents'],
    ['sqlite', order.value.contains('a'), "no column named 'value' without its table"],
    ['mysql', order.total.below('1'.repeat(66)), 'decimals of at most 65 digits'],
  ] as const)('refuses for %s what it does not compare exactly: %#', (dialect, condition, message) => {
    const at = () => toWhere(condition, builder(), { dialect, columns: COLUMNS })
    expect(at).toThrow(message)
  })

  it('refuses columns that it does not know, and columns of two kinds', () => {
    const at = (condition: Condition<never>) =>
      toWhere(condition as never, builder(), { dialect: 'mysql', columns: COLUMNS })
    expect(() => at(conditionsOn({ nothing: { kind: 'text' } }).nothing.is('a'))).toThrow(
      "asks for 'nothing', and `columns` of toWhere() are id, ",
    )
    expect(() => at(conditionsOn({ toString: { kind: 'text' } }).toString.is('a'))).toThrow(
      "asks for 'toString'",
    )
    const texts = conditionsOn({ owner: { kind: 'text' }, email: { kind: 'text' } })
    expect(() => at(texts.owner.is(texts.email))).toThrow("'owner' with 'email', which is of another kind")
  })

  it('takes a condition, a dialect and columns, and guesses none of them', () => {
    const call = (...given: readonly unknown[]) =>
      (toWhere as (...all: readonly unknown[]) => unknown)(...given)
    expect(() => call(order.id.is(1), builder(), { columns: COLUMNS })).toThrow('dialect')
    expect(() => call(order.id.is(1), builder(), { dialect: 'mssql', columns: COLUMNS })).toThrow('dialect')
    expect(() => call(order.id.is(1), builder(), { dialect: 'mysql' })).toThrow('columns')
    expect(() => call({ op: 'always' }, builder(), { dialect: 'mysql', columns: COLUMNS })).toThrow(
      'must be a condition',
    )
  })
})

function builder() {
  const node = { kind: 'RawNode', sqlFragments: ['x'], parameters: [] }
  const make = () => ({ toOperationNode: () => node })
  return Object.assign(make, { ref: make })
}

const LOOSE: Readonly<Record<string, string>> = {
  MariaDB: ' character set latin1 collate latin1_swedish_ci',
  PostgreSQL: ' collate loose',
  SQLite: ' collate nocase',
}

describe.each(FOREIGN.filter(([name]) => name in LOOSE))(
  'a table of another program on %s',
  (name, _, open) => {
    it("gives the records of 'a' to nobody but 'a': not those of 'A', 'á' and 'a '", async ({ skip }) => {
      const foreign = await open()
      if (foreign === undefined) return skip('the server is not at hand')
      const { kysely, dialect } = foreign
      try {
        const owners = ['a', 'A', 'á', 'a ', 'à', 'b', 'ab']
        await sql`create table owned (id integer primary key, owner varchar(20)${sql.raw(LOOSE[name]!)})`.execute(
          kysely,
        )
        for (const [id, owner] of owners.entries())
          await kysely.insertInto('owned').values({ id, owner }).execute()
        const loose = await kysely.selectFrom('owned').select('owner').where('owner', '=', 'a').execute()
        expect(loose.length).toBeGreaterThan(1)
        const columns = { owner: { kind: 'text' } } as const
        const { owner } = conditionsOn(columns)
        const found = async (condition: Condition<typeof columns>) => {
          const query = kysely.selectFrom('owned').select('owner').orderBy('id')
          const rows = await query.where((eb) => toWhere(condition, eb, { dialect, columns })).execute()
          return rows.map((row) => row['owner'])
        }
        for (const one of owners) expect(await found(owner.is(one))).toEqual([one])
        expect(await found(owner.isIn(['á', '\u{1f600}']))).toEqual(['á'])
        expect(await found(owner.is('\u{1f600}'))).toEqual([])
        expect(await found(owner.isNot('a'))).toEqual(owners.slice(1))
        expect(await found(owner.startsWith('a'))).toEqual(['a', 'a ', 'ab'])
        expect(await found(owner.below('a'))).toEqual(['A'])
      } finally {
        await foreign.drop()
      }
    })
  },
)
