import { inspect } from 'node:util'

const kSecret = Symbol.for('keelson.secret')
const HIDDEN = '[secret]'

/**
 * A value that does not print: in logs, templates, JSON and debuggers it reads `[secret]`. Only `reveal` returns the
 * value, so each use can be found by that name.
 *
 * @example
 * const password = new Secret('hunter2')
 * String(password) // => '[secret]'
 * password.reveal() // => 'hunter2'
 */
export class Secret<T = string> {
  // A true private field: inspection, JSON, cloning and spreading do not reach it.
  readonly #value: T

  constructor(value: T) {
    this.#value = value
    Object.freeze(this)
  }

  /** Whether a value is a secret, whichever copy of the package made it. */
  static is(value: unknown): value is Secret<unknown> {
    return typeof value === 'object' && value !== null && (value as { [kSecret]?: unknown })[kSecret] === true
  }

  get [kSecret](): true {
    return true
  }

  /** The value itself. */
  reveal(): T {
    return this.#value
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [Symbol.toPrimitive](): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }
}
