// On the request path: every logged object passes here before it becomes JSON.
import { isError, reasonOf } from '../errors/index.ts'
import { type Fields, REDACTED, type Redaction, setField } from './redaction.ts'

const MAX_DEPTH = 8
// Values of one line. Limits the time that a huge object takes.
const MAX_VALUES = 1000
const MAX_STRING = 32_768

interface Kept {
  readonly taken: Fields
  readonly own: ReadonlySet<string>
}

/** Names that each line has. */
const OWN_NAMES: ReadonlySet<string> = new Set(['level', 'time', 'msg'])
/** Names of a line that fields of a logger must not take. */
export const BINDING_NAMES: ReadonlySet<string> = new Set([
  ...OWN_NAMES,
  'pid',
  'hostname',
  'name',
  'requestId',
  'traceId',
])

/**
 * Copies values into something that `JSON.stringify` takes without throwing and that holds no secret: circular
 * references, BigInt, getters and `toJSON` that throw, streams, buffers, errors and maps all become readable.
 */
export class Cleaner {
  readonly #redaction: Redaction

  constructor(redaction: Redaction) {
    this.#redaction = redaction
  }

  /**
   * Copies the fields of an object onto a line. A name that the line has already, or that is reserved, gets a trailing `_`:
   * what is logged may come from clients, and must neither replace nor repeat what the logger writes.
   *
   * @param taken - the fields that the line begins with
   * @param own - further reserved names
   */
  // oxlint-disable-next-line max-params -- on the path of each line
  addFields(target: Fields, source: object, taken: Fields = {}, own: ReadonlySet<string> = OWN_NAMES): void {
    new Walk(this.#redaction).addFields(target, source, { taken, own })
  }

  /** The fields that describe an error. */
  toErrorFields(error: Error): Fields {
    const err = new Walk(this.#redaction).errorFields(error)
    this.#redaction.hidePaths({ err })
    return err
  }
}

/** One pass over one line. It shares nothing, since a getter or `toJSON` may log, too. */
class Walk {
  readonly #redaction: Redaction
  readonly #ancestors: object[] = []
  #left = MAX_VALUES

  constructor(redaction: Redaction) {
    this.#redaction = redaction
  }

  addFields(target: Fields, source: object, { taken, own }: Kept): void {
    const fields: Fields = {}
    this.copyFields(fields, source)
    this.#redaction.hidePaths(fields)
    const isTaken = (name: string): boolean =>
      own.has(name) || Object.hasOwn(taken, name) || Object.hasOwn(target, name)
    for (const name of Object.keys(fields)) setField(target, toFreeName(name, isTaken), fields[name])
  }

  copyFields(target: Fields, source: object): void {
    const names = Object.keys(source)
    for (let at = 0; at < names.length; at++) {
      const name = names[at] as string
      if (this.#left-- <= 0) {
        setField(target, '…', `${names.length - at} more`)
        return
      }
      setField(
        target,
        name,
        this.#attempt(() => this.#named(name, (source as Fields)[name])),
      )
    }
  }

  errorFields(error: Error): Fields {
    const fields: Fields = {}
    this.#ancestors.push(error)
    try {
      fields['type'] = this.#attempt(() => toErrorName(error))
      fields['message'] = this.#attempt(() => this.#value(error.message, ''))
      fields['stack'] = this.#attempt(() =>
        typeof error.stack === 'string' ? this.#redaction.hideInUrls(error.stack) : undefined,
      )
      const own = this.#attempt(() => (hasToJson(error) ? error.toJSON('err') : error))
      if (typeof own === 'object' && own !== null) this.#copyOther(fields, own)
      this.#copyInner(fields, error as ErrorWithInner)
    } finally {
      this.#ancestors.pop()
    }
    return fields
  }

  // `cause` and `errors` come from the error itself, since a toJSON may omit them.
  #copyInner(fields: Fields, error: ErrorWithInner): void {
    const cause = this.#attempt(() => error.cause)
    if (cause !== undefined) fields['cause'] = this.#named('cause', cause)
    const errors = this.#attempt(() => error.errors)
    if (Array.isArray(errors)) fields['errors'] = this.#named('errors', errors)
  }

  #copyOther(fields: Fields, own: object): void {
    const copy: Fields = {}
    this.copyFields(copy, own)
    for (const name of Object.keys(copy)) {
      if (name !== 'cause' && name !== 'errors' && !Object.hasOwn(fields, name))
        setField(fields, name, copy[name])
    }
  }

  #named(name: string, value: unknown): unknown {
    return value !== undefined && this.#redaction.isSecretName(name) ? REDACTED : this.#value(value, name)
  }

  #value(value: unknown, name: string): unknown {
    switch (typeof value) {
      case 'string':
        return value.length > MAX_STRING
          ? `${this.#redaction.hideInUrls(value.slice(0, MAX_STRING))}… ${value.length - MAX_STRING} more`
          : this.#redaction.hideInUrls(value)
      case 'object':
        return value === null ? null : this.#object(value, name)
      case 'bigint':
        return value.toString()
      case 'function':
      case 'symbol':
        return undefined
      default:
        return value
    }
  }

  #object(value: object, name: string): unknown {
    if (this.#ancestors.includes(value)) return '[Circular]'
    if (this.#ancestors.length >= MAX_DEPTH) return Array.isArray(value) ? '[Array]' : '[Object]'
    if (isError(value)) return this.errorFields(value)
    if (isOpaque(value)) return toLabel(value)
    if (hasToJson(value)) {
      const json = value.toJSON(name)
      // As in JSON.stringify, a toJSON of what a toJSON returns is not called.
      return typeof json === 'object' && json !== null
        ? this.#inside(value, json, name)
        : this.#value(json, name)
    }
    return this.#inside(value, value, name)
  }

  #inside(met: object, value: object, name: string): unknown {
    this.#ancestors.push(met)
    try {
      return this.#copy(value, name)
    } finally {
      this.#ancestors.pop()
    }
  }

  #copy(value: object, name: string): unknown {
    if (Array.isArray(value))
      return name.toLowerCase() === 'rawheaders' ? this.#rawHeaders(value) : this.#list(value)
    if (value instanceof Set) return this.#list([...value])
    const fields: Fields = {}
    const source = value instanceof Map || value instanceof Headers ? toFields(value) : value
    this.copyFields(fields, source)
    return fields
  }

  #list(values: readonly unknown[]): unknown[] {
    const copy: unknown[] = []
    for (let at = 0; at < values.length; at++) {
      if (this.#left-- <= 0) {
        copy.push(`… ${values.length - at} more`)
        break
      }
      copy.push(this.#attempt(() => this.#value(values[at], String(at))))
    }
    return copy
  }

  // Name, value, name, value: the form of `IncomingMessage.rawHeaders`.
  #rawHeaders(values: readonly unknown[]): unknown[] {
    return this.#list(values).map((value, at) =>
      at % 2 === 1 && this.#redaction.isSecretName(String(values[at - 1])) ? REDACTED : value,
    )
  }

  #attempt(read: () => unknown): unknown {
    try {
      return read()
    } catch (error) {
      return `[Throws: ${reasonOf(error)}]`
    }
  }
}

/** A name with as many trailing `_` as it takes to be free. */
export function toFreeName(name: string, isTaken: (name: string) => boolean): string {
  return isTaken(name) ? toFreeName(`${name}_`, isTaken) : name
}

interface ErrorWithInner extends Error {
  readonly errors?: unknown
}

function hasToJson(value: object): value is { toJSON(name: string): unknown } {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function'
}

// The class says more than the default name; a name that was set says more than the class (AbortError).
function toErrorName(error: Error): string {
  const { name } = error
  return typeof name === 'string' && name !== 'Error' ? name : error.constructor.name
}

// Bytes, and objects that hold sockets and buffers: useless in a log, and endless.
function isOpaque(value: object): boolean {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer)
    return true
  const stream = value as { pipe?: unknown; _writableState?: unknown }
  return typeof stream.pipe === 'function' || typeof stream._writableState === 'object'
}

function toLabel(value: object): string {
  const name = value.constructor?.name ?? 'Object'
  const bytes = (value as { byteLength?: unknown }).byteLength
  return typeof bytes === 'number' ? `[${name} ${bytes} bytes]` : `[${name}]`
}

function toFields(entries: Iterable<readonly [unknown, unknown]>): Fields {
  const fields: Fields = {}
  for (const [name, value] of entries) setField(fields, String(name), value)
  return fields
}
