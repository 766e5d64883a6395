// On the request path: every log line, whether it is written or not.
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
  isError,
  reasonOf,
} from '../errors/index.ts'
import { currentFrame, type Frame } from '../frame/index.ts'
import { BINDING_NAMES, Cleaner, toFreeName } from './clean.ts'
import type {
  DestinationLease,
  LogBindings,
  LogDestination,
  Logger,
  LogLevel,
  RootLogger,
} from './contract.ts'
import { defaultDescriptor } from './default-descriptor.ts'
import { leaseDestination } from './fd-destination.ts'
import { LEVEL_VALUES, toLevelName, toLevelValue } from './level.ts'
import { isPrettyByDefault, prettify } from './pretty.ts'
import { Redaction, type CredentialNames } from './redaction.ts'
import { TroubleReport } from './report.ts'
import { leaseStream } from './stream-destination.ts'

/** Options of {@link createLogger}. */
export interface LoggerOptions {
  /** Lines below are not written. Default `info`. */
  readonly level?: LogLevel | undefined
  /** Name of the service; written to each line. */
  readonly name?: string | undefined
  /** A file path (appended to), a descriptor, or anything with `write(line)`. Default 1, stdout. */
  readonly destination?: string | number | LogDestination | undefined
  /**
   * Secret fields, next to the header fields `authorization`, `proxy-authorization`, `cookie` and `set-cookie`. A name
   * (`password`) is redacted at any depth and in any case, a path (`*.token`, `user.card.number`, `items[*].pin`)
   * from the root of the line.
   */
  readonly redact?: readonly string[] | undefined
  /** Fields of each line, next to `pid` and `hostname`. */
  readonly bindings?: LogBindings | undefined
  /**
   * Lines for people (`true`) or of JSON (`false`). Default: for people where the destination is a terminal and `NODE_ENV`
   * says development or nothing; JSON elsewhere.
   */
  readonly pretty?: boolean | undefined
  /** Unix time in milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined
}

/** Options of {@link createLogger}; levels and paths are looked at where they are read. */
export const LOGGER_OPTIONS = optionTable<LoggerOptions>({
  level: anything('Lines below are not written.'),
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

/** What all loggers of one destination share. */
interface Core {
  readonly cleaner: Cleaner
  readonly redaction: Redaction
  readonly lease: DestinationLease
  readonly now: () => number
  readonly report: TroubleReport
}

type Fields = Record<string, unknown>
type MethodName = Exclude<LogLevel, 'silent'>

/** What the request line writes with: past pino, in its format. */
export interface LineAccess {
  /** The fields that begin each line, after level and time: `,"pid":1,"hostname":"a"`. Those of these names get a `_` behind. */
  prefix(names: ReadonlySet<string>): string
  readonly now: () => number
  write(line: string): void
  addCredentials(names: CredentialNames): void
}

/** What is used of pino. Written out, so that pino's declarations are not read by every editor that reads ours. */
interface Pino extends Readonly<Record<MethodName, (fields: Fields, text?: string) => void>> {
  child(fields: Fields): Pino
}

/** The logger behind the {@link Logger} interface. */
export class PinoLogger implements RootLogger {
  readonly #core: Core
  readonly #pino: Pino
  /** The fields that begin each line, those of the parents too. */
  readonly #bindings: Fields
  readonly #parent: PinoLogger | undefined
  readonly #frame: Frame | undefined
  // Undefined: the parent's.
  #level: number | undefined = undefined

  // oxlint-disable-next-line max-params -- only this file makes loggers
  constructor(core: Core, pinoLogger: Pino, bindings: Fields, parent?: PinoLogger, frame?: Frame) {
    this.#core = core
    this.#pino = pinoLogger
    this.#bindings = bindings
    this.#parent = parent
    this.#frame = frame
  }

  get level(): LogLevel {
    return toLevelName(this.#threshold())
  }

  set level(level: LogLevel) {
    this.#level = toLevelValue(level)
  }

  trace(first: unknown, message?: string): void {
    if (this.#threshold() <= 10) this.#write('trace', first, message)
  }

  debug(first: unknown, message?: string): void {
    if (this.#threshold() <= 20) this.#write('debug', first, message)
  }

  info(first: unknown, message?: string): void {
    if (this.#threshold() <= 30) this.#write('info', first, message)
  }

  warn(first: unknown, message?: string): void {
    if (this.#threshold() <= 40) this.#write('warn', first, message)
  }

  error(first: unknown, message?: string): void {
    if (this.#threshold() <= 50) this.#write('error', first, message)
  }

  fatal(first: unknown, message?: string): void {
    if (this.#threshold() > 60) return
    this.#write('fatal', first, message)
    this.#core.lease.destination.flushSync()
  }

  child(bindings: LogBindings): Logger {
    const fields: Fields = {}
    try {
      this.#core.cleaner.addFields(fields, bindings, this.#bindings, BINDING_NAMES)
      const all = { ...this.#bindings, ...fields }
      return new PinoLogger(this.#core, this.#pino.child(fields), all, this, this.#frame)
    } catch (error) {
      this.#core.report.tell('child', `a child logger was not given its fields: ${reasonOf(error)}`)
      return this
    }
  }

  isLevelEnabled(level: LogLevel): boolean {
    // `silent` is not a level to write at.
    return level !== 'silent' && LEVEL_VALUES[level] >= this.#threshold()
  }

  flush(): Promise<void> {
    return this.#core.lease.destination.flush()
  }

  close(): Promise<void> {
    return this.#core.lease.release()
  }

  /** This logger for one request: its lines carry the request's id wherever they are logged from. */
  withFrame(frame: Frame): PinoLogger {
    return new PinoLogger(this.#core, this.#pino, this.#bindings, this, frame)
  }

  get '~internal'(): LineAccess {
    const { redaction, lease, now } = this.#core
    const { destination } = lease
    return {
      prefix: (names) => toPrefix(this.#bindings, names),
      now,
      write: (line) => destination.write(line),
      addCredentials: (names) => redaction.addCredentials(names),
    }
  }

  #threshold(): number {
    let logger: PinoLogger = this
    while (logger.#level === undefined && logger.#parent !== undefined) logger = logger.#parent
    return logger.#level ?? LEVEL_VALUES.info
  }

  #write(method: MethodName, first: unknown, message: unknown): void {
    try {
      const frame = this.#frame ?? currentFrame()
      const fields: Fields = frame === undefined ? {} : this.#frameFields(frame)
      const text =
        typeof message === 'object' && message !== null
          ? this.#addBoth(fields, first, message)
          : this.#addFirst(fields, first, message as string | undefined)
      if (text === undefined) this.#pino[method](fields)
      else this.#pino[method](fields, text)
    } catch (error) {
      this.#writeFailure(method, typeof message === 'string' ? message : undefined, reasonOf(error))
    }
  }

  // Only what throws when it is merely looked at, such as a revoked proxy, comes here.
  #writeFailure(method: MethodName, message: string | undefined, reason: string): void {
    try {
      const { redaction } = this.#core
      this.#pino[method](
        { unloggable: redaction.hideInUrls(reason) },
        message && redaction.hideInUrls(message),
      )
    } catch {
      this.#core.report.tell('write', `a line was not written: ${reason}`)
    }
  }

  /** Who is used to other loggers gives an error last, against the types; it must not be lost. */
  #addBoth(fields: Fields, first: unknown, second: object): string | undefined {
    const text = this.#addFirst(fields, first, undefined)
    const more: Fields = {}
    const other = this.#addFirst(more, second, undefined)
    for (const [name, value] of Object.entries(more))
      fields[Object.hasOwn(fields, name) ? `${name}_` : name] = value
    return text ?? other
  }

  /** Adds what was logged to the line; the message, if there is one. */
  #addFirst(fields: Fields, first: unknown, message: string | undefined): string | undefined {
    if (typeof first !== 'object' || first === null) return this.#core.redaction.hideInUrls(String(first))
    if (isError(first)) {
      const name = Object.hasOwn(this.#bindings, 'err') ? 'err_' : 'err'
      fields[name] = this.#core.cleaner.toErrorFields(first)
      return this.#core.redaction.hideInUrls(message ?? first.message)
    }
    this.#core.cleaner.addFields(fields, first, this.#bindings)
    if (message !== undefined) return this.#core.redaction.hideInUrls(message)
    const { err } = fields
    // As pino does it: the error speaks for a line without a message.
    return isErrorFields(err) ? err.message : undefined
  }

  #frameFields(frame: Frame): Fields {
    const fields: Fields = { requestId: frame.id, traceId: frame.trace.traceId }
    if (frame.bindings !== undefined) this.#core.cleaner.addFields(fields, frame.bindings, this.#bindings)
    return fields
  }
}

/**
 * Makes a logger. Lines are JSON in pino's format, gathered for 10 ms and then written, and written out when the process
 * exits or crashes. Loggers of one destination share it.
 *
 * @throws {LogSetupError} `ERR_CORE_LOG_LEVEL`, `ERR_CORE_LOG_DESTINATION`, `ERR_CORE_LOG_REDACT`
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
  const core: Core = { cleaner, redaction, lease, now, report: new TroubleReport('log') }
  const logger = new PinoLogger(core, createPino(base, core), base)
  logger.level = level
  return logger
}

/**
 * Has a logger redact further names, and its parents and children with it. A logger that is not ours is left alone: what it
 * writes is its own affair.
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

function toPrefix(bindings: Fields, names: ReadonlySet<string>): string {
  const fields: Fields = {}
  const isTaken = (name: string): boolean => names.has(name) || Object.hasOwn(fields, name)
  for (const name of Object.keys(bindings)) fields[toFreeName(name, isTaken)] = bindings[name]
  const json = JSON.stringify(fields)
  return json === '{}' ? '' : `,${json.slice(1, -1)}`
}

function isErrorFields(value: unknown): value is { readonly message: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { message?: unknown }).message === 'string'
  )
}
