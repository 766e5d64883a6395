import { hostname } from 'node:os'
import { pino } from 'pino'
import {
  anything,
  callable,
  checkOptions,
  either,
  flag,
  listOf,
  ofKind,
  optionTable,
  recordOf,
  resolveMode,
  text,
  withMethods,
} from '../errors/index.ts'
import type { Frame } from '../frame/index.ts'
import { BINDING_NAMES, Cleaner } from './clean.ts'
import type { LogBindings, LogDestination, Logger, LogLevel, RootLogger } from './contract.ts'
import { defaultDescriptor } from './default-descriptor.ts'
import { leaseDestination } from './fd-destination.ts'
import { toLevelValue } from './level.ts'
import { PinoLogger, type Core, type Pino } from './pino-logger.ts'
import { isPrettyByDefault, prettify } from './pretty.ts'
import { type CredentialNames, type Fields, Redaction } from './redaction.ts'
import { FailureReport } from './failure-report.ts'
import { leaseStream } from './stream-destination.ts'

/** Options of {@link createLogger}. */
export interface LoggerOptions {
  /** Lines below it are not written. Default `info`. */
  readonly level?: LogLevel | undefined
  /** Name of the service; written to each line. */
  readonly name?: string | undefined
  /** A file path (appended to), a descriptor, or anything with `write(line)`. Default 1, stdout. */
  readonly destination?: string | number | LogDestination | undefined
  /**
   * Secret fields, besides the header fields `authorization`, `proxy-authorization`, `cookie` and `set-cookie`. A name
   * (`password`) is redacted at any depth and in any case, a path (`*.token`, `user.card.number`, `items[*].pin`)
   * from the root of the line.
   */
  readonly redact?: readonly string[] | undefined
  /** Fields of each line, besides `pid` and `hostname`. */
  readonly bindings?: LogBindings | undefined
  /**
   * Lines for people (`true`) or of JSON (`false`). Default: for people when the destination is a terminal and `NODE_ENV`
   * is `development` or not set; JSON otherwise.
   */
  readonly pretty?: boolean | undefined
  /** Unix time in milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** Options of {@link createLogger}; levels and paths are checked where they are read. */
export const LOGGER_OPTIONS = optionTable<LoggerOptions>({
  level: anything('Lines below it are not written.'),
  name: text('Name of the service.'),
  destination: either(
    text('A file path, a descriptor, or anything with write(line).'),
    { type: 'integer', minimum: 0, default: 1, what: 'a descriptor' },
    ofKind(withMethods('an object with write(line)', ['write']), 'Where lines go.'),
  ),
  redact: listOf(text('Names and paths of secret fields.')),
  bindings: recordOf(anything('Fields of each line.')),
  pretty: flag('Lines for people, or of JSON; by default for people in a terminal in development.'),
  now: callable('Unix time in milliseconds.'),
})

/**
 * Makes a logger. Lines are JSON in pino's format, collected for 50 ms and then written, and also when the process
 * exits or crashes. Loggers with one destination share it.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`, `ERR_CORE_LOG_LEVEL`, `ERR_CORE_LOG_DESTINATION`, `ERR_CORE_LOG_REDACT`
 * @example
 * const log = createLogger({ level: 'debug', redact: ['password'] })
 * log.info({ user: { name: 'ada', password: 'x' } }, 'signed up')   // …"user":{"name":"ada","password":"[Redacted]"}…
 */
export function createLogger(options: LoggerOptions = {}): RootLogger {
  checkOptions(LOGGER_OPTIONS, options, { name: 'createLogger', below: createLogger })
  const { level = 'info', destination = defaultDescriptor(), now = Date.now } = options
  toLevelValue(level)
  const redaction = new Redaction(options.redact ?? [])
  const cleaner = new Cleaner(redaction)
  const opened = typeof destination === 'object' ? leaseStream(destination) : leaseDestination(destination)
  const isPretty = options.pretty ?? isPrettyByDefault(destination, resolveMode(undefined))
  const lease = isPretty ? prettify(opened, destination, options.name !== undefined) : opened
  const base: Fields = { pid: process.pid, hostname: hostname() }
  if (options.name !== undefined) base['name'] = options.name
  if (options.bindings !== undefined) cleaner.addFields(base, options.bindings, {}, BINDING_NAMES)
  const core: Core = { cleaner, redaction, lease, now, failures: new FailureReport('log') }
  const logger = new PinoLogger(core, createPino(base, core), base)
  logger.level = level
  return logger
}

/**
 * Makes a logger redact further names, with its parents and children. Has no effect on a logger that is not ours.
 */
export function redactCredentials(logger: Logger, names: CredentialNames): void {
  // Not by its class: another copy of this package may have made it.
  const { '~internal': internal } = logger as { readonly '~internal'?: Partial<PinoLogger['~internal']> }
  internal?.addCredentials?.(names)
}

/**
 * A logger for the lines of one request, `ctx.log`. For our own loggers this is one small object; for another
 * implementation a child with the request's id.
 */
export function bindLogger(logger: Logger, frame: Frame): Logger {
  if (logger instanceof PinoLogger) return logger.withFrame(frame)
  return logger.child({ requestId: frame.id, traceId: frame.trace.traceId })
}

// Levels are decided and values are cleaned before pino sees them.
function createPino(base: Fields, { now, lease }: Core): Pino {
  return pino(
    { level: 'trace', base, serializers: { err: asIs }, timestamp: () => `,"time":${now()}` },
    { write: (line: string) => lease.destination.write(line) },
  )
}

function asIs(value: unknown): unknown {
  return value
}
