// On the request path: every log line, whether it is written or not.
import { isError, reasonOf } from '../errors/index.ts'
import { currentFrame, type Frame } from '../frame/index.ts'
import { BINDING_NAMES, type Cleaner, toFreeName } from './clean.ts'
import type { DestinationLease, LogBindings, Logger, LogLevel, RootLogger } from './contract.ts'
import type { FailureReport } from './failure-report.ts'
import { LEVEL_VALUES, toLevelName, toLevelValue } from './level.ts'
import type { CredentialNames, Fields, Redaction } from './redaction.ts'

/** What all loggers of one destination share. */
export interface Core {
  readonly cleaner: Cleaner
  readonly redaction: Redaction
  readonly lease: DestinationLease
  readonly now: () => number
  readonly failures: FailureReport
}

type MethodName = Exclude<LogLevel, 'silent'>

/** How the request line is written: without pino, in its format. */
export interface LineAccess {
  /** The fields that begin each line, after level and time: `,"pid":1,"hostname":"a"`. Those of these names get a trailing `_`. */
  prefix(names: ReadonlySet<string>): string
  readonly now: () => number
  write(line: string): void
  addCredentials(names: CredentialNames): void
}

/** The used part of pino. Written out, so that editors that read our declarations need not read pino's. */
export interface Pino extends Readonly<Record<MethodName, (fields: Fields, text?: string) => void>> {
  child(fields: Fields): Pino
}

/** The logger behind the {@link Logger} interface. */
export class PinoLogger implements RootLogger {
  readonly #core: Core
  readonly #pino: Pino
  /** The fields that begin each line, with those of the parents. */
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
      this.#core.failures.report('child', `a child logger lacks its fields: ${reasonOf(error)}`)
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

  /** This logger for one request: its lines have the request's id wherever they are logged. */
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

  // Only for values that throw when they are read, such as a revoked proxy.
  #writeFailure(method: MethodName, message: string | undefined, reason: string): void {
    try {
      const { redaction } = this.#core
      this.#pino[method](
        { unloggable: redaction.hideInUrls(reason) },
        message && redaction.hideInUrls(message),
      )
    } catch {
      this.#core.failures.report('write', `a line was not written: ${reason}`)
    }
  }

  /** Users of other loggers may pass an error last, against the types; it must not be lost. */
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
    // Like pino: a line without a message has that of the error.
    return isErrorFields(err) ? err.message : undefined
  }

  #frameFields(frame: Frame): Fields {
    const fields: Fields = { requestId: frame.id, traceId: frame.trace.traceId }
    if (frame.bindings !== undefined) this.#core.cleaner.addFields(fields, frame.bindings, this.#bindings)
    return fields
  }
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
