// The types of repositories. What a table brings is taken by indexed access, so that hovers and messages show values.
import type { ConditionColumns, Page, PageQuery, Where } from '@keelson/core/conditions'

/** What the types of a repository read of a table. */
export interface RepositoryTable {
  readonly columns: ConditionColumns
  readonly row: { readonly static: unknown }
  readonly '~row': unknown
  readonly '~insert': unknown
  readonly '~update': unknown
  readonly '~id': unknown
}

/** The order of rows: properties in their order, each upwards or downwards. Null is the smallest value, on every system. */
export type OrderBy<TShown> = { readonly [P in keyof TShown]?: 'asc' | 'desc' }

/** Options of reads. */
export interface ReadOptions<T extends RepositoryTable> {
  /** What selects the rows. Default: every row. */
  readonly where?: Where<T['columns']>
  /** Default: whatever order the database finds them in. */
  readonly orderBy?: OrderBy<T['row']['static']>
  /** Whether rows that were deleted softly are read as well. Default `false`. */
  readonly withDeleted?: boolean
}

/** Options of `stream`. */
export interface RowStreamOptions<T extends RepositoryTable> extends ReadOptions<T> {
  /** The most rows. Default: all. */
  readonly limit?: number
  /** How many rows come before the first; the database reads and drops them. Default 0. */
  readonly offset?: number
}

/** Options of `first`. */
export interface FirstOptions<T extends RepositoryTable> extends ReadOptions<T> {
  /**
   * `update`: nobody else changes or locks the rows until the transaction ends, and who wants to waits for that. It takes a
   * transaction that may write. On SQLite such a transaction is alone from its begin on. Rows of relations are not locked.
   */
  readonly lock?: 'update'
}

/** Options of `find`. */
export interface FindOptions<T extends RepositoryTable> extends RowStreamOptions<T>, FirstOptions<T> {}

/** Options of `page`. */
export interface RowPageOptions<T extends RepositoryTable> extends ReadOptions<T> {
  /** Rows of a page where the query does not say how many. Default 20, or `maxLimit` if that is less. */
  readonly defaultLimit?: number
  /**
   * The most rows of a page: a query for more is refused. Default: any number, since `page()` of a route says it; needed where the query does not come
   * from a schema that bounds its `limit`.
   */
  readonly maxLimit?: number
}

/** The reads of a table, whose rows have the type `TRow`. */
export interface Reads<T extends RepositoryTable, TRow> {
  /**
   * The row with this key. Within a request, the calls of one tick become one query, if they are in the same transaction.
   *
   * @throws {InvalidValueError} `ERR_DB_VALUE`, 400, for a key that the column does not take
   */
  byId(id: T['~id']): Promise<TRow | undefined>
  /**
   * The rows of a condition.
   *
   * @throws {TransactionError} `ERR_DB_TRANSACTION`, 500, for a `lock` without a transaction, or in one that is read-only
   */
  find(options?: FindOptions<T>): Promise<readonly TRow[]>
  /** The first row of a condition. @throws {TransactionError} as `find` does */
  first(options?: FirstOptions<T>): Promise<TRow | undefined>
  /**
   * A page of rows by cursor. Rows that are inserted or deleted meanwhile move no other one to another page. The `where` is applied
   * anew each time: a cursor is a place in the order, and allows nothing.
   *
   * @throws {InvalidCursorError} `ERR_CORE_CURSOR`, 400, for a cursor of another table, order or filter
   * @throws {InvalidValueError} `ERR_DB_VALUE`, 400, for a limit out of range
   */
  page(query: PageQuery, options?: RowPageOptions<T>): Promise<Page<TRow>>
}

/** Reads and writes the rows of a table. */
export interface Repository<T extends RepositoryTable> extends Reads<T, T['~row']> {
  /** The rows of a condition one by one, as the database sends them. Ending the loop early ends the query. */
  stream(options?: RowStreamOptions<T>): AsyncIterable<T['~row']>
  /** How many rows a condition has; without one, the table. */
  count(where?: Where<T['columns']>): Promise<number>
  /**
   * Inserts a row. Returns all of it: keys, versions, times and defaults are made here, not by the database.
   *
   * @throws the declared error of a violated constraint
   */
  insert(row: T['~insert']): Promise<T['~row']>
  /** Inserts rows in as few statements as can be, with one instant for all: all of them, or none. */
  insertMany(rows: readonly T['~insert'][]): Promise<readonly T['~row'][]>
  /**
   * Updates a loaded row, unless another has changed it since; returns the new one.
   *
   * @throws {StaleRecordError} `ERR_DB_STALE`, 409, where its version is another one, or it is gone
   */
  update(row: T['~row'], patch: T['~update']): Promise<T['~row']>
  /** Updates all rows of a condition; returns how many. */
  updateMany(options: { readonly where: Where<T['columns']>; readonly set: T['~update'] }): Promise<number>
  /**
   * Inserts a row, or updates the one that has the same values in the columns of a unique key. A violation of another unique key is
   * that key's error, on every system.
   */
  upsert(
    row: T['~insert'],
    options: { readonly on: readonly (keyof T['~row'] & string)[] },
  ): Promise<T['~row']>
  /**
   * Deletes a row by its key, or a loaded one, unless another has changed it since. Of a table with `softDelete` it stays, marked.
   *
   * @returns whether there was such a row
   * @throws {StaleRecordError} `ERR_DB_STALE`, 409, for a loaded row whose version is another one, or that is gone
   */
  delete(target: T['~id'] | T['~row']): Promise<boolean>
  /** Deletes all rows of a condition; returns how many. */
  deleteMany(options: { readonly where: Where<T['columns']> }): Promise<number>
}
