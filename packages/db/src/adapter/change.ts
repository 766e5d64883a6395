// The changes between two descriptions of a database, in the order in which they are made; and what writes them as SQL.
import type { ColumnKind } from '@keelson/core/conditions'
import type { ColumnLimits } from '../table/index.ts'
import type { MaybePromise, Result } from './contract.ts'
import type {
  CheckDescription,
  ColumnDescription,
  DatabaseDescription,
  IndexDescription,
  PrimaryDescription,
  ReferenceDescription,
  TableDescription,
} from './description.ts'

/** One change of a database. `table` is the name of the table once all renames are done, but for those that rename. */
export type Change =
  | { readonly kind: 'rename table'; readonly from: string; readonly to: string }
  | { readonly kind: 'rename column'; readonly table: string; readonly from: string; readonly to: string }
  /** Of an index, a CHECK, a foreign key or a primary key. */
  | {
      readonly kind: 'rename constraint'
      readonly table: string
      readonly of: 'index' | 'check' | 'reference' | 'primary'
      readonly from: string
      readonly to: string
    }
  /** With its columns, key, CHECKs and indexes. */
  | {
      readonly kind: 'create table'
      readonly table: string
      readonly created: TableDescription
      /** Those that are made with it; others of a circle are added when all tables are there. */
      readonly references: readonly ReferenceDescription[]
    }
  | { readonly kind: 'drop table'; readonly table: string }
  | { readonly kind: 'add column'; readonly table: string; readonly column: ColumnDescription }
  | { readonly kind: 'drop column'; readonly table: string; readonly column: string }
  /** Type, nullability, default: whatever differs between the two. */
  | {
      readonly kind: 'alter column'
      readonly table: string
      readonly from: ColumnDescription
      readonly to: ColumnDescription
    }
  | {
      readonly kind: 'alter primary'
      readonly table: string
      readonly from: PrimaryDescription | undefined
      readonly to: PrimaryDescription | undefined
    }
  | { readonly kind: 'add index'; readonly table: string; readonly index: IndexDescription }
  | { readonly kind: 'drop index'; readonly table: string; readonly index: IndexDescription }
  | { readonly kind: 'add check'; readonly table: string; readonly check: CheckDescription }
  | { readonly kind: 'drop check'; readonly table: string; readonly check: CheckDescription }
  | { readonly kind: 'add reference'; readonly table: string; readonly reference: ReferenceDescription }
  | { readonly kind: 'drop reference'; readonly table: string; readonly reference: ReferenceDescription }
  | { readonly kind: 'alter storage'; readonly table: string; readonly from: string; readonly to: string }

/** Runs a statement that only reads. */
export type Ask = (text: string, values: readonly string[]) => MaybePromise<Result>

/** A change of one kind. */
export type ChangeOf<K extends Change['kind']> = Extract<Change, { readonly kind: K }>

/** What writes each kind of change as statements. */
export type ChangeWriters = {
  readonly [K in Change['kind']]: (change: ChangeOf<K>, ends: ChangeEnds) => readonly string[]
}

/** The two ends of a list of changes. */
export interface ChangeEnds {
  /** What is there, as the server describes it. */
  readonly from: DatabaseDescription
  /** What is to be there, with what stays and no table value says: a table that is made anew is made of it. */
  readonly to: DatabaseDescription
}

/** How a column is read in code. */
export interface ColumnReading {
  readonly kind: ColumnKind
  readonly limits: ColumnLimits
  readonly isCaseInsensitive: boolean
  /** Whether an instant is kept without its zone, which is then UTC by custom alone. Default: no. */
  readonly hasNoZone?: boolean
  /** The literal of a default as code writes the value, where the database keeps another: `1250` for the decimal `12.50`. */
  readonly toCode?: (literal: string) => string
}

/** What migrations need of a system; loaded when they are used. */
export interface SchemaTools {
  /** Reads the whole database, but for the server's own tables and those whose names begin with `keelson_`. */
  describe(ask: Ask): Promise<DatabaseDescription>
  /**
   * How a column is read; undefined for one that no column of a table value is.
   *
   * @param table - whose CHECKs tell the kind where types are few; without it the type alone counts
   */
  readingOf(
    column: ColumnDescription,
    table?: Pick<TableDescription, 'checks' | 'storage'>,
  ): ColumnReading | undefined
  /** The statements that make changes, one text each, without a semicolon at the end. */
  write(changes: readonly Change[], ends: ChangeEnds): readonly string[]
}
