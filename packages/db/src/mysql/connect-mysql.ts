import type { Connection as Client, ConnectionOptions, SslOptions } from 'mysql2'
import { SetupError } from '@keelson/core'
import { loadDriver, placeOf, type PoolSettings } from '../adapter/index.ts'
import { letGo, MysqlConnection, type Killer, type StreamLimits } from './mysql-connection.ts'
import { binaryCollation, SORT_BYTES, SORT_MEMORY } from './mysql-dialect.ts'
import type { MysqlSettings } from './mysql-options.ts'
import type { MysqlSystem } from './mysql-system.ts'

/** The longest wait for a connection that kills a statement. */
const KILL_TIMEOUT_MS = 2000

/** The key 0 of a numbered table is 0, as everywhere else, and not the next number. */
const SQL_MODE =
  'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO,ONLY_FULL_GROUP_BY,NO_AUTO_VALUE_ON_ZERO'

/** The oldest versions with the collations that compare text by bytes and keep blanks, and without case but with accents. */
const OLDEST: Readonly<Record<MysqlSystem, readonly [major: number, minor: number]>> = {
  mysql: [8, 0],
  mariadb: [10, 10],
}

type Mysql = typeof import('mysql2')

/** A connection, and which system it is to. */
export interface Connected {
  readonly connection: MysqlConnection
  readonly system: MysqlSystem
}

/** Logs in and sets up the session. */
export async function connectMysql(
  settings: MysqlSettings,
  pool: PoolSettings,
  signal: AbortSignal,
): Promise<Connected> {
  const mysql = await loadDriver('mysql()', 'mysql2', loadMysql2)
  const { client, version } = await open(mysql, await toConfig(settings, pool.connectTimeoutMs), signal)
  const system: MysqlSystem = /mariadb/i.test(version) ? 'mariadb' : 'mysql'
  try {
    checkVersion(system, version, settings)
    for (const text of sessionSettings(system, pool)) await send(client, text, signal)
  } catch (error) {
    letGo(client)
    throw error
  }
  const connection = new MysqlConnection(client, {
    id: String(client.threadId),
    statementCacheSize: settings.statementCacheSize,
    types: mysql.TypedParameter,
    streams: streamLimits(system, pool),
    openKiller: () => openKiller(mysql, settings),
  })
  return { connection, system }
}

/** Node finds not all names of a CommonJS module, and the types of this one do not say that it has a default. */
async function loadMysql2(): Promise<Mysql> {
  return ((await import('mysql2')) as unknown as { readonly default: Mysql }).default
}

/** One connection without settings: what it sends means the same with any. */
async function openKiller(mysql: Mysql, settings: MysqlSettings): Promise<Killer> {
  const signal = AbortSignal.timeout(KILL_TIMEOUT_MS)
  const { client } = await open(mysql, await toConfig(settings, KILL_TIMEOUT_MS), signal)
  return {
    // A thread that is gone needs no killing.
    kill: (id) => send(client, `kill query ${id}`, signal).catch(() => undefined),
    // A farewell, or the server logs an aborted connection for each statement that was cancelled.
    close: () => client.end(),
  }
}

async function toConfig(settings: MysqlSettings, connectTimeout: number): Promise<ConnectionOptions> {
  const { address, tls, applicationName, statementCacheSize } = settings
  const { host, port, user, database } = address
  return {
    ...(host.startsWith('/') ? { socketPath: host } : { host, port }),
    user,
    database,
    password: await settings.password(),
    ...(tls === false ? {} : { ssl: sslOf(tls) }),
    connectTimeout,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    jsonStrings: true,
    // No server may ask for files of this machine.
    flags: ['-LOCAL_FILES'],
    // 0 means many to mysql2; each statement is then closed after its run.
    maxPreparedStatements: Math.max(statementCacheSize, 1),
    connectAttributes: { program_name: applicationName },
  }
}

function sslOf(tls: MysqlSettings['tls']): SslOptions {
  const checks = { rejectUnauthorized: true, verifyIdentity: true }
  if (typeof tls === 'boolean') return checks
  return { ...checks, verifyIdentity: tls.rejectUnauthorized !== false, ...(tls as SslOptions) }
}

/** mysql2 tells nobody when it is told to let go, so what waits for it is rejected here. */
function rejectWhenAborted(client: Client, signal: AbortSignal, reject: (error: Error) => void): () => void {
  const abort = (): void => {
    letGo(client)
    reject(signal.reason as Error)
  }
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return () => signal.removeEventListener('abort', abort)
}

function open(
  mysql: Mysql,
  config: ConnectionOptions,
  signal: AbortSignal,
): Promise<{ readonly client: Client; readonly version: string }> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    const client = mysql.createConnection(config)
    const release = rejectWhenAborted(client, signal, reject)
    client.on('error', (error: Error) => {
      release()
      letGo(client)
      reject(error)
    })
    client.once('connect', ({ serverVersion }: { readonly serverVersion: string }) => {
      release()
      resolve({ client, version: serverVersion })
    })
  })
}

function send(client: Client, text: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const release = rejectWhenAborted(client, signal, reject)
    client.query(text, (error: Error | null) => {
      release()
      if (error === null) resolve()
      else reject(error)
    })
  })
}

/** The longest pause of the reader of a stream, seconds: the server waits so long for the rows to be taken. */
const LONGEST_PAUSE_S = 86_400

function streamLimits(system: MysqlSystem, { statementTimeoutMs }: PoolSettings): StreamLimits {
  const name = system === 'mariadb' ? 'max_statement_time' : 'max_execution_time'
  return {
    batchTimeoutMs: statementTimeoutMs,
    before: `set session ${name} = 0, net_write_timeout = ${LONGEST_PAUSE_S}`,
    after: `set session ${statementLimit(system, statementTimeoutMs)}, net_write_timeout = default`,
  }
}

function statementLimit(system: MysqlSystem, statementTimeoutMs: number): string {
  return system === 'mariadb'
    ? `max_statement_time = ${statementTimeoutMs / 1000}`
    : `max_execution_time = ${Math.ceil(statementTimeoutMs)}`
}

/** Once for each connection, before its first statement. */
function sessionSettings(system: MysqlSystem, pool: PoolSettings): string[] {
  const { statementTimeoutMs, idleInTransactionTimeoutMs } = pool
  const limits = [
    statementLimit(system, statementTimeoutMs),
    ...(system === 'mariadb'
      ? [`idle_transaction_timeout = ${Math.ceil(idleInTransactionTimeoutMs / 1000)}`]
      : []),
  ]
  const sorts = `max_sort_length = ${SORT_BYTES}, sort_buffer_size = greatest(@@sort_buffer_size, ${SORT_MEMORY})`
  return [
    `set session time_zone = '+00:00', sql_mode = '${SQL_MODE}', ${sorts}, ${limits.join(', ')}, names utf8mb4 collate ${binaryCollation(system)}`,
    'set session transaction isolation level read committed',
  ]
}

/** `5.5.5-10.11.19-MariaDB`, as some versions of MariaDB begin for old clients, or `8.4.3`. */
function checkVersion(system: MysqlSystem, version: string, { address }: MysqlSettings): void {
  const [, major, minor] = /^(?:5\.5\.5-)?(\d+)\.(\d+)/.exec(version) ?? []
  const [oldestMajor, oldestMinor] = OLDEST[system]
  if (Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor)) return
  throw new SetupError([
    {
      code: 'ERR_DB_CONNECTION',
      place: placeOf('mysql', address),
      message: `The server has version ${version}, which is too old.`,
      remedy: `Use MySQL ${OLDEST.mysql.join('.')}, MariaDB ${OLDEST.mariadb.join('.')}, or a later one.`,
    },
  ])
}
