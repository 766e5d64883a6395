// What is to be written of a database: tables as calls of builders, so that the same plan is printed and run.
import type { AnyTables } from '../table/index.ts'

/** A call on a builder. */
export interface PlannedCall {
  readonly name: string
  readonly args: readonly unknown[]
}

/** A column. */
export interface PlannedColumn {
  /** In code. */
  readonly property: string
  /** In the database. */
  readonly column: string
  /** The builder, with what is called on it. */
  readonly calls: readonly PlannedCall[]
  /** What the builder does not say. */
  readonly notes: readonly string[]
}

/** A table. */
export interface PlannedTable {
  /** Of `defineTables`. */
  readonly key: string
  /** Of the constant. */
  readonly constant: string
  readonly name: string
  readonly columns: readonly PlannedColumn[]
  readonly options: Readonly<Record<string, unknown>>
  /** What the table does not say. */
  readonly notes: readonly string[]
}

/** Tables, and what stands beside them. */
export interface Plan {
  readonly tables: readonly PlannedTable[]
  /** What no table says. */
  readonly notes: readonly string[]
}

/** What a database was read as. */
export interface Pulled {
  /** The source of a module. */
  readonly source: string
  readonly tables: AnyTables
  /** In what tables and database still differ, a sentence each. */
  readonly left: readonly string[]
}
