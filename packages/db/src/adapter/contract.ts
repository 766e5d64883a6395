// What a database system and its driver must offer. Everything above it is written against these contracts alone.
import type { ColumnFacts, TableFacts, TablesFacts } from '../table/index.ts'
import type { SchemaTools } from './change.ts'
import type { DefaultDescription } from './description.ts'

/** A value as a driver takes it, and as a codec makes it. */
export type DriverValue = string | number | bigint | boolean | Uint8Array | null

/** A result of synchronous drivers at once, of others later. */
export type MaybePromise<T> = T | Promise<T>

/** One SQL statement, made once and run with different values. */
export interface Statement {
  /** With the placeholders of its system. */
  readonly text: string
  /** Whether it changes nothing, so that a reader may run it. */
  readonly isRead: boolean
  /** Whether the connection keeps it prepared under its text. Default `true`; false for texts that are made anew each time. */
  readonly isKept?: boolean
  /** Whether it reads one row at most: a driver may have a shorter way for that. */
  readonly isSingle?: boolean
  /** Whether it locks the rows that it reads, which takes a transaction that may write. */
  readonly locks?: boolean
}

/** A row as the driver gives it, by the names of the select list. */
export type DriverRow = Readonly<Record<string, unknown>>

/** Where a column of a result comes from; `table` and `column` are undefined for an expression. */
export interface ResultColumn {
  readonly name: string
  readonly table: string | undefined
  readonly column: string | undefined
}

/** What a statement gave. */
export interface Result {
  readonly rows: readonly DriverRow[]
  /** Rows inserted, found for an update (changed or not), or deleted. */
  readonly affected: number
  /** The first number that the database has made, of a system whose inserts return nothing else. */
  readonly insertId?: number | string
  /** What the server says that it did: PostgreSQL answers the COMMIT of a failed transaction with `ROLLBACK`. */
  readonly command?: string
  /** Origins of the columns, for {@link Dialect.codecOf}; asked only for statements that others wrote. May ask the server once for each text. */
  columns(): MaybePromise<readonly ResultColumn[]>
  /** Names of the expressions whose values are integers of 64 bits; absent where the system does not tell. */
  wholeNumbers?(): readonly string[]
}

/** One connection. The caller runs one statement at a time, and awaits `cancel` and the statement before it does anything else. */
export interface Connection {
  /** The number that the server has for it, or that of the process; for messages. */
  readonly id: string
  /** Undefined while it can be used; else what broke it. */
  readonly broken: Error | undefined
  /** A driver that works at once also throws at once. */
  run(statement: Statement, values: readonly DriverValue[]): MaybePromise<Result>
  /** Rows in batches; ending the iteration early lets go of the server's cursor. */
  stream(
    statement: Statement,
    values: readonly DriverValue[],
    options: { readonly batchRows: number },
  ): AsyncIterable<readonly DriverRow[]>
  /**
   * Cancels what runs now, on the server, and resolves when the server has taken that; bounded. Undefined where the system has no
   * way to do so: then the statement runs to its end, and its result is dropped.
   */
  readonly cancel: (() => Promise<void>) | undefined
  /**
   * Finds the reference that a statement has violated, at once after it failed; undefined where the error of the system says so, or it is
   * not found.
   */
  violatedReference?(
    statement: Statement,
    values: readonly DriverValue[],
    tables: TablesFacts,
  ): ViolatedReference | undefined
  /**
   * The keys of this name with their tables and columns, of a system whose errors tell the name alone. Asked where no table declares it, at
   * once after the statement failed.
   */
  keysNamed?(name: string): Promise<readonly NamedKey[]>
  /** Called once, when it breaks while nothing runs. */
  onBroken(listener: (error: Error) => void): void
  close(): Promise<void>
  /** Lets go at once, without a farewell. */
  destroy(): void
}

/** A key that a database has, by the names there. */
export interface NamedKey {
  readonly table: string
  readonly columns: readonly string[]
}

/** A reference that was violated. */
export interface ViolatedReference {
  /** Name of the foreign key. */
  readonly constraint: string
  /** Whether rows refer to one that was to be deleted or to get another key; else the one that a row refers to is not there. */
  readonly isInUse: boolean
}

/** Which connections the pool makes. A system with one writer reads beside it on readers. */
export type Lane = 'any' | 'writer' | 'reader'

/** Limits of the pool and of waiting; each adapter takes them as options. */
export interface PoolSettings {
  /** The most connections. Default 10. */
  readonly poolSize: number
  /** The longest wait for a free connection. Default 5,000. */
  readonly acquireTimeoutMs: number
  /** The longest wait for a new connection. Default 5,000. */
  readonly connectTimeoutMs: number
  /** The longest statement, as a backstop on the server. Default 60,000. */
  readonly statementTimeoutMs: number
  /** The longest pause between statements of a transaction. Default 10,000. */
  readonly idleInTransactionTimeoutMs: number
  /** Closes a connection that nobody used for so long. Default 60,000. */
  readonly idleTimeoutMs: number
}

/** A database with its driver: made by `postgres(url)` and its kin, used by `database()` and `openDatabase()`. */
export interface Adapter {
  /** Name of the adapter, for messages: `postgres`. */
  readonly name: string
  /** Host, user and database for messages; never a password. */
  readonly place: string
  /** Host and database, `db.internal/shop`, where it is on another machine: `keelson db reset` must be told. Undefined for this one. */
  readonly remote?: string | undefined
  readonly pool: PoolSettings
  /** Whether one connection writes, and others read beside it; `single` for one connection in all. */
  readonly lanes: 'equal' | 'one-writer' | 'single'
  /** Whether a pooler may give each transaction another connection, so that no session is kept. */
  readonly isPooled?: boolean
  /** The dialect, once the first connection is there: MySQL and MariaDB are told apart by the server. */
  dialect(): Dialect
  /** @throws the driver's error; `failureOf` reads it */
  connect(lane: Lane, signal: AbortSignal): Promise<Connection>
  /** Reads what went wrong, also before the first connection. */
  failureOf(error: unknown): DriverFailure
  /** What migrations need; undefined for a system that has none yet. */
  schemaTools?(): Promise<SchemaTools>
  /** Called after the last connection was closed. */
  close?(): Promise<void>
  /** Other databases beside this one; undefined where the adapter makes none. */
  readonly databases?: Databases | undefined
  /** What makes the tables of a database for tests before it is opened; undefined for other databases. */
  readonly tablesMadeBy?: 'declarations' | 'migrations'
}

/** A database that is there. */
export interface ListedDatabase {
  readonly name: string
  /** Whether a connection to it is open; true as well where nothing tells that. */
  readonly isInUse: boolean
}

/**
 * Makes and drops other databases where the adapter's own is: on the same server, for the same user; SQLite and PGlite have theirs in the
 * folder for temporary files. All reject with SetupError: `ERR_DB_CONNECTION`, or `ERR_DB_DATABASE` with what was refused and the
 * remedy. None needs the adapter's own database to be there.
 */
export interface Databases {
  /**
   * Makes an empty one, whose text is UTF-8 and compared by bytes. One of this name must not be there.
   *
   * @param options.isLikeOwn - gives it the character set and collation that the own database has, or would get; default false
   */
  create(name: string, options?: { readonly isLikeOwn?: boolean }): Promise<void>
  /** Drops one, with the connections to it; does nothing where it is not there. */
  drop(name: string): Promise<void>
  /** An adapter to one, with all options of this one, and a pool of its own. */
  at(name: string): Adapter
  /** Those whose names begin so. */
  list(prefix: string): Promise<readonly ListedDatabase[]>
  /**
   * What the user can change outside of databases whose names begin so, the end of a sentence: `is a superuser`; undefined for nothing.
   * Databases that it made itself do not count.
   */
  rightsBeyond(prefix: string): Promise<string | undefined>
  /** Undefined where a database cannot be copied: MySQL, MariaDB. */
  readonly copies: DatabaseCopies | undefined
}

/** Copies databases to which nobody is connected. */
export interface DatabaseCopies {
  /** Makes a database with all that is in the template. */
  create(name: string, template: string): Promise<void>
  rename(from: string, to: string): Promise<void>
}

/** What an error of a driver means. */
export interface DriverFailure {
  readonly kind:
    | 'unique'
    | 'foreign-key'
    | 'not-null'
    | 'check'
    /** A serialization failure or a deadlock: the same transaction may succeed when it is run again. */
    | 'conflict'
    /** A lock, or the only writer, was not to be had in time. */
    | 'busy'
    | 'cancelled'
    | 'timeout'
    | 'connection'
    | 'authentication'
    | 'no-database'
    | 'read-only'
    /** A value that its column cannot hold. */
    | 'value'
    | 'full'
    /** A prepared statement whose tables have changed: prepare it anew. */
    | 'stale-plan'
    | 'syntax'
    | 'other'
  /** Name of the violated constraint, where the server tells it. */
  readonly constraint?: string
  /** Table and columns, in the names of the database, where the server tells them. */
  readonly table?: string
  readonly columns?: readonly string[]
  /** Of a foreign key: see {@link ViolatedReference.isInUse}. */
  readonly isInUse?: boolean
  /** Whether the server has ended the transaction, savepoints included. */
  readonly endsTransaction: boolean
  /** Whether the connection cannot be used any more. */
  readonly breaksConnection: boolean
  /**
   * Whether the server has said, before it ended the connection, that the statement has failed. Default false: a statement outside of
   * transactions may then have been done.
   */
  readonly isUndone?: boolean
  /** The server's message, for logs. */
  readonly message: string
  /** What helps, a sentence, where the adapter knows more than the kind says. */
  readonly remedy?: string
}

/** How values of a column travel. Undefined members pass the value on. */
export interface Codec {
  /** From the canonical value of the column to the driver's. */
  readonly encode: ((value: unknown) => DriverValue) | undefined
  /** From the driver's value, never null, to the value of the row. */
  readonly decode: ((value: unknown) => unknown) | undefined
}

/** Options of a transaction that its BEGIN says. */
export interface BeginOptions {
  /** Undefined for that of the session. */
  readonly isolation: 'read committed' | 'repeatable read' | 'serializable' | undefined
  /** Whether it only reads. */
  readonly readOnly: boolean
}

/** Many rows as one list of values for each column: one text for any number of rows, with few parameters. */
export interface ColumnLists {
  /** What follows `insert into … (…)`, with a parameter for each column; undefined for a table that takes rows alone. */
  sourceOf(table: TableFacts, quote: (name: string) => string): string | undefined
  /** The list of a column; undefined where it would be too long. */
  listOf(column: ColumnFacts, values: readonly DriverValue[]): string | undefined
}

/** The SQL of a system: text and facts, no connection. */
export interface Dialect {
  readonly system: 'postgresql' | 'mysql' | 'mariadb' | 'sqlite'
  /** The most parameters of one statement. */
  readonly maxParameters: number
  /** The most bytes of the values of one statement; undefined where none is so small that it matters. */
  readonly maxStatementBytes: number | undefined
  /** Bytes that the key of an index may have; undefined for no limit. */
  readonly maxIndexBytes: number | undefined
  /** Bytes of them that each column takes beside its value, at most. Default 0. */
  readonly indexColumnBytes?: number
  readonly has: {
    /** Row values in comparisons that use an index. */
    readonly rowValues: boolean
    /** Whether NULLS FIRST and NULLS LAST must be said for null to be the smallest. */
    readonly nullsClause: boolean
    /** Whether DDL takes part in transactions. */
    readonly transactionalDdl: boolean
    readonly onConflict: boolean
    /** Whether an insert returns what the database has made; else the first number alone, {@link Result.insertId}. */
    readonly returning: boolean
    /** Whether `for update` locks rows. Where it does not, a transaction that writes has the database for itself. */
    readonly forUpdate: boolean
  }
  /** Quotes an identifier. */
  quote(name: string): string
  /**
   * The placeholder of the parameter with this number, from 1 on. With the column that it is compared with or written to, cast where
   * the system would compare otherwise: MariaDB compares a text with a number, and a decimal with a text, as doubles.
   */
  placeholder(at: number, column?: ColumnFacts): string
  /** Type of a column in DDL, collation included. */
  columnType(column: ColumnFacts): string
  /** The expression of a CHECK that holds the column to its limits; undefined for none. */
  checkOf(column: ColumnFacts): string | undefined
  /** Its value in a row that does not say it; undefined for none. */
  defaultOf(column: ColumnFacts): DefaultDescription | undefined
  /** What DDL says of a key that the database numbers. */
  readonly identity: string
  codecOf(column: ColumnFacts): Codec
  /**
   * A column as it is compared with another of its kind, in the same row.
   *
   * @param name - of the column in the statement: quoted, and with its table where there are several
   */
  comparedAs(column: ColumnFacts, other: ColumnFacts, name: string): string
  /** An expression that compares a JSON column with a parameter, or another column, by value. */
  jsonEquals(column: string, placeholder: string): string
  /**
   * An expression that tells whether a JSON column is an array with an element that is equal to a parameter: a text, a number or a
   * boolean as JSON. False for any other document, null for null.
   */
  jsonContains(column: string, placeholder: string): string
  /** How many rows are inserted at once, where that costs less than a parameter for each value. */
  readonly columnLists: ColumnLists | undefined
  /** What follows `create table (…)`: engine, collation, strict. */
  readonly tableSuffix: string
  /** What this system cannot hold of a column, a sentence each: 20 digits on SQLite. Stops the start. */
  columnProblems(column: ColumnFacts): readonly string[]
  /** Why this system cannot order rows by a column, so that pages would lose some; undefined where it can. */
  orderProblem(column: ColumnFacts): string | undefined
  /** Statements that run before the first table with such columns is made, and do nothing the second time: collations. */
  prerequisites(columns: readonly ColumnFacts[]): readonly string[]
  /** The statements that begin a transaction, each to be run as one that is not kept. */
  begin(options: BeginOptions): readonly string[]
}
