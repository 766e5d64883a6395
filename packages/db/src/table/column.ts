// The types of columns: what a builder makes, and what follows from the calls on it.
import type { ErrorDefinition, TypeMessage } from '@keelson/core'
import type { ColumnKind } from '@keelson/core/conditions'
import type { ColumnDraft } from './column-draft.ts'

/** What a column is besides its type; each call on a builder may add one. */
export type ColumnTrait = 'key' | 'refers' | 'made' | 'version' | 'default' | 'nullable' | 'hidden' | 'as'

/** Options of `references`, each with its default. */
export interface ReferenceOptions {
  /** What becomes of the row when the one that it refers to is deleted. Default `restrict`: that one cannot be deleted. */
  readonly onDelete?: 'restrict' | 'no action' | 'cascade' | 'set null' | undefined
  /** What becomes of the row when the key that it refers to changes, which repositories never do. Default `no action`. */
  readonly onUpdate?: 'no action' | 'restrict' | 'cascade' | 'set null' | undefined
  /** Whether it gets an index, without which a deletion there reads all rows here. Default `true`, but for a column that one begins with. */
  readonly index?: boolean | undefined
  /** What it means that the other row is not there: an error that routes declare. Default: `ERR_DB_FOREIGN_KEY`, 500. */
  readonly error?: ErrorDefinition | undefined
  /** What it means that the other row cannot be deleted while this one refers to it. Only with `restrict`. Default: `ERR_DB_FOREIGN_KEY`, 500. */
  readonly inUse?: ErrorDefinition | undefined
  /** Name of the relation to the other row. Default: the property without `Id` at its end. */
  readonly as?: string | undefined
  /** Name of the relation from the other row to these. Default: the key of this table in `defineTables`. */
  readonly inverse?: string | undefined
}

/** Options of `now`, each with its default. */
export interface NowOptions {
  /** Whether each update sets it as well. Default `false`. */
  readonly onUpdate?: boolean | undefined
}

/** A reference to the key of another table, for the compiler. */
export interface Reference {
  readonly to: string
  readonly as: string | undefined
  readonly inverse: string | undefined
}

/** The reference that `references(to, options)` makes. */
export interface ReferenceTo<TTo extends string, TOptions> extends Reference {
  readonly to: TTo
  readonly as: NameIn<TOptions, 'as'>
  readonly inverse: NameIn<TOptions, 'inverse'>
}

type NameIn<TOptions, K extends string> = TOptions extends { readonly [_ in K]: infer N extends string }
  ? N
  : undefined

/**
 * Where a column with these traits is taken: `unknown` or `never`, so that `K & …` keeps a property or drops it. Evaluated once for
 * each combination of traits, not for each column of each table.
 */
export interface ColumnUse<F extends ColumnTrait> {
  readonly key: With<F, 'key'>
  readonly refers: With<F, 'refers'>
  readonly shown: Without<F, 'hidden'>
  readonly hidden: With<F, 'hidden'>
  readonly as: With<F, 'as'>
  readonly required: Without<F, 'made' | 'default' | 'nullable'>
  readonly new: Without<F, 'made' | 'hidden'>
  readonly update: Without<F, 'key' | 'version'>
}

/** Where any column is taken. */
export type ColumnUses = { readonly [K in keyof ColumnUse<never>]: unknown }

type With<F, X> = [F & X] extends [never] ? never : unknown
type Without<F, X> = [F & X] extends [never] ? unknown : never

/** A value as JSON has it: a `Date` and a `bigint` are text there. */
export type BodyValue<T> = T extends Date | bigint ? string : T

/** A value that a handler may return for a column: a `Date` stands for its text, and a `bigint` has none in JSON. */
export type ReturnedValue<T, P> = T extends Date
  ? Date | string
  : T extends bigint
    ?
        | string
        | TypeMessage<`JSON has no BigInt: return its text, { ...row, ${P & string}: String(row.${P & string}) }`>
    : T

/** Any column. */
export interface AnyColumn {
  readonly kind: ColumnKind
  readonly '~type': unknown
  readonly '~body': unknown
  readonly '~use': ColumnUses
  readonly '~reference': Reference
  readonly '~internal': ColumnDraft
}

/** Columns by property, as `table()` takes them. */
export interface AnyColumns {
  readonly [property: string]: AnyColumn
}

/**
 * A column of a table. Each call gives a new one. `T` is the type of its values in rows, null included; `F` what else is said of it.
 *
 * @example
 * const email: Column<string, 'text'> = text({ format: 'email', maxLength: 254 }).unique()
 */
export interface Column<
  T,
  K extends ColumnKind,
  F extends ColumnTrait = never,
  R extends Reference = never,
> extends AnyColumn {
  readonly kind: K
  /** For the compiler only, absent at run time. */
  readonly '~type': T
  /** As a body of JSON has it, for the compiler only. */
  readonly '~body': BodyValue<T>
  readonly '~use': ColumnUse<F>
  readonly '~reference': R
  /**
   * Makes it the key, or with others that say the same a part of it. A uuid that refers to nothing is made by an insert: version 7.
   *
   * @param error - what it means that a row has the key already, for a route to declare; one column of several says it. Default:
   *   `ERR_DB_UNIQUE`, 500
   */
  primary(
    error?: ErrorDefinition,
  ): Column<T, K, F | 'key' | (K extends 'uuid' ? ('refers' extends F ? never : 'made') : never), R>
  /**
   * Makes its value one that the key of another table has; `to` is the name of that table in `defineTables`. It gets an index.
   *
   * @example
   * const customerId = uuid().references('customers', { onDelete: 'cascade' })
   */
  references<const N extends string, const O extends ReferenceOptions = {}>(
    to: N,
    options?: O,
  ): Column<T, K, Exclude<F, 'made'> | 'refers', ReferenceTo<N, O>>
  /**
   * Holds that no two rows have the same value, null not counted.
   *
   * @param error - what a violation means, for a route to declare. Default: `ERR_DB_UNIQUE`, 500
   */
  unique(error?: ErrorDefinition): Column<T, K, F, R>
  /** Lets it be null, which is not the same as absent. */
  nullable(): Column<T | null, K, F | 'nullable', R>
  /** The value where an insert omits it, in the database too: an earlier version of a program inserts rows without it. */
  default(value: T): Column<T, K, F | 'default', R>
  /** Keeps it out of every schema for routes, and thus out of bodies, answers and lists. Rows of the repository have it. */
  hidden(): Column<T, K, F | 'hidden', R>
  /** Sets it to the present instant when the row is inserted, with `onUpdate` also when it is updated. No body can set it. */
  readonly now: K extends 'timestamp'
    ? (options?: NowOptions) => Column<T, K, F | 'made', R>
    : TypeMessage<'only a timestamp takes now()'>
  /**
   * Lets the database number the rows, from 1 on, where an insert does not say the key: `generated by default as identity`,
   * `auto_increment`, `autoincrement`. It is the key by itself. No number is given twice, and there may be gaps.
   *
   * @example
   * const Tickets = table('tickets', { id: integer({ bits: 53 }).identity().primary(), title: text() })
   */
  readonly identity: K extends 'integer' | 'bigint'
    ? () => Column<T, K, F | 'made', R>
    : TypeMessage<'only an integer and a bigint take identity()'>
  /** Names the column in the database. Default: its property in snake_case. */
  named(column: string): Column<T, K, F, R>
  /**
   * The name that the column had in the database: a migration then renames it, instead of dropping one and adding another. Harmless once
   * that has run.
   */
  was(column: string): Column<T, K, F, R>
  /**
   * Its type in the database, word for word, for a database that was there before: `varchar(255)`. Its limits are then held before a value
   * is sent, and by no CHECK.
   */
  sqlType(type: string): Column<T, K, F, R>
}
