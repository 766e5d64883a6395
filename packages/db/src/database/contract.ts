// The types of a database: a repository for each table, beside its methods.
import type { KeyValueStore } from '@keelson/core'
import type { Reads, Repository, RowStreamOptions } from '../repository/index.ts'
import type { TransactionOptions } from '../session/index.ts'
import type { DatabaseKysely, DatabaseSql } from '../sql/index.ts'
import type { KeyValueStoreOptions } from '../store/index.ts'
import type { AnyTables, RelationColumns, RelationsOf, WithColumns, WithRelations } from '../table/index.ts'
import type { LiveDatabase } from './live-database.ts'

/** The repository of one table among others. */
export interface TableRepository<TS extends AnyTables, K extends keyof TS> extends Repository<TS[K]> {
  /**
   * Reads with rows of other tables, by the names of relations: `db.orders.with('customer').find()`. One query for each relation,
   * whatever the number of rows.
   */
  with<R extends keyof RelationsOf<TS, K> & string>(
    ...relations: readonly R[]
  ): Reads<TS[K], TS[K]['~row'] & WithRelations<TS, K, R>>
  /**
   * The same with some columns of these rows, or with `true` for all: `db.orders.with({ customer: ['name'], items: true }).find()`.
   *
   * @throws {QueryError} `ERR_DB_QUERY` for a name that a table does not have
   */
  with<const S extends object & RelationColumns<TS, K>>(
    relations: S & NoOthers<S, RelationColumns<TS, K>>,
  ): Reads<TS[K], TS[K]['~row'] & WithColumns<TS, K, S>>
  /**
   * Reads some columns alone: `db.orders.pick('id', 'total').find({ where })`. Conditions and orders may have the others, too. A column that is
   * hidden is read where it is named, and is not written as JSON.
   *
   * @throws {QueryError} `ERR_DB_QUERY` for a name that the table does not have
   */
  pick<P extends keyof TS[K]['~row'] & string>(
    first: P,
    ...properties: readonly P[]
  ): PickedRepository<TS, K, P>
}

/** The reads of some columns of a table. */
export interface PickedRepository<
  TS extends AnyTables,
  K extends keyof TS,
  P extends keyof TS[K]['~row'],
> extends Reads<TS[K], Pick<TS[K]['~row'], P>> {
  /** The rows of a condition one by one, as the database sends them. Ending the loop early ends the query. */
  stream(options?: RowStreamOptions<TS[K]>): AsyncIterable<Pick<TS[K]['~row'], P>>
  /** Reads them with rows of other tables, by the names of relations. One query for each relation. */
  with<R extends keyof RelationsOf<TS, K> & string>(
    ...relations: readonly R[]
  ): Reads<TS[K], Pick<TS[K]['~row'], P> & WithRelations<TS, K, R>>
  /** The same with some columns of these rows, or with `true` for all. */
  with<const S extends object & RelationColumns<TS, K>>(
    relations: S & NoOthers<S, RelationColumns<TS, K>>,
  ): Reads<TS[K], Pick<TS[K]['~row'], P> & WithColumns<TS, K, S>>
}

/** A type parameter takes members that its constraint does not name. */
type NoOthers<S, TKnown> = { readonly [X in Exclude<keyof S, keyof TKnown>]: never }

/** The methods of a database, whatever its tables are. */
export interface DatabaseMethods {
  /** Its name: that of its token. */
  readonly name: string
  /**
   * Runs work in a transaction: each query of whatever it calls is part of it, without passing anything. It commits when the work
   * returns, and rolls back when it throws, when a statement within it has failed, and when the request is over before.
   *
   * @param work - runs again after a deadlock or a serialization failure, up to `retries` times
   * @returns what the work returns
   * @throws what the work throws; {@link TransactionConflictError} after the last retry; {@link TransactionError} for what is begun and
   *   not awaited; {@link OutcomeUnknownError} when the connection is lost while COMMIT is on its way
   * @example
   * declare const db: DatabaseMethods
   * declare function pay(): Promise<void>
   * await db.transaction(async () => {
   *   await pay()
   * })
   */
  transaction<T>(work: () => T | PromiseLike<T>, options?: TransactionOptions): Promise<T>
  /** Runs statements that are written by hand: ``db.sql`select …` ``. Its `${…}` are parameters. */
  readonly sql: DatabaseSql
  /**
   * A store of keys and bytes in the table `keelson_key_values`, which it makes at its first use. It keeps every key until it expires, and
   * all processes share it. What it writes stays when the transaction around is rolled back, unless it `joins` that.
   *
   * @throws {SetupError} `ERR_CORE_OPTION` on SQLite and PGlite without `adapter` or `joins`
   * @example
   * declare const db: DatabaseMethods
   * const store = db.keyValueStore({ joins: true })
   * await store.set('a', new TextEncoder().encode('1'), { ttlMs: 60_000 })
   */
  keyValueStore(options?: KeyValueStoreOptions): KeyValueStore
  /** For the framework alone; may change with any version. */
  readonly '~internal': LiveDatabase
}

/** A database with these tables: `db.orders.byId(id)`, `db.transaction(…)`. */
export type Database<TS extends AnyTables> = DatabaseMethods &
  DatabaseKysely<TS> & {
    readonly [K in keyof TS]: TableRepository<TS, K>
  }

/** A database that the code which opened it closes. */
export type OwnedDatabase<TS extends AnyTables> = Database<TS> & AsyncDisposable
