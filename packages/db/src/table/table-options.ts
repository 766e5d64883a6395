import type { ErrorDefinition } from '@keelson/core'
import {
  anything,
  either,
  listOf,
  nested,
  optionTable,
  recordOf,
  required,
  text as textOption,
} from '@keelson/core/options'

/** An index. */
export interface IndexOptions<P extends string = string> {
  readonly columns: readonly P[]
  /** Its name in the database. Default: one that follows from the table and the columns. */
  readonly name?: string | undefined
}

/** A unique index over several columns. */
export interface UniqueOptions<P extends string = string> extends IndexOptions<P> {
  /** What a violation means, for a route to declare. Default: `ERR_DB_UNIQUE`, 500. */
  readonly error?: ErrorDefinition | undefined
}

/** Options of `table`; columns by their properties. */
export interface TableOptions<P extends string = string> {
  /** Indexes, each of one column or several. */
  readonly indexes?: readonly (readonly P[] | IndexOptions<P>)[] | undefined
  /** Unique indexes over several columns. */
  readonly unique?: readonly UniqueOptions<P>[] | undefined
  /** A hidden timestamp that may be null, which marks a row as deleted: `delete` sets it, and reads omit such rows. */
  readonly softDelete?: P | undefined
  /** CHECKs beyond those of its columns, as SQL of the database by name: `{ orders_dates: 'starts_at < ends_at' }`. */
  readonly checks?: { readonly [name: string]: string } | undefined
  /** Name that the table had in the database: a migration then renames it. Harmless once that has run. */
  readonly was?: string | undefined
  /** What follows `create table (…)` in the database, word for word, for one that was there before. Default: what this system takes. */
  readonly storage?: string | undefined
}

const INDEX = {
  columns: required(listOf(textOption('A property.'), 'Its columns.', { minItems: 1 })),
  name: textOption('Its name in the database.', { minLength: 1 }),
}

/** How they are checked. */
export const TABLE_OPTIONS = optionTable<TableOptions>({
  indexes: listOf(
    either(
      listOf(textOption('A property.'), 'Columns of an index.', { minItems: 1 }),
      nested(optionTable<IndexOptions>(INDEX), 'An index.'),
    ),
    'Indexes.',
  ),
  unique: listOf(
    nested(
      optionTable<UniqueOptions>({
        ...INDEX,
        error: anything('What a violation means.', { what: 'an error that defineError made' }),
      }),
      'A unique index.',
    ),
    'Unique indexes over several columns.',
  ),
  softDelete: textOption('The column that marks a row as deleted.', { minLength: 1 }),
  checks: recordOf(textOption('An expression.', { minLength: 1 }), 'CHECKs, as SQL by name.'),
  was: textOption('Name that the table had in the database.', { minLength: 1 }),
  storage: textOption('What follows create table (…).'),
})
