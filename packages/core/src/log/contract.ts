/** From least to most severe; `silent` is above all others and only switches a logger off. */
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

/** Fields of a log line. Errors under `err` are written with stack, causes and aggregated errors. */
export type LogBindings = Readonly<Record<string, unknown>>

/**
 * Writes one line. Never throws: a value that JSON cannot hold is described instead.
 *
 * @example
 * log.info('started')
 * log.info({ orderId }, 'order shipped')
 * log.error(error)                       // the message is the error's
 * log.error({ err: error, orderId }, 'order failed')
 */
export interface LogMethod {
  (message: string): void
  (bindings: object, message?: string): void
}

/**
 * The log of the framework and of applications. Lines logged while a request is served carry its `requestId`
 * and `traceId`, without a child logger.
 */
export interface Logger {
  /** Lines below it are not written. A child has the level of its parent until its own is set. */
  level: LogLevel
  readonly trace: LogMethod
  readonly debug: LogMethod
  readonly info: LogMethod
  readonly warn: LogMethod
  readonly error: LogMethod
  /** The line is at the destination before the call returns. */
  readonly fatal: LogMethod
  /** A logger whose lines also have these fields. */
  child(bindings: LogBindings): Logger
  /** For lines that are expensive to prepare. */
  isLevelEnabled(level: LogLevel): boolean
  /** Resolves when all earlier lines are written, or known to be lost. Never rejects. */
  flush(): Promise<void>
}

/** A logger that owns its destination. */
export interface RootLogger extends Logger {
  /** Flushes and releases the destination; later lines are dropped. Never rejects. */
  close(): Promise<void>
}

/** Where lines go: anything with a `write`, such as a Node writable stream. */
export interface LogDestination {
  /** One line of JSON with its line break. */
  write(line: string): unknown
  /** Called by `logger.flush()`. */
  flush?(): unknown
  /** Called after `fatal` lines and when the process exits; must write at once. */
  flushSync?(): unknown
}

/** A destination in use, none of whose methods throws, and how to release it. */
export interface DestinationLease {
  readonly destination: { write(line: string): void; flush(): Promise<void>; flushSync(): void }
  release(): Promise<void>
}

/** A parsed log line. Further fields are the bindings. */
export interface LogLine {
  /** 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
  readonly level: number
  /** Unix time in milliseconds. */
  readonly time: number
  readonly msg?: string
  readonly [field: string]: unknown
}
