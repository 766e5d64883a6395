// A database with tables, for the tests of repositories.
import { createFakeClock, createSeededRandom } from '@keelson/core/ports'
import type { Adapter, Dialect } from '../../src/adapter/index.ts'
import { createRepository } from '../../src/repository/index.ts'
import type { Reads, Repository, RepositoryTable } from '../../src/repository/index.ts'
import { DatabaseSession, Pool, QueryWatch, type Query } from '../../src/session/index.ts'
import type { RelationFacts, TableFacts, TablesFacts } from '../../src/table/index.ts'

/** A table of whatever columns: the tests of behaviour do not test types. */
export interface AnyTable extends RepositoryTable {
  readonly columns: never
  readonly row: { readonly static: Row }
  readonly '~row': Row
  readonly '~insert': object
  readonly '~update': object
  readonly '~id': unknown
}
/** A row of whatever columns. */
export interface Row {
  // oxlint-disable-next-line typescript/no-explicit-any -- what a test reads of it, it compares
  readonly [property: string]: any
}

/** A repository of such a table, with relations. */
export interface AnyRepository extends Repository<AnyTable> {
  with(...names: readonly string[]): Reads<AnyTable, Row>
}

/** A database that a test has for itself. */
export interface Opened {
  readonly session: DatabaseSession
  readonly clock: ReturnType<typeof createFakeClock>
  /** Texts that ran since the last call. */
  texts(): readonly string[]
  repository(key: string): AnyRepository
  run(text: string): Promise<void>
  close(): Promise<void>
}

/** Opens a database and makes its tables. */
export async function open(
  adapter: Adapter,
  tables: Readonly<Record<string, TableFacts>>,
  relations: Readonly<Record<string, readonly RelationFacts[]>> = {},
): Promise<Opened> {
  const clock = createFakeClock()
  const pool = new Pool(adapter, 'test')
  const ran: string[] = []
  const watch = new (class extends QueryWatch {
    override count(query: Query): void {
      ran.push(query.statement.text)
      super.count(query)
    }
  })({
    database: 'test',
    logger: undefined,
    slowQueryMs: 60_000,
    counts: false,
    maxRepeats: 1e9,
    maxQueries: Infinity,
  })
  const random = createSeededRandom(1)
  const parts = { name: 'test', adapter, pool, watch, clock, random, logger: undefined, hasSites: true }
  const session = new DatabaseSession(parts)
  const holder = await pool.acquire(false, { label: 'test', site: undefined, frame: undefined })
  pool.release(holder)
  const run = async (text: string): Promise<void> =>
    void (await session.run({ statement: { text, isRead: false }, values: [], label: 'test' }))
  for (const facts of Object.values(tables))
    for (const text of createTexts(facts, adapter.dialect())) await run(text)
  const facts: TablesFacts = {
    tables: new Map(Object.entries(tables)),
    relations: new Map(
      Object.entries(relations).map(([key, list]) => [key, new Map(list.map((one) => [one.name, one]))]),
    ),
  }
  ran.length = 0
  return {
    session,
    clock,
    texts: () => ran.splice(0),
    repository: (key) => createRepository<AnyTable>(session, facts, key) as AnyRepository,
    run,
    close: async () => {
      await pool.close()
      await adapter.close?.()
    },
  }
}

function createTexts(
  { name, columns, primary, indexes, byProperty }: TableFacts,
  dialect: Dialect,
): string[] {
  const quoted = (properties: readonly string[]): string =>
    properties.map((property) => dialect.quote(byProperty.get(property)?.name ?? '')).join(', ')
  const lines = columns.map((one) => {
    const check = dialect.checkOf(one)
    const nullable = one.isNullable ? ' null' : ' not null'
    return `${dialect.quote(one.name)} ${dialect.columnType(one)}${dialect.system === 'sqlite' && one.isNullable ? '' : nullable}${check === undefined ? '' : ` check (${check})`}`
  })
  lines.push(`primary key (${quoted(primary.map(({ property }) => property))})`)
  const table = `create table ${dialect.quote(name)} (${lines.join(', ')}) ${dialect.tableSuffix}`
  return [
    ...dialect.prerequisites(columns),
    table,
    ...indexes.map(
      (one) =>
        `create ${one.isUnique ? 'unique ' : ''}index ${dialect.quote(one.name)} on ${dialect.quote(name)} (${quoted(one.columns)})`,
    ),
  ]
}
