// A file with the way that it runs, and what it runs with.
import type { WrittenStatement } from '../sql/index.ts'
import type { Direction, MigrationEvent, MigrationFile, MigrationSettings } from './contract.ts'
import type { History } from './history.ts'
import type { Migration } from './migration.ts'
import type { RunnerConnection } from './runner-connection.ts'
import type { RunnerLock } from './runner-lock.ts'
import type { SessionSettings } from './session-settings.ts'
import type { ScratchRules } from './within-scratch.ts'

/** What files run with. */
export interface RunParts {
  readonly connection: RunnerConnection
  readonly history: History
  readonly lock: RunnerLock
  readonly session: SessionSettings
  readonly settings: MigrationSettings
  readonly signal: AbortSignal
  readonly onEvent: (event: MigrationEvent) => void
  /** The number of statements that are known to be done, where the history does not know it. */
  readonly resumeAfter: number | undefined
  /** Where files run in a scratch database. */
  readonly scratch: ScratchRules | undefined
}

/** A file with the way that it runs. */
export interface Job {
  readonly file: MigrationFile
  readonly direction: Direction
  /** Its statements, or the function of its module. */
  readonly work: readonly WrittenStatement[] | NonNullable<Migration['down']>
  readonly isTransactional: boolean
  readonly hasForeignKeys: boolean
  /** Whether its function may begin anew after it ended in the middle. */
  readonly isResumable: boolean
}
