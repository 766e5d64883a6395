// Names in code for what the database has.
import { RESERVED_NAMES, snakeCase } from '../table/index.ts'

/** `created_at` → `createdAt`. What is not a name in code becomes one. */
export function toProperty(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  const camel = words.map((word, at) => (at === 0 ? lowerFirst(word) : upperFirst(word))).join('')
  if (camel === '') return 'unnamed'
  return /^[a-z]/.test(camel) ? camel : `n${upperFirst(camel)}`
}

/** Whether a column gets its name from the property. */
export function isNamedBy(property: string, column: string): boolean {
  return snakeCase(property) === column
}

/** Names that are used once, with a number behind those that come again. */
export class UniqueNames {
  readonly #used: Set<string>

  constructor(used: Iterable<string> = []) {
    this.#used = new Set(used)
  }

  has(name: string): boolean {
    return this.#used.has(name)
  }

  take(name: string): string {
    let free = name
    for (let at = 2; this.#used.has(free); at++) free = `${name}${at}`
    this.#used.add(free)
    return free
  }
}

/** Names for the keys of `defineTables`. */
export function keyNames(): UniqueNames {
  return new UniqueNames(RESERVED_NAMES)
}

/** `orders` → `Orders`. */
export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** All of `URL` is one word, as is the first letter of `Name`. */
function lowerFirst(word: string): string {
  if (word === word.toUpperCase()) return word.toLowerCase()
  return word.charAt(0).toLowerCase() + word.slice(1)
}
