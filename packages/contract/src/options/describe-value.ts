import type { OptionSchema } from './option-contract.ts'

const LONGEST_SHOWN = 60

/** What a value is, for a sentence that ends in `not …`. A text is shown only where `isShown` says that it is not a secret. */
export function describeValue(value: unknown, isShown = false): string {
  switch (typeof value) {
    case 'string':
      return isShown && value.length <= LONGEST_SHOWN ? JSON.stringify(value) : 'a text'
    case 'bigint':
      return `${value}n`
    case 'symbol':
      return 'a symbol'
    case 'function':
      return describeFunction(value)
    case 'object':
      return value === null ? 'null' : describeObject(value)
    default:
      return String(value)
  }
}

function describeFunction(value: object): string {
  const name = nameOf(value)
  return `${isClass(value) ? 'the class' : 'the function'}${name === undefined ? '' : ` ${name}`}`
}

/** Whether a function is a class. */
export function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value))
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return 'a list'
  if (isPromise(value)) return 'a promise'
  if ('reveal' in value && typeof value.reveal === 'function') return 'a value in a Secret'
  if (isPlain(value)) return 'an object'
  const name = nameOf((value as { constructor?: unknown }).constructor)
  return name === undefined || name === 'Object' ? 'an object' : `an instance of ${name}`
}

function nameOf(value: unknown): string | undefined {
  const name: unknown = typeof value === 'function' ? value.name : undefined
  return typeof name === 'string' && name !== '' && name.length <= LONGEST_SHOWN ? name : undefined
}

/** Whether a value has a `then` to call. */
export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  )
}

/** Whether an object was written as a literal, in this realm or another, or is a module's namespace. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (
    prototype === null ||
    prototype === Object.prototype ||
    Object.hasOwn(prototype as object, 'isPrototypeOf')
  )
}

/** What an option takes, for a sentence with `must be …`. */
export function describeSchema(schema: OptionSchema): string {
  const { what, kind, anyOf, table, choice, additionalProperties, items } = schema
  if (what !== undefined) return what
  if (kind !== undefined) return kind.what
  if (anyOf !== undefined) return join(anyOf.map(describeSchema))
  if (schema.enum !== undefined) return join(schema.enum.map((one) => JSON.stringify(one)))
  if ([table, choice, additionalProperties].some((one) => one !== undefined)) return 'an object'
  if (items !== undefined) return describeList(items)
  return describeType(schema)
}

function describeList(items: OptionSchema): string {
  return items.kind === undefined ? 'a list' : `a list, each entry ${items.kind.what}`
}

function describeType({ type, minimum, maximum, pattern }: OptionSchema): string {
  if (type === 'boolean') return 'true or false'
  if (type === 'string') return pattern === undefined ? 'a text' : `a text like ${pattern}`
  if (type === undefined) return 'a value'
  const name = type === 'integer' ? 'an integer' : 'a number'
  if (minimum === undefined) return name
  if (maximum === undefined || maximum === Number.MAX_SAFE_INTEGER) return `${name}, ${minimum} or more`
  return `${name} from ${minimum} to ${maximum}`
}

function join(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
