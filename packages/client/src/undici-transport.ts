import { integer, milliseconds, ofKind, optionTable, withMethods } from '@keelson/contract/options'
import { isDoneWithin } from '@keelson/contract/wait'
import { runWithoutFrame } from '@keelson/contract/frame'
import { isReplayable } from './body.ts'
import { clientError } from './client-error.ts'
import { loadUndici } from './load-undici.ts'
import { checkClientOptions } from './check-options.ts'
import type { ClientRequest, ClientResponse, ResponseHeaders, Transport } from './transport.ts'

/** The part of an undici `Dispatcher` that is used here. */
export interface UndiciDispatcher {
  request(options: UndiciRequest): Promise<UndiciResponse>
  close(): Promise<void>
  destroy(): Promise<void>
}

/** What a dispatcher is given. */
export interface UndiciRequest {
  readonly origin: string
  readonly path: string
  readonly method: 'GET' | 'HEAD' | 'QUERY' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly headers: Record<string, string>
  // undici also takes what its types omit: blobs, web streams, async iterables.
  readonly body: string | Uint8Array | null
  readonly signal: AbortSignal
}

/** What a dispatcher resolves to. */
export interface UndiciResponse {
  readonly statusCode: number
  readonly headers: ResponseHeaders
  readonly body: AsyncIterable<Uint8Array> & {
    dump(options: { limit: number; signal: AbortSignal }): Promise<void>
  }
}

/** Options of {@link undiciTransport}. */
export interface UndiciOptions {
  /** Most connections to one origin; further calls wait. Default 128. */
  readonly connections?: number | undefined
  /** Time to connect, ms; default 10_000. `0` for none. */
  readonly connectTimeoutMs?: number | undefined
  /** How long a connection without calls is kept, ms, unless the server says; default 4_000. */
  readonly keepAliveTimeoutMs?: number | undefined
  /** Longest silence within a response, ms; default 300_000. `0` for none. Bounds streams, too. */
  readonly idleTimeoutMs?: number | undefined
  /** A dispatcher of your own (proxy, client certificate, Unix socket, fake); the other options are then ignored. */
  readonly dispatcher?: UndiciDispatcher | undefined
}

const UNDICI_OPTIONS = optionTable<UndiciOptions>({
  connections: integer('Most connections to one origin.', { minimum: 1, default: 128 }),
  connectTimeoutMs: milliseconds('Time to connect.', { default: 10_000, isZeroOff: true }),
  keepAliveTimeoutMs: milliseconds('How long an idle connection is kept.', { minimum: 1, default: 4_000 }),
  idleTimeoutMs: milliseconds('Longest silence in the middle of an answer.', {
    default: 300_000,
    isZeroOff: true,
  }),
  dispatcher: ofKind(
    withMethods('an undici dispatcher', ['request', 'close', 'destroy']),
    'Sends in place of a pool.',
  ),
})

/** Options of `close`. */
interface CloseOptions {
  readonly timeoutMs?: number | undefined
}

const CLOSE_OPTIONS = optionTable<CloseOptions>({
  timeoutMs: milliseconds('How long it waits for calls.', { default: 5_000 }),
})

/** A transport with a pool of connections. */
export interface UndiciTransport extends Transport {
  /**
   * Takes no more calls, waits for those in flight and closes the connections. Not needed for the process to end.
   *
   * @param options.timeoutMs - how long it waits before it cuts them off; default 5_000
   */
  close(options?: { readonly timeoutMs?: number | undefined }): Promise<void>
}

/**
 * Sends through undici, which is loaded with the first call. Connections are kept alive and not compressed; redirects
 * are not followed: they are responses like others.
 *
 * @throws {ClientError} `ERR_CLIENT_OPTION` for options that do not exist or values of another kind
 * @example
 * const shop = createClient<Api>({ baseUrl, manifest, transport: undiciTransport({ connections: 16 }) })
 */
export function undiciTransport(options: UndiciOptions = {}): UndiciTransport {
  checkClientOptions(UNDICI_OPTIONS, options, { name: 'undiciTransport', below: undiciTransport })
  let loading: Promise<Connections> | undefined
  const connections = (): Promise<Connections> => (loading ??= open(options))
  const transport: Transport = async (request) => send((await connections()).dispatcher, request)
  return Object.assign(transport, {
    close: async (limits: CloseOptions = {}) => {
      checkClientOptions(CLOSE_OPTIONS, limits, { name: 'close of undiciTransport' })
      const { timeoutMs = 5_000 } = limits
      const { dispatcher, cut } = await connections()
      if (!(await isDoneWithin(dispatcher.close(), { limitMs: timeoutMs }))) await cut()
    },
  })
}

let shared: Transport | undefined

/** The transport of clients without an option `transport`: one pool for all, so that a client made twice does not connect twice. */
export function sharedTransport(): Transport {
  return (shared ??= undiciTransport())
}

interface Connections {
  readonly dispatcher: UndiciDispatcher
  /** Closes all connections at once. */
  cut(): Promise<void>
}

async function open(options: UndiciOptions): Promise<Connections> {
  const { dispatcher: own } = options
  if (own !== undefined) return { dispatcher: own, cut: () => own.destroy() }
  const { Agent, Pool } = await loadUndici()
  // An agent that is closing forgets its pools, and they could not be destroyed any more.
  const pools = new Set<{ readonly destroyed: boolean; destroy(): Promise<void> }>()
  const dispatcher = new Agent({
    connections: options.connections ?? 128,
    connect: { timeout: options.connectTimeoutMs ?? 10_000 },
    keepAliveTimeout: options.keepAliveTimeoutMs ?? 4_000,
    bodyTimeout: options.idleTimeoutMs ?? 300_000,
    factory: (origin, poolOptions) => {
      for (const pool of pools) if (pool.destroyed) pools.delete(pool)
      const pool = new Pool(origin, poolOptions)
      pools.add(pool)
      return pool
    },
  })
  return {
    dispatcher,
    cut: async () => void (await Promise.all([...pools].map((pool) => pool.destroy()))),
  }
}

async function send(dispatcher: UndiciDispatcher, request: ClientRequest): Promise<ClientResponse> {
  const { name, url, body } = request
  const at = url.indexOf('/', url.indexOf('//') + 2)
  if (at === -1 || url.startsWith('/'))
    throw clientError('INPUT', { name, detail: 'outside of a browser the baseUrl needs a host.' })
  // undici takes only a FormData of its own class; the platform serialises its own.
  const form = body instanceof FormData ? new Response(body) : undefined
  const type = form?.headers.get('content-type')
  const options = {
    origin: url.slice(0, at),
    path: url.slice(at),
    method: request.method as UndiciRequest['method'],
    // Without the header a server may choose any coding (RFC 9110 §12.5.3).
    headers: { 'accept-encoding': 'identity', ...(type && { 'content-type': type }), ...request.headers },
    body: (form?.body ?? body ?? null) as UndiciRequest['body'],
    signal: request.signal,
  }
  const start = (): Promise<UndiciResponse> => dispatcher.request(options)
  try {
    // Connections outlive the request that opens them, so its frame must not live on in them. A stream is read by the
    // pool, and may ask for the frame.
    const answer = await (isReplayable(body) ? runWithoutFrame(start) : start())
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: answer.body,
      discard: () => drop(answer.body),
    }
  } catch (error) {
    throw isRefused(error) ? clientError('INPUT', { name, detail: error.message, cause: error }) : error
  }
}

/** Reads the rest if it is short, so that the connection can be kept. */
function drop(body: UndiciResponse['body']): void {
  body.dump({ limit: 65_536, signal: AbortSignal.timeout(1_000) }).catch(() => undefined)
}

/** Whether undici refused to send, as for a header of the connection. */
function isRefused(error: unknown): error is Error {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED'
}
