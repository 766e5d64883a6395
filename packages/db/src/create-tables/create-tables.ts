import { SetupError, type SetupProblem } from '@keelson/core'
import type { DatabaseDescription, Dialect, SchemaTools } from '../adapter/index.ts'
import { TransactionError } from '../errors.ts'
import type { Session } from '../session/index.ts'
import type { TablesFacts } from '../table/index.ts'
import { differences, question, readExisting } from './existing.ts'
import { orderTables, type TableStep } from './order-tables.ts'
import { otherTypes } from './other-types.ts'
import { createTexts, laterTexts, type Place } from './table-texts.ts'

/** A database whose tables can be made: what `database` binds and `openDatabase` gives. */
export interface TableOwner {
  /** For the framework alone; may change with any version. */
  readonly '~internal': { readonly session: Session; readonly tables: TablesFacts }
}

/**
 * Makes the tables of a database, for tests and examples: in order of their references, with CHECKs, unique indexes, and an index for
 * each reference. A table that is there with the same columns, indexes and foreign keys, by name, is left as it is, if the values of its
 * columns can be read as the declared ones; foreign keys are not compared on SQLite. All of it is one transaction, except on MySQL and MariaDB, where no transaction takes tables back.
 *
 * Columns have their defaults in the database too, for rows that others write; keys of `uuid()` have none.
 *
 * @throws {SetupError} `ERR_DB_TABLE`, for a database that has other tables of these names
 * @throws {TransactionError} within a transaction on MySQL and MariaDB, which making a table would commit
 * @example
 * const tables = defineTables({ notes: table('notes', { id: uuid().primary(), text: text() }) })
 * await using db = await openDatabase(sqlite(':memory:'), tables)
 * await createTables(db)
 */
export function createTables(db: TableOwner): Promise<void> {
  const { session } = db['~internal']
  // Not async: its promise is that of the session, which handles one that nobody awaits.
  return session.operation('createTables', createTables, () => createAll(db))
}

async function createAll(db: TableOwner): Promise<void> {
  const { session, tables } = db['~internal']
  const { has, system } = session.dialect
  if (!has.transactionalDdl && session.currentUnit() !== undefined)
    throw new TransactionError({
      message: `createTables was called within a transaction, which ${system} would commit with the first table. Call it before the transaction.`,
    })
  const create = (): Promise<void> => createMissing(session, tables)
  await (has.transactionalDdl ? session.transaction(create, { name: 'createTables' }) : create())
}

async function createMissing(session: Session, tables: TablesFacts): Promise<void> {
  const { dialect } = session
  for (const text of textsOf(await compare(session, tables), { dialect, tables }))
    await session.run({
      statement: { text, isRead: false, isKept: false },
      values: [],
      label: 'createTables',
    })
}

/** The statements that make all tables of a database, in their order. */
export function creationTexts(tables: TablesFacts, dialect: Dialect): string[] {
  return textsOf({ missing: orderTables(tables), unfinished: [] }, { dialect, tables })
}

function textsOf({ missing, unfinished }: Compared, place: Place): string[] {
  const columns = missing.flatMap(({ table }) => table.columns)
  return [
    ...place.dialect.prerequisites(columns),
    ...missing.flatMap((step) => createTexts(step, place)),
    ...[...missing, ...unfinished].flatMap((step) => laterTexts(step, place)),
  ]
}

interface Compared {
  readonly missing: readonly TableStep[]
  /** Tables that a call which ended early made without the references of circles. */
  readonly unfinished: readonly TableStep[]
}

/** @throws {SetupError} for tables that are there and others */
async function compare(session: Session, tables: TablesFacts): Promise<Compared> {
  const { dialect } = session
  const missing: TableStep[] = []
  const unfinished: TableStep[] = []
  const problems: SetupProblem[] = []
  const described = describing(session)
  for (const step of orderTables(tables)) {
    const existing = await readExisting(step.table, dialect, (text, values) =>
      session.run({ statement: question(text), values, label: 'createTables' }),
    )
    if (existing === undefined) {
      missing.push(step)
      continue
    }
    const { references } = existing
    const later =
      references === undefined || dialect.has.transactionalDdl
        ? []
        : step.later.filter(({ name }) => !references.has(name))
    unfinished.push({ ...step, later })
    problems.push(
      ...problemsOf(step, [
        ...differences(step.table, existing, later),
        ...(await typeDifferences(step, described, dialect)),
      ]),
    )
  }
  if (problems.length > 0) throw new SetupError(problems)
  return { missing, unfinished }
}

interface Described {
  readonly tools: SchemaTools
  readonly description: DatabaseDescription
}

/** Describes the database, once, where a table is there: most are made in an empty one. */
function describing(session: Session): () => Promise<Described | undefined> {
  let found: Promise<Described | undefined> | undefined
  const describe = async (): Promise<Described | undefined> => {
    const tools = await session.adapter?.schemaTools?.()
    if (tools === undefined) return undefined
    const description = await tools.describe((text, values) =>
      session.run({ statement: question(text), values, label: 'createTables' }),
    )
    return { tools, description }
  }
  return () => (found ??= describe())
}

async function typeDifferences(
  { table }: TableStep,
  described: () => Promise<Described | undefined>,
  dialect: Dialect,
): Promise<readonly string[]> {
  const found = await described()
  const there = found?.description.tables.get(table.name)
  if (found === undefined || there === undefined) return []
  return otherTypes(table, there, { readingOf: found.tools.readingOf, dialect })
}

function problemsOf({ table }: TableStep, found: readonly string[]): SetupProblem[] {
  return found.map((difference) => ({
    code: 'ERR_DB_TABLE',
    place: table.name,
    message: `The database has another table of this name: it ${difference}.`,
    remedy: 'Drop that table, change it by hand, or use another database: createTables changes no table.',
  }))
}
