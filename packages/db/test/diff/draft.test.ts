// Two random sets of tables: the first is made and filled, the second comes of it by the draft of a migration.
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import type { Adapter } from '../../src/adapter/index.ts'
import { draftMigration, type Draft } from '../../src/diff/index.ts'
import { ScratchConnection } from '../../src/diff/scratch-connection.ts'
import { openDatabase, type AnyTables } from '../../src/index.ts'
import { factsOf } from '../../src/table/index.ts'
import { ALL_SYSTEMS, type MadeDatabase } from '../systems.ts'
import {
  keyOf,
  models,
  tablesOf,
  valueAs,
  valueOf,
  type ColumnModel,
  type Model,
  type TableModel,
} from './models.ts'

const SYSTEMS = ALL_SYSTEMS.filter(
  ([name]) => name === 'SQLite' || name === 'PostgreSQL' || name === 'MariaDB',
)
const ROWS = [0, 1, 2]

/** Migrations as a folder of files has them. */
interface Written {
  readonly texts: readonly string[]
  readonly marks: readonly string[]
}

async function run(adapter: Adapter, texts: readonly string[]): Promise<void> {
  await using connection = await ScratchConnection.open(adapter)
  await connection.run(texts)
}

function draft(
  adapter: Adapter,
  tables: AnyTables,
  files: readonly Written[],
  drops: readonly string[] = [],
): Promise<Draft | undefined> {
  return draftMigration({
    adapter,
    tables: factsOf(tables),
    applyFiles: (scratch) =>
      run(
        scratch,
        files.flatMap(({ texts }) => texts),
      ),
    drops,
    isIgnored: () => false,
    renamed: new Set(files.flatMap(({ marks }) => marks)),
  })
}

function written({ up, marks }: Draft): Written {
  return { texts: up, marks }
}

/** What the second set has no more: tables, and columns of those that stay. */
function dropsOf(first: Model, second: Model): string[] {
  return first.flatMap((table) => {
    const now = second.find(({ id }) => id === table.id)
    if (now === undefined) return [table.name]
    const gone = table.columns.filter(({ id }) => !now.columns.some((column) => column.id === id))
    return gone.map(({ name }) => `${now.name}.${name}`)
  })
}

/** Rows of all tables, with foreign keys off: they refer to each other in circles. */
async function fill(adapter: Adapter, model: Model): Promise<void> {
  await using connection = await ScratchConnection.open(adapter)
  const { dialect } = connection
  const { quote } = dialect
  const facts = [...factsOf(tablesOf(model)).tables.values()]
  const texts = model.flatMap((table) => {
    const columns = facts.find(({ name }) => name === table.name)?.columns ?? []
    return ROWS.map((row) => {
      const said = [...valuesOf(table, row)].flatMap(([name, value]) => {
        const column = columns.find((one) => one.name === name)
        if (column === undefined) return []
        if (value === null) return [[quote(name), 'null'] as const]
        const literal = dialect.defaultOf({ ...column, made: 'default', default: column.canonical(value) })
        return [[quote(name), literal?.text ?? 'null'] as const]
      })
      const names = said.map(([name]) => name).join(', ')
      return `insert into ${quote(table.name)} (${names}) values (${said.map(([, text]) => text).join(', ')})`
    })
  })
  await connection.run([...(OFF.get(dialect.system) ?? []), ...texts])
}

const OFF: ReadonlyMap<string, readonly string[]> = new Map([
  ['postgresql', ["set session_replication_role = 'replica'"]],
  ['mariadb', ['set foreign_key_checks = 0']],
])

function valuesOf(table: TableModel, row: number): Map<string, unknown> {
  return new Map<string, unknown>([
    ['id', keyOf(table.id, row)],
    ...table.columns
      .map((column) => [column.name, valueOf(column, row)] as const)
      .filter(([, value]) => value !== undefined),
  ])
}

/** Every value of a row whose column is in all of the sets that the database had, read by the last of them. */
async function expectKept(adapter: Adapter, first: Model, ...later: readonly Model[]): Promise<void> {
  const now = later.at(-1)!
  const tables = tablesOf(now)
  const facts = factsOf(tables)
  await using db = await openDatabase(adapter, tables)
  for (const table of now) {
    const [before, ...between] = [first, ...later].map((model) => model.find(({ id }) => id === table.id))
    if (before === undefined || between.includes(undefined)) continue
    const isKept = ({ id }: ColumnModel): boolean =>
      between.every((one) => one?.columns.some((column) => column.id === id))
    const repository = (db as unknown as Record<string, { find(): Promise<Record<string, unknown>[]> }>)[
      `table${table.id}`
    ]
    const rows = (await repository?.find()) ?? []
    const properties = facts.tables.get(`table${table.id}`)?.columns ?? []
    const expected = ROWS.map((row) =>
      Object.fromEntries(
        table.columns.flatMap((column) => {
          const old = before.columns.find(({ id }) => id === column.id)
          const value = old === undefined || !isKept(old) ? undefined : valueAfter(old, between, row)
          const named = properties.find(({ name }) => name === column.name)
          if (value === undefined || named === undefined) return []
          return [[named.property, value === null ? null : named.canonical(value)]]
        }),
      ),
    )
    expect(rows).toHaveLength(ROWS.length)
    expect(rows.toSorted((a, b) => String(a['id']).localeCompare(String(b['id'])))).toMatchObject(expected)
  }
}

/** The value of a row after its column was what it is in each of some tables. */
function valueAfter(first: ColumnModel, tables: readonly (TableModel | undefined)[], row: number): unknown {
  let [value, column] = [valueOf(first, row), first]
  for (const table of tables) {
    const next = table?.columns.find(({ id }) => id === column.id)
    if (next === undefined) return undefined
    value = valueAs(value, column, next)
    column = next
  }
  return value
}

/** Whether rows fit into the first set again: what they refer to is not gone, and no default fills a unique column. */
function canGoBack(first: Model, second: Model): boolean {
  const gone = first.filter(({ id }) => !second.some((table) => table.id === id))
  return second.every(({ id, columns }) =>
    (first.find((table) => table.id === id)?.columns ?? []).every((column) => {
      const isThere = columns.some((one) => one.id === column.id)
      return isThere
        ? !gone.some((table) => table.id === column.refersTo)
        : !(column.isUnique && column.hasDefault)
    }),
  )
}

describe.each(SYSTEMS)('the draft of a migration on %s', (name, make) => {
  const runs = Number(process.env['KEELSON_TEST_RUNS'] ?? (name === 'SQLite' ? 20 : 2))
  let probe: MadeDatabase | undefined
  beforeAll(async () => {
    probe = await make()
  })
  afterAll(() => probe?.drop())
  const on =
    (work: (adapter: Adapter) => Promise<void>) =>
    async (context: TestContext): Promise<void> =>
      probe === undefined ? context.skip('the server is not at hand') : work(probe.adapter)

  it(
    'makes of one set of tables another and the first again, and keeps every value that both can hold',
    on(async (adapter) => {
      await fc.assert(
        fc.asyncProperty(models, async ([first, second]) => {
          const one = await draft(adapter, tablesOf(first), [])
          const files = [written(one!)]
          const two = await draft(adapter, tablesOf(second), files, dropsOf(first, second))
          const made = await make()
          try {
            await run(made!.adapter, one!.up)
            await fill(made!.adapter, first)
            await run(made!.adapter, two?.up ?? [])
            await expectKept(made!.adapter, first, second)
            if (two !== undefined && canGoBack(first, second)) {
              await run(made!.adapter, two.down)
              await expectKept(made!.adapter, first, second, first)
            }
          } finally {
            await made?.drop()
          }
          const all = two === undefined ? files : [...files, written(two)]
          expect((await draft(adapter, tablesOf(second), all))?.up).toBeUndefined()
          if (two === undefined || two.lost.length > 0) return
          const back = [...files, { texts: [...two.up, ...two.down], marks: [] }]
          expect((await draft(adapter, tablesOf(first), back))?.up).toBeUndefined()
        }),
        { numRuns: runs, seed: SEED, endOnFailure: true },
      )
    }),
    60_000 + runs * 60_000,
  )
})

const SEED = Number(process.env['KEELSON_TEST_SEED'] ?? 1)
