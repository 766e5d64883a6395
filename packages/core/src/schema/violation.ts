import type { StandardSchemaV1 } from '@standard-schema/spec'
import { cutText, type Violation, type ViolationParameters } from '../errors/index.ts'
import { describeError, type ValidatorError } from './describe-error.ts'
import { readIssue } from './issue.ts'
import { toPointer, unescapePointer } from './json-schema.ts'

/** Options of a {@link ViolationList}. */
export interface ViolationOptions {
  readonly place: Violation['in']
  readonly max: number
  /** Whether values came as text by name, where a repeated key makes a list. */
  readonly isText: boolean
}

/** The listed violations. */
export interface FoundViolations {
  readonly violations: readonly Violation[]
  /** Whether there are, or may be, more violations. */
  readonly isCut: boolean
}

/** The default limit of listed violations. */
export const MAX_VIOLATIONS = 50

/** Keywords whose error only says that another error was found below it in the schema. */
const SUMMARIES = new Set(['if', 'propertyNames'])

/** Keywords that a list violates where one value is declared. */
const ONE_VALUE = new Set(['type', 'const', 'enum'])

/** Longest message of another library: it may quote what was sent. */
const MAX_MESSAGE = 300

/** Longest pointer that is sent back: names in it may come from the client. */
const MAX_POINTER = 512

/**
 * Collects violations up to a limit, each one once. One more is met before it is known that the list is cut.
 */
export class ViolationList {
  readonly #options: ViolationOptions
  readonly #violations: Violation[] = []
  readonly #seen = new Set<string>()
  #isCut = false

  constructor(options: ViolationOptions) {
    this.#options = options
  }

  // oxlint-disable-next-line max-params -- a violation has these parts
  add(pointer: string, message: string, code: string, parameters?: ViolationParameters): void {
    const shown = pointer.length > MAX_POINTER ? `${pointer.slice(0, MAX_POINTER)}…` : pointer
    const key = `${shown} ${message}`
    if (this.#isCut || this.#seen.has(key)) return
    if (this.#violations.length >= this.#options.max) {
      this.#isCut = true
      return
    }
    this.#seen.add(key)
    this.#violations.push({ in: this.#options.place, pointer: shown, code, ...parameters, message })
  }

  /** Adds the errors of the validator for `value`. */
  addErrors(errors: readonly ValidatorError[], value: unknown): void {
    for (const error of errors) {
      if (this.#isCut) return
      if (SUMMARIES.has(error.keyword) && errors.length > 1) continue
      const { pointer, message, code, parameters } = describeError(error)
      if (this.#options.isText && ONE_VALUE.has(code) && isRepeatedAt(value, pointer))
        this.add(pointer, 'must be given only once', 'repeated')
      else this.add(pointer, message, code, parameters)
    }
  }

  /** Adds the issues of a Standard Schema, below `prefix` for the schema of one member. */
  addIssues(issues: readonly StandardSchemaV1.Issue[], prefix: readonly string[] = []): void {
    for (const issue of issues) {
      if (this.#isCut) return
      const path = (issue.path ?? []).map((segment) => (typeof segment === 'object' ? segment.key : segment))
      const { code, parameters } = readIssue(issue)
      const message = cutText(issue.message, MAX_MESSAGE)
      this.add(toPointer([...prefix, ...path]), message, code, parameters)
    }
  }

  /** The listed violations. `isCut` says that earlier ones may be missing. */
  found(isCut = false): FoundViolations {
    return { violations: this.#violations, isCut: this.#isCut || isCut }
  }
}

/** Text by name has a list exactly where a key was repeated. */
function isRepeatedAt(value: unknown, pointer: string): boolean {
  if (!pointer.startsWith('/') || pointer.indexOf('/', 1) !== -1) return false
  const key = unescapePointer(pointer.slice(1))
  return Array.isArray((value as Readonly<Record<string, unknown>>)[key])
}
