import {
  integer,
  optionProblems,
  optionTable,
  type OptionPlace,
  type SetupProblem,
} from '../../errors/index.ts'

/**
 * What a server accepts from its clients. The defaults prevent that a client holds memory or a connection without use; see
 * `docs/guides/server.md` for the reasons. The largest body is an option of the app and its routes.
 */
export interface ServerLimits {
  /** Time for a request's head to arrive, ms, from its first byte or from the connection; then 408. Default 15,000. */
  readonly headersTimeoutMs: number
  /** Time for a whole request to arrive, head and body, ms; then 408. `0` for none. Default 300,000. */
  readonly requestTimeoutMs: number
  /** Time that a connection may stay open between requests, ms. Default 72,000: longer than that of common load balancers. */
  readonly keepAliveTimeoutMs: number
  /** Request line and header fields together, bytes; more is 431 (RFC 6585 §5). Default 16,384. */
  readonly maxHeaderBytes: number
  /** Header lines; more is 431. Default 100. */
  readonly maxHeaderCount: number
  /** Request target, bytes; more is 414 (RFC 9110 §15.5.15). Default 8,192. */
  readonly maxTargetBytes: number
  /** Slowest rate of a body that is being read, bytes per second; a slower one is answered 408. `0` for none. Default 240. */
  readonly minBodyBytesPerSecond: number
  /** Time before {@link ServerLimits.minBodyBytesPerSecond} applies, ms. Default 5,000. */
  readonly bodyGraceMs: number
  /** Bytes of an unread body that are discarded to keep the connection; beyond, it is closed. Default 1,048,576. */
  readonly maxUnreadBodyBytes: number
  /** Time without progress after which an answer that the client does not read is reset, ms. `0` for none. Default 60,000. */
  readonly responseStallTimeoutMs: number
  /** Connections at the same time; further ones are closed at once. `0` for no limit. Default 0. */
  readonly maxConnections: number
  /** Requests on one connection; the last is answered with `connection: close`. `0` for no limit. Default 0. */
  readonly maxRequestsPerConnection: number
  /**
   * Requests on one connection that wait for their answers at the same time; the last is answered with
   * `connection: close`. `0` for no limit. Default 100.
   */
  readonly maxPipelinedRequests: number
}

/** The default {@link ServerLimits}. */
export const DEFAULT_LIMITS: ServerLimits = Object.freeze({
  headersTimeoutMs: 15_000,
  requestTimeoutMs: 300_000,
  keepAliveTimeoutMs: 72_000,
  maxHeaderBytes: 16_384,
  maxHeaderCount: 100,
  maxTargetBytes: 8_192,
  minBodyBytesPerSecond: 240,
  bodyGraceMs: 5_000,
  maxUnreadBodyBytes: 1_048_576,
  responseStallTimeoutMs: 60_000,
  maxConnections: 0,
  maxRequestsPerConnection: 0,
  maxPipelinedRequests: 100,
})

/** Options for limits that differ from the defaults. */
export type ServerLimitOptions = { readonly [K in keyof ServerLimits]?: ServerLimits[K] | undefined }

// A timer has 31 bits; a longer time would fire at once.
const MAX_TIMER_MS = 2 ** 31 - 1

const OFF = { isZeroOff: true } as const
const count = (lowest: number, description: string, about?: typeof OFF) =>
  integer(description, { minimum: lowest, ...about })
const time = (lowest: number, description: string, about?: typeof OFF) =>
  integer(description, { minimum: lowest, maximum: MAX_TIMER_MS, ...about })

/** Options of the limits, with the lowest useful value of each. */
export const LIMIT_OPTIONS = optionTable<ServerLimitOptions>({
  headersTimeoutMs: time(1, "Time for a request's head to arrive."),
  requestTimeoutMs: time(0, 'Time for a whole request to arrive.', OFF),
  keepAliveTimeoutMs: time(1, 'Time that a connection may stay open between requests.'),
  maxHeaderBytes: count(512, 'Request line and header fields together.'),
  maxHeaderCount: count(1, 'Header lines.'),
  maxTargetBytes: count(64, 'Request target.'),
  minBodyBytesPerSecond: count(0, 'Slowest rate of a body.', OFF),
  bodyGraceMs: time(0, 'Time before the slowest rate of a body applies.'),
  maxUnreadBodyBytes: count(0, 'Bytes of an unread body that are discarded to keep the connection.'),
  responseStallTimeoutMs: time(0, 'Time without progress of an answer.', OFF),
  maxConnections: count(0, 'Connections at the same time.', OFF),
  maxRequestsPerConnection: count(0, 'Requests on one connection.', OFF),
  maxPipelinedRequests: count(0, 'Requests on one connection that wait at the same time.', OFF),
})

/** Finds limits that are out of range or contradict each other. */
export function limitProblems(options: ServerLimitOptions | undefined, place: OptionPlace): SetupProblem[] {
  const problems = optionProblems(LIMIT_OPTIONS, options ?? {}, { ...place, code: 'ERR_CORE_SERVER_LIMIT' })
  return problems.length > 0 ? problems : findContradictions(resolveLimits(options), place)
}

/** Fills in the defaults. */
export function resolveLimits(options: ServerLimitOptions = {}): ServerLimits {
  const limits: ServerLimits & Record<string, unknown> = { ...DEFAULT_LIMITS }
  for (const [name, value] of Object.entries(options)) if (value !== undefined) limits[name] = value
  const resolved = limits as { -readonly [K in keyof ServerLimits]: ServerLimits[K] }
  fitDefaults(resolved, options)
  return Object.freeze(resolved)
}

/** Adapts defaults that contradict the given limits. */
function fitDefaults(
  limits: { -readonly [K in keyof ServerLimits]: ServerLimits[K] },
  given: ServerLimitOptions,
): void {
  const { requestTimeoutMs, headersTimeoutMs } = limits
  if (given.maxTargetBytes === undefined) {
    limits.maxTargetBytes = Math.min(limits.maxTargetBytes, limits.maxHeaderBytes)
  }
  if (requestTimeoutMs === 0 || requestTimeoutMs >= headersTimeoutMs) return
  if (given.headersTimeoutMs === undefined) limits.headersTimeoutMs = requestTimeoutMs
  else if (given.requestTimeoutMs === undefined) limits.requestTimeoutMs = headersTimeoutMs
}

function findContradictions(limits: ServerLimits, { name, path = '' }: OptionPlace): SetupProblem[] {
  const { headersTimeoutMs, requestTimeoutMs, maxTargetBytes, maxHeaderBytes } = limits
  const problem = (option: string, message: string, remedy: string): SetupProblem[] => [
    { code: 'ERR_CORE_SERVER_LIMIT', place: name, message: `Option ${path}.${option} ${message}`, remedy },
  ]
  const isShort = requestTimeoutMs !== 0 && requestTimeoutMs < headersTimeoutMs
  const time = `is ${requestTimeoutMs} ms for a whole request, but headersTimeoutMs is ${headersTimeoutMs} ms for its head alone.`
  const size = `is ${maxTargetBytes} bytes, but the target is part of a head of at most ${maxHeaderBytes}.`
  return [
    ...(isShort
      ? problem('requestTimeoutMs', time, 'Make requestTimeoutMs at least as long as headersTimeoutMs.')
      : []),
    ...(maxTargetBytes > maxHeaderBytes
      ? problem('maxTargetBytes', size, 'Make maxHeaderBytes larger than maxTargetBytes.')
      : []),
  ]
}
