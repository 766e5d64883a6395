// The values of migrations: files, history, and what a run tells.
import type { AppMode } from '@keelson/core'
import type { Adapter, Connection } from '../adapter/index.ts'
import type { WrittenStatement } from '../sql/index.ts'
import type { Migration } from './migration.ts'

/** Options of the migrations of a database. */
export interface MigrationsOptions {
  /** Folder of the files: a URL, or a path that is relative to the working directory of the process. */
  readonly folder: string | URL
  /**
   * Whether a start is refused while files are pending, altered, missing, or applied by a newer version; it changes nothing.
   * Default `true`.
   */
  readonly verify?: boolean | undefined
  /**
   * Applies what is pending at start, but for that of a command: for development, tests, and services of a single process. Of several that start, one
   * applies it, and the others wait. Default `false`.
   */
  readonly migrateAtStart?: boolean | undefined
  /**
   * Whether a database may have files that this version does not know: while a newer version is rolled out beside it. Default `false`:
   * they stop the start and the commands.
   */
  readonly allowNewer?: boolean | undefined
  /**
   * Tables, and columns as `orders.note`, that no table value says, so that a comparison leaves them; a `*` at the end stands for any end:
   * `audit_*`. Names are those of the database. `keelson db reset` leaves those tables that no file of SQL makes. Default: none.
   */
  readonly ignore?: readonly string[] | undefined
  /** Runs the files, in place of the adapter of the database: a user that may change tables, an address without a pooler. */
  readonly adapter?: Adapter | undefined
  /**
   * Makes the scratch databases of `keelson db diff` and `keelson db check`, in place of {@link MigrationsOptions.adapter}: a user that may
   * change `keelson\_%` alone, another server. Its own database is not opened.
   */
  readonly scratch?: Adapter | undefined
  /** The longest wait for another runner to end, ms. Default 60,000. */
  readonly runnerTimeoutMs?: number | undefined
  /** The longest wait of a statement for a lock of a table, ms; others wait behind it meanwhile. Default 5,000. */
  readonly lockTimeoutMs?: number | undefined
  /** How often a file runs again after such a wait; pauses grow from 1 to 16 seconds. Default 5. */
  readonly lockRetries?: number | undefined
  /** The longest statement, ms. Default 3,600,000, an hour. */
  readonly statementTimeoutMs?: number | undefined
}

/** Options with their defaults. */
export interface MigrationSettings {
  readonly folder: string
  readonly verify: boolean
  readonly migrateAtStart: boolean
  readonly allowNewer: boolean
  readonly ignore: readonly string[]
  readonly adapter: Adapter | undefined
  readonly scratch: Adapter | undefined
  readonly runnerTimeoutMs: number
  readonly lockTimeoutMs: number
  readonly lockRetries: number
  readonly statementTimeoutMs: number
}

/** A file as it is in the folder. */
export interface MigrationFile {
  /** `0001-create-orders`: its name in the history, the same for every kind of file. */
  readonly name: string
  readonly number: number
  /** `0001-create-orders.sql`. */
  readonly file: string
  readonly path: string
  /** SHA-256 of its text, hexadecimal, with CRLF read as LF and without a byte order mark. */
  readonly checksum: string
  readonly content: SqlContent | ModuleContent
}

/** What an SQL file says. */
export interface SqlContent {
  readonly kind: 'sql'
  /** False after `-- transaction: off`. */
  readonly isTransactional: boolean
  /** False after `-- foreign keys: off`, which SQLite alone has. */
  readonly hasForeignKeys: boolean
  readonly up: readonly WrittenStatement[]
  /** Undefined for a file without a way back. */
  readonly down: readonly WrittenStatement[] | undefined
}

/** A TypeScript or JavaScript file, which is loaded when it runs. */
export interface ModuleContent {
  readonly kind: 'module'
  load(): Promise<Migration>
}

/** Which way a file runs. */
export type Direction = 'up' | 'down'

/** A row of the history. */
export interface HistoryRow {
  readonly name: string
  readonly checksum: string
  /** RFC 3339, UTC. */
  readonly appliedAt: string | undefined
  readonly durationMs: number
  /** Where a file is not finished: which way it ran. */
  readonly direction: Direction
  readonly statementsDone: number
  /** SHA-256 of the statements that are done. */
  readonly doneHash: string
  /** The statement that was begun and whose end is not known, from 1 on. */
  readonly statementBegun: number | undefined
  /** Of the process that ran it. */
  readonly mode: AppMode
}

/** A file that was applied or taken back. */
export interface MigrationRun {
  /** `0001-create-orders.sql`. */
  readonly file: string
  readonly direction: Direction
  readonly durationMs: number
}

/** What happens during a run. */
export type MigrationEvent =
  /** Another runner is at work, or on SQLite a process that writes: `by` says who, as far as that is known. */
  | { readonly kind: 'waiting'; readonly by: string }
  /** A lock was not to be had in time; the file, or on MySQL and MariaDB the statement, runs again after the pause. */
  | { readonly kind: 'retrying'; readonly file: string; readonly pauseMs: number }
  /** The database had its changes before there was a history. */
  | { readonly kind: 'assumed'; readonly file: string }
  | { readonly kind: 'begun'; readonly file: string; readonly direction: Direction }
  | ({ readonly kind: 'done' } & MigrationRun)

/** What a database has of the files. */
export interface MigrationStatus {
  readonly applied: readonly {
    readonly file: string
    readonly appliedAt: string
    readonly durationMs: number
  }[]
  /** Files that are not applied, in their order. */
  readonly pending: readonly string[]
  /** A file that ended in the middle. */
  readonly unfinished:
    | { readonly file: string; readonly direction: Direction; readonly statementsDone: number }
    | undefined
  /** What keeps migrations from running, a sentence each: altered, missing and unknown files. */
  readonly problems: readonly string[]
}

/** A connection for migrations, and its end. */
export interface HeldConnection {
  readonly connection: Connection
  release(): Promise<void>
}

/** A database as migrations know it. */
export interface MigrationTarget {
  /** Name of the database: that of its token. */
  readonly name: string
  readonly adapter: Adapter
  /** In which files run; the history says it. */
  readonly mode: AppMode
  /** @throws {SetupError} `ERR_DB_CONNECTION` where it cannot be reached */
  connect(signal: AbortSignal | undefined): Promise<HeldConnection>
}
