import { SetupError } from '@keelson/core'
import { checkOptions, optionTable } from '@keelson/core/options'
import {
  cacheSize,
  fileDatabases,
  loadDriver,
  POOL_OPTIONS,
  poolSettings,
  type Adapter,
  type PoolOptions,
} from '../adapter/index.ts'
import {
  loadPostgresTools,
  PostgresConnection,
  postgresDialect,
  postgresFailure,
} from '../postgres/shared.ts'
import { PgliteClient } from './pglite-client.ts'

const IN_MEMORY = 'memory://'
/** It takes seconds to start, and a database in memory is gone with it. */
const NEVER_MS = 2_147_483_647

const SESSION = `set timezone = 'UTC'; set datestyle = 'ISO'; set client_encoding = 'UTF8'; set bytea_output = 'hex'`

/** Options of {@link pglite}. */
export type PgliteOptions = Pick<PoolOptions, 'acquireTimeoutMs' | 'statementCacheSize'>

const PGLITE_OPTIONS = optionTable<PgliteOptions>({
  acquireTimeoutMs: POOL_OPTIONS.acquireTimeoutMs,
  statementCacheSize: POOL_OPTIONS.statementCacheSize,
})

/**
 * PostgreSQL within the process, for tests: it starts in seconds, has one connection, and blocks the process while a statement runs,
 * which cannot be cancelled.
 *
 * @param dataDir - the folder of its files; default: in memory
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * const shop = pglite()
 * shop.lanes // => 'single'
 */
export function pglite(dataDir: string = IN_MEMORY, options: PgliteOptions = {}): Adapter {
  checkOptions(PGLITE_OPTIONS, options, { name: 'pglite', below: pglite })
  if (typeof dataDir !== 'string' || dataDir === '') throw noFolder()
  const dialect = postgresDialect({ caseInsensitiveLocale: '@colStrength=secondary' })
  return {
    name: 'pglite',
    place: dataDir,
    pool: { ...poolSettings({ ...options, poolSize: 1 }), connectTimeoutMs: 60_000, idleTimeoutMs: NEVER_MS },
    lanes: 'single',
    dialect: () => dialect,
    connect: (_lane, signal) => connect(dataDir, cacheSize(options), signal),
    failureOf: postgresFailure,
    databases: fileDatabases({
      place: dataDir,
      extension: '.pglite',
      companions: [],
      isFolder: true,
      at: (beside) => pglite(beside, options),
    }),
    schemaTools: () => loadPostgresTools(dialect),
  }
}

async function connect(
  dataDir: string,
  statementCacheSize: number,
  signal: AbortSignal,
): Promise<PostgresConnection> {
  const load = (): Promise<typeof import('@electric-sql/pglite')> => import('@electric-sql/pglite')
  const { PGlite, protocol } = await loadDriver('pglite()', '@electric-sql/pglite', load)
  signal.throwIfAborted()
  const database = await PGlite.create(dataDir)
  await database.exec(SESSION)
  const client = new PgliteClient(database, protocol.serialize)
  return new PostgresConnection(client, {
    id: String(process.pid),
    statementCacheSize,
    sendCancel: undefined,
  })
}

function noFolder(): SetupError {
  return new SetupError([
    {
      code: 'ERR_CORE_OPTION',
      place: 'pglite()',
      message: 'The folder of its files is not a path.',
      remedy: "Write pglite('./data'), or pglite() for a database in memory.",
    },
  ])
}
