import type { MalformedJsonCode } from '../errors/index.ts'

/** What {@link findJsonFault} looks for besides syntax, prototype names and numbers. */
export interface ScanOptions {
  readonly maxDepth: number
  readonly refusesDuplicates: boolean
}

/** What is wrong with a JSON text, and where: offset in UTF-16 code units. */
export interface JsonFault {
  readonly code: MalformedJsonCode
  readonly position: number
}

/**
 * Goes through a JSON text (RFC 8259) and finds the first thing that is wrong with it. Accepts exactly what `JSON.parse`
 * accepts, less what is refused on purpose. Keeps its own stack, so that no nesting is too deep for it.
 */
export function findJsonFault(text: string, options: ScanOptions): JsonFault | undefined {
  return new JsonScanner(text, options).run()
}

/** An array or object that is open. */
interface Frame {
  readonly isObject: boolean
  /** Whether it is the value of a member `constructor`. */
  readonly isConstructor: boolean
  /** Names met so far, where repeated ones are refused. */
  readonly names: Set<string> | undefined
  /** Name of the member whose value comes next. */
  name: string
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// oxlint-disable-next-line no-control-regex -- RFC 8259 §7: control characters must be escaped
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const SPACE = /[ \t\n\r]*/y
const LITERALS = ['true', 'false', 'null']

class JsonScanner {
  readonly #text: string
  readonly #options: ScanOptions
  readonly #frames: Frame[] = []
  #at = 0
  #fault: JsonFault | undefined

  constructor(text: string, options: ScanOptions) {
    this.#text = text
    this.#options = options
  }

  run(): JsonFault | undefined {
    let isValueNext = true
    for (;;) {
      this.#skip(SPACE)
      if (!isValueNext && this.#frames.length === 0) break
      const next: boolean | undefined = isValueNext ? this.#value() : this.#afterValue()
      if (next === undefined) return this.#fault
      isValueNext = next
    }
    if (this.#at < this.#text.length) this.#fail('ERR_CORE_JSON_SYNTAX')
    return this.#fault
  }

  /** Reads a value, or opens one. Tells whether another value comes next; `undefined` after a fault. */
  #value(): boolean | undefined {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#open(true)
      case '[':
        return this.#open(false)
      case '"':
        return this.#string() ? false : undefined
      default:
        return this.#scalar() ? false : undefined
    }
  }

  #open(isObject: boolean): boolean | undefined {
    const parent = this.#frames.at(-1)
    const isConstructor = isObject && parent?.isObject === true && parent.name === 'constructor'
    const names = isObject && this.#options.refusesDuplicates ? new Set<string>() : undefined
    this.#frames.push({ isObject, isConstructor, names, name: '' })
    if (this.#frames.length > this.#options.maxDepth) return this.#fail('ERR_CORE_JSON_DEPTH')
    this.#at++
    this.#skip(SPACE)
    if (this.#text[this.#at] === (isObject ? '}' : ']')) return this.#close()
    return isObject ? this.#name() : true
  }

  #close(): boolean {
    this.#frames.pop()
    this.#at++
    return false
  }

  #afterValue(): boolean | undefined {
    const { isObject } = this.#frames.at(-1)!
    const char = this.#text[this.#at]
    if (char === (isObject ? '}' : ']')) return this.#close()
    if (char !== ',') return this.#fail('ERR_CORE_JSON_SYNTAX')
    this.#at++
    this.#skip(SPACE)
    return isObject ? this.#name() : true
  }

  /** Reads a name and its colon. */
  #name(): true | undefined {
    const start = this.#at
    if (this.#text[start] !== '"') return this.#fail('ERR_CORE_JSON_SYNTAX')
    if (!this.#string()) return undefined
    const raw = this.#text.slice(start + 1, this.#at - 1)
    const name = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw
    const frame = this.#frames.at(-1)!
    if (name === '__proto__' || (name === 'prototype' && frame.isConstructor)) {
      return this.#fail('ERR_CORE_JSON_PROTOTYPE_KEY', start)
    }
    if (frame.names?.has(name) === true) return this.#fail('ERR_CORE_JSON_DUPLICATE_NAME', start)
    frame.names?.add(name)
    frame.name = name
    this.#skip(SPACE)
    if (this.#text[this.#at] !== ':') return this.#fail('ERR_CORE_JSON_SYNTAX')
    this.#at++
    return true
  }

  #string(): boolean {
    this.#at++
    for (;;) {
      this.#skip(PLAIN_TEXT)
      const char = this.#text[this.#at]
      if (char === '"') {
        this.#at++
        return true
      }
      if (char !== '\\' || !this.#skip(ESCAPE)) {
        this.#fail('ERR_CORE_JSON_SYNTAX')
        return false
      }
    }
  }

  #scalar(): boolean {
    const start = this.#at
    const literal = LITERALS.find((word) => this.#text.startsWith(word, start))
    if (literal !== undefined) {
      this.#at += literal.length
      return true
    }
    if (!this.#skip(NUMBER)) {
      this.#fail('ERR_CORE_JSON_SYNTAX')
      return false
    }
    if (Number.isFinite(Number(this.#text.slice(start, this.#at)))) return true
    this.#fail('ERR_CORE_JSON_NUMBER', start)
    return false
  }

  /** Moves past what a sticky pattern matches here; whether that was anything. */
  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    if (!pattern.test(this.#text)) return false
    const isMoved = pattern.lastIndex > this.#at
    this.#at = pattern.lastIndex
    return isMoved
  }

  #fail(code: MalformedJsonCode, position: number = this.#at): undefined {
    this.#fault = { code, position }
  }
}
