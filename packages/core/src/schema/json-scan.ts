import type { MalformedJsonCode } from '../errors/index.ts'

/** What {@link findJsonProblem} checks besides syntax, prototype names and numbers. */
export interface ScanOptions {
  readonly maxDepth: number
  readonly refusesDuplicates: boolean
}

/** What is wrong with a JSON text, and where: offset in UTF-16 code units. */
export interface JsonProblem {
  readonly code: MalformedJsonCode
  readonly position: number
}

/**
 * Scans a JSON text (RFC 8259) for the first problem. Accepts exactly what `JSON.parse` accepts, except for what is refused
 * on purpose. Has its own stack, so that no nesting is too deep for it.
 */
export function findJsonProblem(text: string, options: ScanOptions): JsonProblem | undefined {
  return new JsonScanner(text, options).run()
}

/** An open array or object. */
interface Frame {
  readonly isObject: boolean
  /** Whether it is the value of a member `constructor`. */
  readonly isConstructor: boolean
  /** Names so far, where repeated ones are refused. */
  readonly names: Set<string> | undefined
  /** Name of the member whose value is next. */
  name: string
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
// oxlint-disable-next-line no-control-regex -- RFC 8259 §7: control characters must be escaped
const PLAIN_TEXT = /[^"\\\u0000-\u001f]*/y
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y
const SPACE = /[ \t\n\r]*/y
const LITERAL = /true|false|null/y

class JsonScanner {
  readonly #text: string
  readonly #options: ScanOptions
  readonly #frames: Frame[] = []
  #at = 0
  #problem: JsonProblem | undefined

  constructor(text: string, options: ScanOptions) {
    this.#text = text
    this.#options = options
  }

  run(): JsonProblem | undefined {
    let isValueNext = true
    for (;;) {
      this.#skip(SPACE)
      if (!isValueNext && this.#frames.length === 0) break
      const next: boolean | undefined = isValueNext ? this.#value() : this.#afterValue()
      if (next === undefined) return this.#problem
      isValueNext = next
    }
    if (this.#at < this.#text.length) this.#fail('ERR_CORE_JSON_SYNTAX')
    return this.#problem
  }

  /** Reads a value, or opens one. Returns whether another value is next; `undefined` after a problem. */
  #value(): boolean | undefined {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#open(true)
      case '[':
        return this.#open(false)
      case '"':
        return this.#string()
      default:
        return this.#scalar()
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
    if (this.#string() === undefined) return undefined
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

  #string(): false | undefined {
    this.#at++
    for (;;) {
      this.#skip(PLAIN_TEXT)
      const char = this.#text[this.#at]
      if (char === '"') {
        this.#at++
        return false
      }
      if (char !== '\\' || !this.#skip(ESCAPE)) return this.#fail('ERR_CORE_JSON_SYNTAX')
    }
  }

  #scalar(): false | undefined {
    const start = this.#at
    if (this.#skip(LITERAL)) return false
    if (!this.#skip(NUMBER)) return this.#fail('ERR_CORE_JSON_SYNTAX')
    const isFinite = Number.isFinite(Number(this.#text.slice(start, this.#at)))
    return isFinite ? false : this.#fail('ERR_CORE_JSON_NUMBER', start)
  }

  /** Moves past the match of a sticky pattern at this position. Returns whether it moved. */
  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at
    if (!pattern.test(this.#text)) return false
    const isMoved = pattern.lastIndex > this.#at
    this.#at = pattern.lastIndex
    return isMoved
  }

  #fail(code: MalformedJsonCode, position: number = this.#at): undefined {
    this.#problem = { code, position }
  }
}
