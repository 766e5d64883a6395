// What seeds work with, apart from types: the tables of a database are known when they run.
import type { TablesFacts } from '../table/index.ts'

/** A database that is filled, as {@link runFiles} knows it. */
export interface SeededDatabase {
  transaction<T>(work: () => Promise<T>, options: { readonly name: string }): Promise<T>
  readonly '~internal': { readonly tables: TablesFacts }
}

/** The repository of a table that rows are put into. */
export interface SeededTable {
  find(options: { readonly where: unknown; readonly withDeleted: boolean }): Promise<readonly Row[]>
  insertMany(rows: readonly Row[]): Promise<readonly Row[]>
  update(row: Row, patch: Row): Promise<Row>
  upsert(row: Row, options: { readonly on: readonly string[] }): Promise<Row>
}

/** A row, by property. */
export type Row = Readonly<Record<string, unknown>>

/** What has become of the rows that a seed puts. */
export interface PutCounts {
  readonly inserted: number
  readonly updated: number
  /** Rows that were there with the same values. */
  readonly unchanged: number
}

/** A file of seeds that has run. */
export interface SeedRun extends PutCounts {
  /** `roles.ts`. */
  readonly file: string
  readonly durationMs: number
}
