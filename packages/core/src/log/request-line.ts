// On the request path: one line per request, written by hand. Through pino it takes about five times as long.
import type { Frame } from '../frame/index.ts'
import type { Logger, LogLevel } from './contract.ts'
import { LEVEL_VALUES } from './level.ts'
import { PinoLogger, type LineAccess } from './pino-logger.ts'

/** What a request line says about the route; the same for all its requests. */
export interface RequestLabelInit {
  /** The kind of its calls, where they are not requests: `call`. */
  readonly kind?: string | undefined
  readonly method: string
  /** Name in the route tree, `orders.show`; undefined for a request without a route. */
  readonly route?: string | undefined
  /** Path pattern, `/orders/:id`. Where there is one, the path is not logged, since it may hold data of users. */
  readonly pattern?: string | undefined
  /** Path of a request without a route, without query. */
  readonly path?: string | undefined
}

/** How a request ended. */
export interface RequestEnd {
  readonly status: number
  readonly durationMs: number
  /** Bytes of the response's body that were sent. */
  readonly bytes: number
  /** Code of the error that was sent, or that ended the answer early, if any. */
  readonly errorCode?: string | undefined
  /** The request asked for what this server does not support: its 5xx is an error of the client. */
  readonly isRefused?: boolean | undefined
  /** The app is about to stop: its 503 is not a failure. */
  readonly isPlanned?: boolean | undefined
  /** Whether the answer was not complete. */
  readonly aborted?: boolean | undefined
}

/** The part of a line that is known at set-up. Make one per route. */
export class RequestLabel {
  readonly init: RequestLabelInit
  /** `GET /orders/:id` */
  readonly text: string
  /** `,"method":"GET","route":"orders.show","pattern":"/orders/:id"` */
  readonly fields: string
  /** `,"msg":"GET /orders/:id ` with its string still open. */
  readonly message: string

  constructor({ kind, method, route, pattern, path }: RequestLabelInit) {
    // In the order of the line.
    this.init = { kind, method, route, pattern, path }
    this.text = [kind, method, pattern ?? path].filter((word) => word !== undefined).join(' ')
    this.fields = `,${JSON.stringify(this.init).slice(1, -1)}`
    this.message = `,"msg":${JSON.stringify(this.text).slice(0, -1)} `
  }
}

/** Writes the one line per request. */
export interface RequestLog {
  /**
   * Writes the line, at `error` for a 5xx and for an answer that ended early, otherwise at `info`: a client's error
   * alerts nobody. Does nothing when the level is off.
   */
  write(frame: Frame, label: RequestLabel, end: RequestEnd): void
}

/**
 * Makes the writer of request lines: request id, method, route name, pattern, status, duration, bytes, trace, and the
 * error's code. Never headers, never the query; the path only of a request without a route.
 */
export function createRequestLog(logger: Logger): RequestLog {
  return logger instanceof PinoLogger ? new FastRequestLog(logger) : new PlainRequestLog(logger)
}

/** Reserved names of a request line, besides those of each line. */
const LINE_NAMES: ReadonlySet<string> = new Set([
  'method',
  'route',
  'pattern',
  'path',
  'status',
  'durationMs',
  'bytes',
  'spanId',
  'errorCode',
  'aborted',
])

/** Reserved names of the line of a call that is not a request. */
const CALL_NAMES: ReadonlySet<string> = new Set([...LINE_NAMES, 'kind'])

type RequestLevel = 'info' | 'error'

/** The level of a request line. */
function toRequestLevel({ status, isPlanned, isRefused, aborted }: RequestEnd): RequestLevel {
  if (isPlanned === true || status === 499) return 'info'
  return (status >= 500 ? isRefused !== true : aborted === true) ? 'error' : 'info'
}

class FastRequestLog implements RequestLog {
  readonly #logger: Logger
  readonly #access: LineAccess
  // `{"level":30,"time":` per level.
  readonly #heads: Readonly<Record<RequestLevel, string>> = {
    info: toHead('info'),
    error: toHead('error'),
  }
  readonly #prefix: string
  readonly #callPrefix: string

  constructor(logger: PinoLogger) {
    this.#logger = logger
    this.#access = logger['~internal']
    this.#prefix = `${this.#access.prefix(LINE_NAMES)},"requestId":`
    this.#callPrefix = `${this.#access.prefix(CALL_NAMES)},"requestId":`
  }

  write(frame: Frame, label: RequestLabel, end: RequestEnd): void {
    const { status, errorCode } = end
    const level = toRequestLevel(end)
    if (!this.#logger.isLevelEnabled(level)) return
    const { traceId, spanId } = frame.trace
    const prefix = label.init.kind === undefined ? this.#prefix : this.#callPrefix
    const aborted = end.aborted === true ? ',"aborted":true' : ''
    const error = errorCode === undefined ? '' : `,"errorCode":${quote(errorCode)}`
    this.#access.write(
      `${this.#heads[level]}${this.#access.now()}${prefix}${quote(frame.id)}${label.fields}` +
        `,"status":${status},"durationMs":${toJson(round(end.durationMs))},"bytes":${toJson(end.bytes)}` +
        // Both are always hexadecimal.
        `,"traceId":"${traceId}","spanId":"${spanId}"${aborted}${error}${label.message}${status}"}\n`,
    )
  }
}

/** For loggers that are not ours. */
class PlainRequestLog implements RequestLog {
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  write(frame: Frame, label: RequestLabel, end: RequestEnd): void {
    const { status, bytes, errorCode } = end
    const level = toRequestLevel(end)
    if (!this.#logger.isLevelEnabled(level)) return
    const { traceId, spanId } = frame.trace
    const durationMs = round(end.durationMs)
    const aborted = end.aborted === true || undefined
    this.#logger[level](
      {
        requestId: frame.id,
        ...label.init,
        status,
        durationMs,
        bytes,
        traceId,
        spanId,
        aborted,
        errorCode,
      },
      `${label.text} ${status}`,
    )
  }
}

function toHead(level: LogLevel): string {
  return `{"level":${LEVEL_VALUES[level]},"time":`
}

// Microseconds are enough, and shorter.
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}

/** A JSON number; null for what JSON cannot hold. */
function toJson(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

const PLAIN = /^[\w .:/~-]*$/

/** A JSON string. Ids and codes are nearly always plain, and then need no escaping. */
function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text)
}
