import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { SetupError } from '@keelson/core'
import { callable, checkOptions, milliseconds, oneOf, optionTable } from '@keelson/core/options'
import {
  cacheSize,
  fileDatabases,
  POOL_OPTIONS,
  poolSettings,
  type Adapter,
  type Lane,
  type PoolOptions,
} from '../adapter/index.ts'
import { CONTAINS_FUNCTION, containsElement } from './json-contains.ts'
import { JSON_FUNCTION, sortedText } from './sorted-json.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { SQLITE_DIALECT } from './sqlite-dialect.ts'
import {
  fromBetterSqlite3,
  loadNodeSqlite,
  type BetterSqlite3,
  type SqliteDriver,
  type SqliteFile,
} from './sqlite-driver.ts'
import { isBusy, sqliteFailure } from './sqlite-failure.ts'
import { unopenedFile } from './unopened-file.ts'

const IN_MEMORY = ':memory:'
const DEFAULT_BUSY_TIMEOUT_MS = 5000
/** A database in memory is gone with its connection, so that is not closed while it is idle. */
const NEVER_MS = 2_147_483_647

/** Options of {@link sqlite}. */
export interface SqliteOptions extends Pick<
  PoolOptions,
  'poolSize' | 'acquireTimeoutMs' | 'idleTimeoutMs' | 'statementCacheSize'
> {
  /** The module better-sqlite3: `import Database from 'better-sqlite3'`. Default: `node:sqlite`. */
  readonly driver?: BetterSqlite3 | undefined
  /** The longest wait for a lock that another process holds, ms; the process goes on meanwhile. Default 5,000. */
  readonly busyTimeoutMs?: number | undefined
  /**
   * `full` (default): what is committed stays when the power fails. `normal`: the last commits may be lost then, though the file stays
   * whole, and each commit is several times as fast. A crash of the process loses nothing either way.
   */
  readonly synchronous?: 'full' | 'normal' | undefined
}

const SQLITE_OPTIONS = optionTable<SqliteOptions>({
  poolSize: { ...POOL_OPTIONS.poolSize, minimum: 2 },
  acquireTimeoutMs: POOL_OPTIONS.acquireTimeoutMs,
  idleTimeoutMs: POOL_OPTIONS.idleTimeoutMs,
  statementCacheSize: POOL_OPTIONS.statementCacheSize,
  driver: callable('The module better-sqlite3.', 'what better-sqlite3 exports'),
  busyTimeoutMs: milliseconds('The longest wait for a lock that another process holds, ms.', {
    default: DEFAULT_BUSY_TIMEOUT_MS,
  }),
  synchronous: oneOf(['full', 'normal'], 'Whether a commit waits for the disk.', { default: 'full' }),
})

/**
 * SQLite in a file, with a connection that writes and others that read beside it (WAL), or in memory: `:memory:`. The driver is
 * `node:sqlite`. Statements run within the process and cannot be cancelled.
 *
 * @param path - of the file, which is made where it is missing; its folder must be there
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * const shop = sqlite('shop.db', { synchronous: 'normal' })
 * shop.lanes // => 'one-writer'
 */
export function sqlite(path: string | URL, options: SqliteOptions = {}): Adapter {
  checkOptions(SQLITE_OPTIONS, options, { name: 'sqlite', below: sqlite })
  const file = toPath(path)
  const isInMemory = file === IN_MEMORY
  const pool = poolSettings(isInMemory ? { ...options, poolSize: 1, idleTimeoutMs: NEVER_MS } : options)
  const settings = { ...options, file, made: { count: 0 }, driver: driverOf(options) }
  return {
    name: 'sqlite',
    place: file,
    pool,
    lanes: isInMemory ? 'single' : 'one-writer',
    dialect: () => SQLITE_DIALECT,
    connect: (lane, signal) => connect(settings, lane, signal),
    failureOf: sqliteFailure,
    databases: fileDatabases({
      place: file,
      extension: '.sqlite',
      companions: ['-wal', '-shm', '-migrate'],
      isFolder: false,
      // Nobody needs them after the power has failed.
      at: (beside) => sqlite(beside, { ...options, synchronous: 'normal' }),
    }),
    schemaTools: async () => (await import('./schema-tools.ts')).SQLITE_TOOLS,
  }
}

function toPath(path: string | URL): string {
  if (path instanceof URL && path.protocol === 'file:') return fileURLToPath(path)
  if (typeof path === 'string' && path !== '' && !path.startsWith('file:') && !path.includes('\0'))
    return path
  throw new SetupError([
    {
      code: 'ERR_CORE_OPTION',
      place: 'sqlite()',
      message: 'The path of the file is not a path.',
      remedy: "Write sqlite('shop.db'), sqlite(new URL('shop.db', import.meta.url)) or sqlite(':memory:').",
    },
  ])
}

/** Loaded at the first connection. */
function driverOf({ driver }: SqliteOptions): () => Promise<SqliteDriver> {
  if (driver === undefined) return loadNodeSqlite
  const made = fromBetterSqlite3(driver)
  return () => Promise.resolve(made)
}

interface SqliteSettings extends Omit<SqliteOptions, 'driver'> {
  readonly file: string
  readonly driver: () => Promise<SqliteDriver>
  /** Numbers the connections. */
  readonly made: { count: number }
}

async function connect(settings: SqliteSettings, lane: Lane, signal: AbortSignal): Promise<SqliteConnection> {
  const open = await settings.driver()
  signal.throwIfAborted()
  const { file, made, busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS } = settings
  const opened = await openFile(open, file)
  try {
    opened.define(JSON_FUNCTION, sortedText)
    opened.define(CONTAINS_FUNCTION, containsElement)
    await setUp((text) => opened.exec(text), settings, { lane, signal })
  } catch (error) {
    opened.close()
    throw error
  }
  made.count += 1
  const id = `${process.pid}-${made.count}`
  return new SqliteConnection(opened, { id, busyTimeoutMs, statementCacheSize: cacheSize(settings) })
}

async function openFile(open: SqliteDriver, file: string): Promise<SqliteFile> {
  try {
    return open(file)
  } catch (error) {
    throw await unopenedFile(file, error)
  }
}

/** Waits in the open, and not within SQLite: see `SqliteConnection`. */
async function setUp(
  exec: (text: string) => void,
  { file, synchronous = 'full', busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS }: SqliteSettings,
  { lane, signal }: { readonly lane: Lane; readonly signal: AbortSignal },
): Promise<void> {
  const pragmas = [
    'pragma busy_timeout = 0',
    ...(file === IN_MEMORY ? [] : ['pragma journal_mode = wal']),
    `pragma synchronous = ${synchronous}`,
    'pragma foreign_keys = on',
    ...(lane === 'reader' ? ['pragma query_only = on'] : []),
  ]
  const end = performance.now() + busyTimeoutMs
  for (const pragma of pragmas) await execWhenFree(() => exec(pragma), end, signal)
}

async function execWhenFree(exec: () => void, end: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return exec()
    } catch (error) {
      if (!isBusy(error) || performance.now() >= end) throw error
      await setTimeout(5)
      signal.throwIfAborted()
    }
  }
}
