// What is asked of node:sqlite and of better-sqlite3, and how each does it.
import { loadDriver, type DriverValue, type ResultColumn } from '../adapter/index.ts'

type Value = Exclude<DriverValue, boolean>

/** A prepared statement. */
export interface SqliteStatement {
  /** Whether it gives rows at all. */
  readonly hasRows: boolean
  /** Whether a column of the result may have integers. */
  readonly hasIntegers: boolean
  /** Whether it gives all integers as `bigint`, whatever it is asked. */
  readonly isBig: boolean
  /** Of its columns, when it was prepared. */
  readonly names: readonly string[]
  /** Those of its last run, since tables change. */
  columns(): readonly ResultColumn[]
  /** Rows, or lists of their values. */
  all(values: readonly Value[]): unknown[]
  /** Its first row, which costs less than all of one. */
  get(values: readonly Value[]): unknown
  /** @returns rows changed */
  run(values: readonly Value[]): number
  iterate(values: readonly Value[]): IterableIterator<unknown>
  /** From then on it gives lists of values instead of rows. */
  readLists(): void
  /** From then on it gives all integers as `bigint`. */
  readBigInts(): void
}

/** An open file. */
export interface SqliteFile {
  prepare(text: string): SqliteStatement
  exec(text: string): void
  isInTransaction(): boolean
  /** Adds a function of SQL that gives the same for the same texts, and takes as many as it has parameters. */
  define(name: string, work: SqlFunction): void
  close(): void
}

/** A function of SQL. */
export type SqlFunction = (text: string | null, other: string | null) => string | number | null

/** Opens a file. */
export type SqliteDriver = (path: string) => SqliteFile

interface RawColumn {
  readonly name: string
  readonly table: string | null
  readonly column: string | null
  readonly type: string | null
}

/** What both drivers have of a statement. */
interface RawStatement {
  all(...values: readonly unknown[]): unknown[]
  get(...values: readonly unknown[]): unknown
  run(...values: readonly unknown[]): { readonly changes: number | bigint }
  iterate(...values: readonly unknown[]): IterableIterator<unknown>
}

/** What is used of better-sqlite3. */
interface BetterDatabase {
  readonly inTransaction: boolean
  prepare(text: string): RawStatement & {
    readonly reader: boolean
    columns(): readonly RawColumn[]
    safeIntegers(on: boolean): unknown
    raw(on: boolean): unknown
  }
  exec(text: string): unknown
  function(
    name: string,
    options: { readonly deterministic: boolean },
    work: (...texts: never[]) => unknown,
  ): unknown
  close(): unknown
}

/** The module `better-sqlite3`: pass what `import Database from 'better-sqlite3'` gives. */
export type BetterSqlite3 = new (path: string) => BetterDatabase

const DETERMINISTIC = { deterministic: true } as const

/** The driver inside Node. */
export async function loadNodeSqlite(): Promise<SqliteDriver> {
  const { DatabaseSync } = await loadDriver('sqlite()', 'node:sqlite', () => import('node:sqlite'))
  return (path) => {
    const database = new DatabaseSync(path)
    return {
      prepare: (text) => {
        const statement = database.prepare(text)
        return toStatement(statement, {
          columns: () => statement.columns() as readonly RawColumn[],
          readLists: () => statement.setReturnArrays(true),
          readBigInts: () => statement.setReadBigInts(true),
        })
      },
      exec: (text) => database.exec(text),
      isInTransaction: () => database.isTransaction,
      define: (name, work) =>
        database.function(name, DETERMINISTIC, work as (...texts: unknown[]) => string | number | null),
      close: () => database.close(),
    }
  }
}

/** better-sqlite3, as the user imported it. */
export function fromBetterSqlite3(Database: BetterSqlite3): SqliteDriver {
  return (path) => {
    const database = new Database(path)
    return {
      prepare: (text) => {
        const statement = database.prepare(text)
        // It rounds what a number cannot hold, and says nothing.
        if (statement.reader) statement.safeIntegers(true)
        return toStatement(statement, {
          columns: () => (statement.reader ? statement.columns() : []),
          readLists: () => void statement.raw(true),
          readBigInts: undefined,
        })
      },
      exec: (text) => void database.exec(text),
      isInTransaction: () => database.inTransaction,
      define: (name, work) => void database.function(name, DETERMINISTIC, work),
      close: () => void database.close(),
    }
  }
}

/** In what they differ. */
interface Ways {
  readonly columns: () => readonly RawColumn[]
  readonly readLists: () => void
  /** Undefined for one that always gives `bigint`. */
  readonly readBigInts: (() => void) | undefined
}

function toStatement(statement: RawStatement, { columns, readLists, readBigInts }: Ways): SqliteStatement {
  const first = columns()
  return {
    hasRows: first.length > 0,
    hasIntegers: first.some(({ type }) => !/^(?:text|blob|real)$/i.test(type ?? '')),
    isBig: readBigInts === undefined,
    names: first.map(({ name }) => name),
    columns: () => columns().map(toResultColumn),
    all: (values) => statement.all(...values),
    get: (values) => statement.get(...values),
    run: (values) => Number(statement.run(...values).changes),
    iterate: (values) => statement.iterate(...values),
    readLists,
    readBigInts: readBigInts ?? (() => undefined),
  }
}

function toResultColumn({ name, table, column }: RawColumn): ResultColumn {
  return { name, table: table ?? undefined, column: column ?? undefined }
}
