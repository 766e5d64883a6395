// What every run begins with: a connection of its own, the history, the files; and what it ends with.
import { FrameworkError, SetupError } from '@keelson/core'
import { connectProblems, type Adapter } from '../adapter/index.ts'
import { MigrationError } from '../errors.ts'
import type {
  HeldConnection,
  MigrationEvent,
  MigrationFile,
  MigrationSettings,
  MigrationTarget,
} from './contract.ts'
import { History } from './history.ts'
import { planOf, type Plan } from './plan.ts'
import { CANNOT_RUN, readFolder } from './read-folder.ts'
import { RunnerConnection } from './runner-connection.ts'
import { RunnerLock } from './runner-lock.ts'
import type { RunParts } from './job.ts'
import { serverText } from '../adapter/index.ts'
import { SessionSettings } from './session-settings.ts'
import { keepWithin, type ScratchRules } from './within-scratch.ts'

/** The longest wait for an answer to what a runner itself asks, ms. */
const ANSWER_MS = 10_000

/** What a run is called with. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: ((event: MigrationEvent) => void) | undefined
  readonly resumeAfter?: number | undefined
  /** The last file whose changes the database had before there was a history. */
  readonly baseline?: string | undefined
  /** Is told the files that were read, before one runs. */
  readonly onRead?: ((files: readonly MigrationFile[]) => void) | undefined
  /** Where files run in a scratch database. */
  readonly scratch?: ScratchRules | undefined
}

/** A connection with the history that is on it. */
export class Runner {
  readonly connection: RunnerConnection
  readonly history: History
  readonly #settings: MigrationSettings
  readonly #options: RunOptions

  constructor(
    connection: RunnerConnection,
    history: History,
    about: { readonly settings: MigrationSettings; readonly options: RunOptions },
  ) {
    this.connection = connection
    this.history = history
    this.#settings = about.settings
    this.#options = about.options
  }

  get place(): string {
    return this.connection.adapter.place
  }

  async readFiles(): Promise<readonly MigrationFile[]> {
    const { system } = this.connection.dialect
    const files = await readFolder(this.#settings.folder, system)
    const { scratch, onRead } = this.#options
    onRead?.(files)
    return scratch === undefined ? files : keepWithin(files, system, scratch)
  }

  async plan(files: readonly MigrationFile[]): Promise<Plan> {
    return planOf(files, await this.history.read(), this.#settings)
  }

  /** Runs work while no other runner is at work. */
  async alone<T>(work: (parts: RunParts) => Promise<T>): Promise<T> {
    const { connection, history } = this
    const {
      signal = new AbortController().signal,
      onEvent = () => undefined,
      resumeAfter,
      scratch,
    } = this.#options
    const settings = this.#settings
    const session = await SessionSettings.open(connection)
    await session.prepare({ lockTimeoutMs: settings.lockTimeoutMs, hasForeignKeys: true })
    const limits = { timeoutMs: settings.runnerTimeoutMs, onEvent }
    const lock = await RunnerLock.take(connection, history.place, limits)
    try {
      await lock.whenFree(() => history.create())
      return await work({
        connection,
        history,
        lock,
        session,
        settings,
        signal,
        onEvent,
        resumeAfter,
        scratch,
      })
    } finally {
      if (!connection.isBroken) await session.restore().catch(() => connection.connection.destroy())
      await lock.free()
    }
  }
}

/**
 * Opens a connection for migrations, runs work on it, and lets go of it.
 *
 * @throws {SetupError} `ERR_DB_CONNECTION` where the database cannot be reached
 */
export async function withRunner<T>(
  target: MigrationTarget,
  about: { readonly settings: MigrationSettings; readonly options: RunOptions },
  work: (runner: Runner) => Promise<T>,
): Promise<T> {
  const { settings, options } = about
  const { adapter = target.adapter, statementTimeoutMs } = settings
  refusePooled(adapter)
  const held =
    settings.adapter === undefined
      ? await target.connect(options.signal)
      : await connectTo(settings.adapter, options.signal)
  try {
    const limits = {
      statementTimeoutMs,
      // A note may wait for a lock as long as a statement may.
      questionTimeoutMs: ANSWER_MS + settings.lockTimeoutMs,
      signal: options.signal,
    }
    const connection = new RunnerConnection(adapter, held.connection, limits)
    return await work(new Runner(connection, await History.open(connection, target.mode), about))
  } catch (error) {
    throw toRunError(adapter, error, options.signal)
  } finally {
    await held.release()
    // The database closes its own.
    if (settings.adapter !== undefined) await settings.adapter.close?.()
  }
}

/** Connects beside the pool of an adapter. @throws {SetupError} `ERR_DB_CONNECTION` */
export async function connectTo(adapter: Adapter, signal: AbortSignal | undefined): Promise<HeldConnection> {
  const late = AbortSignal.timeout(adapter.pool.connectTimeoutMs)
  try {
    const connection = await adapter.connect(
      adapter.lanes === 'one-writer' ? 'writer' : 'any',
      signal === undefined ? late : AbortSignal.any([signal, late]),
    )
    return { connection, release: () => connection.close() }
  } catch (error) {
    signal?.throwIfAborted()
    throw new SetupError(connectProblems(adapter, error), error, CANNOT_RUN)
  }
}

function refusePooled({ isPooled, place }: Adapter): void {
  if (isPooled !== true) return
  throw new SetupError(
    [
      {
        code: 'ERR_DB_MIGRATION_LOCK',
        place,
        message:
          'Behind a pooler that gives each transaction another connection, no lock keeps other runners out.',
        remedy:
          'Give the migrations the address of the server itself: migrations: { adapter: postgres(DIRECT_URL) }.',
      },
    ],
    undefined,
    CANNOT_RUN,
  )
}

/** An error of the driver beside the statements of files, as a sentence. */
function toRunError(adapter: Adapter, error: unknown, signal: AbortSignal | undefined): unknown {
  if (FrameworkError.is(error) || signal?.aborted === true) return error
  return new MigrationError({ message: `${adapter.place}: ${serverText(error)}`, cause: error })
}
