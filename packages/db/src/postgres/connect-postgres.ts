import type { Client, ClientConfig, Submittable } from 'pg'
import { isIP, Socket } from 'node:net'
import { closedError, loadDriver, placeOf, type PoolSettings } from '../adapter/index.ts'
import { PostgresConnection } from './postgres-connection.ts'
import type { PostgresSettings } from './postgres-options.ts'
import { assertVersion } from './postgres-version.ts'
import type { WireClient } from './wire.ts'

/** The longest wait for the answer to a request to cancel. */
const CANCEL_TIMEOUT_MS = 2000

type Pg = typeof import('pg')

/** The part of pg's connection that a request to cancel needs, which its types omit. */
interface CancelWire {
  readonly stream: { destroy(): void }
  connect(port: number | string, host?: string): void
  requestSsl(): void
  cancel(processId: number, secretKey: number): void
  on(event: 'connect' | 'sslconnect' | 'end' | 'error', listener: () => void): void
}

/** What the server tells of itself when a session begins. */
interface ParameterStatus {
  readonly parameterName: string
  readonly parameterValue: string
}

/** Logs in, with the settings of the session in the message that begins it. */
export async function connectPostgres(
  settings: PostgresSettings,
  pool: PoolSettings,
  signal: AbortSignal,
): Promise<PostgresConnection> {
  const pg = await loadDriver('postgres()', 'pg', () => import('pg'))
  signal.throwIfAborted()
  const client = new pg.Client(toConfig(settings, pool))
  let version: string | undefined
  client.connection.on('parameterStatus', ({ parameterName, parameterValue }: ParameterStatus) => {
    if (parameterName === 'server_version') version = parameterValue
  })
  const abort = (): void => void client.connection.stream.destroy()
  signal.addEventListener('abort', abort)
  try {
    await client.connect()
    assertVersion(version, placeOf('postgres', settings.address))
  } catch (error) {
    client.on('error', () => undefined)
    abort()
    throw signal.aborted ? signal.reason : error
  } finally {
    signal.removeEventListener('abort', abort)
  }
  const { processID, secretKey } = client as Client & {
    readonly processID: number
    readonly secretKey: number
  }
  return new PostgresConnection(toWireClient(client), {
    id: String(processID),
    statementCacheSize: settings.statementCacheSize,
    sendCancel: () =>
      sendCancel(toCancelWire(pg, client, settings), { client, settings, processID, secretKey }),
  })
}

function toWireClient(client: Client): WireClient {
  return {
    // The types of pg want a class of its own; what it calls is a WireTask.
    run: (task) => void client.query(task as unknown as Submittable),
    isInTransaction: () => client.getTransactionStatus() !== 'I',
    onReady: (listener) => void client.connection.on('readyForQuery', listener),
    onBroken: (listener) => {
      client.on('error', listener)
      client.on('end', () => listener(closedError()))
    },
    close: () => client.end(),
    destroy: () => void client.connection.stream.destroy(),
  }
}

function toConfig(settings: PostgresSettings, pool: PoolSettings): ClientConfig {
  const { host, port, user, database } = settings.address
  return {
    host,
    port,
    user,
    database,
    password: settings.password,
    ssl: settings.tls,
    application_name: settings.applicationName,
    connectionTimeoutMillis: pool.connectTimeoutMs,
    keepAlive: true,
    options: sessionOptions(settings, pool),
  }
}

/** Behind a pooler of transactions a session is not ours: its limits come with each BEGIN. */
function sessionOptions({ isPooled }: PostgresSettings, pool: PoolSettings): string {
  const shared = ['TimeZone=UTC', 'DateStyle=ISO', 'client_encoding=UTF8']
  const own = isPooled ? [] : ['bytea_output=hex', ...sessionLimits(pool)]
  return [...shared, ...own].map((each) => `-c ${each}`).join(' ')
}

/** The limits that the server keeps by itself. */
export function sessionLimits({ statementTimeoutMs, idleInTransactionTimeoutMs }: PoolSettings): string[] {
  return [
    `statement_timeout=${Math.ceil(statementTimeoutMs)}`,
    `idle_in_transaction_session_timeout=${Math.ceil(idleInTransactionTimeoutMs)}`,
  ]
}

/** To the address that the connection has, since a name may stand for several servers. */
function toCancelWire(pg: Pg, client: Client, { address: { host }, tls }: PostgresSettings): CancelWire {
  const servername = isIP(host) === 0 ? { servername: host } : {}
  const ssl = tls === false ? false : { ...servername, ...(tls === true ? {} : tls) }
  return new pg.Connection({ ssl } as ClientConfig) as unknown as CancelWire
}

interface CancelTarget {
  readonly client: Client
  readonly settings: PostgresSettings
  readonly processID: number
  readonly secretKey: number
}

/** The server closes the socket once it has sent the signal, so that nothing later can be hit. */
function sendCancel(wire: CancelWire, target: CancelTarget): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => wire.stream.destroy(), CANCEL_TIMEOUT_MS)
    const end = (): void => {
      clearTimeout(timer)
      wire.stream.destroy()
      resolve()
    }
    const { client, settings, processID, secretKey } = target
    const send = (): void => wire.cancel(processID, secretKey)
    wire.on('connect', settings.tls === false ? send : () => wire.requestSsl())
    wire.on('sslconnect', send)
    wire.on('end', end)
    wire.on('error', end)
    const { host, port } = settings.address
    if (host.startsWith('/')) wire.connect(`${host}/.s.PGSQL.${port}`)
    else wire.connect(port, addressOf(client) ?? host)
  })
}

function addressOf({ connection: { stream } }: Client): string | undefined {
  return stream instanceof Socket ? stream.remoteAddress : undefined
}
