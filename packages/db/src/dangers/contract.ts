// Dangers: what is found in the SQL of a migration, and what is said about it.
import type { Dialect } from '../adapter/index.ts'
import type { WrittenStatement } from '../sql/index.ts'

/** What is dangerous in a statement. */
export interface Danger {
  /** `index-not-concurrent`: a heading of docs/reference/dangers.md. */
  readonly code: string
  /** `migrations/0002-notes.sql:3`: file and line of the statement. */
  readonly place: string
  /** What happens on a running system. */
  readonly message: string
  /** SQL that does the same without it, with the names of the statement. */
  readonly safe: string
}

/** What is known about one danger; `{table}` and the others stand for the {@link StatementParts}, and for `…` where a statement does not say it. */
export interface DangerText {
  readonly message: string
  readonly safe: string
}

/** The dangers of one system, by code. */
export type DangerTexts = Readonly<Record<string, DangerText>>

/** Parts of a statement, as they are written. */
export interface StatementParts {
  readonly table?: string | undefined
  readonly column?: string | undefined
  readonly name?: string | undefined
  readonly type?: string | undefined
  /** All that follows the name of the column. */
  readonly definition?: string | undefined
  /** The definition of a column that rows take which have no value for it: without not null, default, keys and references. */
  readonly nullable?: string | undefined
  /** A statement that comes before, with its end of line; empty for none. */
  readonly first?: string | undefined
  /** What follows the name of the table. */
  readonly rest?: string | undefined
}

/** A danger by its code alone. */
export interface Found<TCode extends string = string> {
  readonly code: TCode
  readonly parts: StatementParts
}

/** A file to look at. */
export interface DangerInput {
  /** As messages name it. */
  readonly file: string
  readonly system: Dialect['system']
  readonly statements: readonly WrittenStatement[]
  /** False for a file with `-- transaction: off`. */
  readonly isTransactional: boolean
  /** False for a file with `-- foreign keys: off`. */
  readonly hasForeignKeys: boolean
}
