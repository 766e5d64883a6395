// What the commands of databases work with.
import type { AppMode, CommandIo } from '@keelson/core'
import type { Adapter } from '../adapter/index.ts'
import type { MigrationSettings } from '../migrate/index.ts'
import type { SeededDatabase } from '../seeds/index.ts'
import type { TablesFacts } from '../table/index.ts'

/** A database of an app, as commands know it: it is not open. */
export interface CommandDatabase {
  readonly name: string
  readonly adapter: Adapter
  readonly tables: TablesFacts
  /** Undefined for a database without migrations. */
  readonly migrations: MigrationSettings | undefined
  /** Undefined for a database without seeds. */
  readonly seeds: CommandSeeds | undefined
}

/** The seeds of a database. */
export interface CommandSeeds {
  readonly folder: string
  /** Opens the database, as a start does. @throws {SetupError} where that would be refused */
  open(mode: AppMode, signal: AbortSignal): Promise<SeededDatabase & AsyncDisposable>
}

/** What a command is called with. */
export interface CommandParts {
  readonly mode: AppMode
  /** The databases of the app. */
  readonly databases: readonly CommandDatabase[]
  /** The one that was named. */
  readonly database: string | undefined
  readonly io: CommandIo
  readonly signal: AbortSignal
}
