// On the request path: one flat list per response, in the form that `writeHead` takes.
import { InternalError, isFieldValue, isToken, NOT_IN_FIELD } from '../errors/index.ts'

/**
 * Response headers as one flat list. Names may be given in any case (RFC 9110 §5.1), and are kept in lower case;
 * `set-cookie` may stand several times. A value is visible latin1 text, spaces and tabs (RFC 9110 §5.5); `set` and `append`
 * throw an {@link InternalError} for anything else, such as a line break, so that the error is found where it is made.
 *
 * @example
 * outcome.headers.set('etag', '"v1"')
 */
export class ResponseHeaders {
  /** `[name, value, name, value, …]`; for transports. */
  readonly flat: string[]

  constructor(flat: string[] = []) {
    this.flat = flat
  }

  /** Value of the first header of this name. */
  get(name: string): string | undefined {
    const at = indexOfName(this.flat, toKey(name))
    return at === -1 ? undefined : this.flat[at + 1]
  }

  /** Values of all lines of this name, in order. */
  values(name: string): readonly string[] {
    return linesOf(this.flat, toKey(name))
  }

  has(name: string): boolean {
    return holdsHeader(this.flat, toKey(name))
  }

  /** Puts a header in place of all of its name. */
  set(name: string, value: string | number): this {
    setHeader(this.flat, toKey(name), value)
    return this
  }

  /** Adds a line besides those of its name: `set-cookie`, `vary`, `link`. */
  append(name: string, value: string | number): this {
    const key = toKey(name)
    this.flat.push(key, toFieldValue(key, value))
    return this
  }

  delete(name: string): boolean {
    return removeHeader(this.flat, toKey(name))
  }

  /**
   * Adds names of request headers to `vary`, which stays one line with each name once, or `*`, which stands for all (RFC
   * 9110 §12.5.5).
   *
   * @throws {InternalError} for what is not the name of a header
   * @example
   * outcome.headers.vary('accept-encoding', 'origin')
   */
  vary(...names: readonly string[]): this {
    const line = varyLine(linesOf(this.flat, 'vary'), names)
    return line === '' ? this : this.set('vary', line)
  }

  /** Name and value of each line in order. */
  *entries(): IterableIterator<[name: string, value: string]> {
    for (let i = 0; i < this.flat.length; i += 2) yield [this.flat[i] as string, this.flat[i + 1] as string]
  }

  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.entries()
  }
}

/** The values of all lines of a name in lower case. */
function linesOf(flat: readonly string[], name: string): string[] {
  const lines: string[] = []
  for (let i = 0; i < flat.length; i += 2) if (flat[i] === name) lines.push(flat[i + 1] as string)
  return lines
}

/**
 * One `vary` for several lines and names; `''` for none.
 *
 * @throws {InternalError} for what is not the name of a header
 */
export function varyLine(lines: readonly string[], names: readonly string[]): string {
  const byKey = new Map<string, string>()
  const add = (name: string): void => {
    const key = name.toLowerCase()
    if (key !== '' && !byKey.has(key)) byKey.set(key, name)
  }
  for (const line of lines) for (const name of line.split(',')) add(name.trim())
  for (const name of names) {
    if (!isToken(name))
      throw new InternalError(
        `The response header 'vary' cannot name ${quote(name)}: give names of request headers, one by one.`,
      )
    add(name)
  }
  return byKey.has('*') ? '*' : [...byKey.values()].join(', ')
}

const MAX_KNOWN = 512

/** The last value of each name, in lower case, that was found right: most have the same one in every answer. */
const known = new Map<string, string>()

/** A name in lower case. Those that were sent before are, and need not be gone through. */
export function toKey(name: string): string {
  return known.has(name) ? name : name.toLowerCase()
}

function toFieldValue(name: string, value: string | number): string {
  const text = typeof value === 'string' ? value : toText(name, value)
  const last = known.get(name)
  if (last === text) return text
  if (last === undefined && !isToken(name))
    throw new InternalError(
      `The response header ${quote(name)} cannot be sent: a name is letters, digits and -, without spaces.`,
    )
  if (!isFieldValue(text)) refuseValue(name, text)
  if (last === undefined && known.size < MAX_KNOWN) known.set(name, text)
  return text
}

function refuseValue(name: string, text: string): never {
  const at = text.search(NOT_IN_FIELD)
  // Not the value, which may be a secret.
  throw new InternalError(
    `The response header '${name}' cannot be sent: its value has ${codePoint(text.charAt(at))} at ${at}. Encode line breaks and characters beyond latin1, in a URL with encodeURI().`,
  )
}

function toText(name: string, value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value)
  throw new InternalError(
    `The response header '${name}' has ${value === null ? 'null' : `a value of type ${typeof value}`}: give a string or a number, or omit it.`,
  )
}

/** At most this much of a name is repeated. */
const MAX_QUOTED = 100

function quote(text: unknown): string {
  return JSON.stringify(String(text).slice(0, MAX_QUOTED))
}

/** `U+000A` */
function codePoint(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
}

/** Whether a flat list has a header. For the framework, which names it in lower case: changing that takes as long again. */
export function holdsHeader(flat: readonly string[], name: string): boolean {
  return indexOfName(flat, name) !== -1
}

/** Puts a header, whose name is in lower case, in place of all of its name. */
export function setHeader(flat: string[], name: string, value: string | number): void {
  const text = toFieldValue(name, value)
  if (holdsHeader(flat, name)) removeHeader(flat, name)
  flat.push(name, text)
}

function indexOfName(flat: readonly string[], name: string): number {
  for (let i = 0; i < flat.length; i += 2) if (flat[i] === name) return i
  return -1
}

/** Takes all headers of a name in lower case out of a flat list; returns whether there was one. */
export function removeHeader(flat: string[], name: string): boolean {
  let kept = 0
  for (let i = 0; i < flat.length; i += 2) {
    if (flat[i] === name) continue
    flat[kept] = flat[i] as string
    flat[kept + 1] = flat[i + 1] as string
    kept += 2
  }
  const found = kept !== flat.length
  flat.length = kept
  return found
}
