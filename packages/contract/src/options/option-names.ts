import { isClass } from './describe-value.ts'
import { nearestName } from './nearest-name.ts'
import { fits } from './option-fit.ts'
import type { AnyOptionTable, OptionSchema } from './option-contract.ts'

/** The path of a member. */
export function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/** An option at the beginning of a sentence. The name of an argument begins one as it is. */
export function nameOf(path: string): string {
  return path.startsWith('The ') ? path : `Option ${path}`
}

/** The schema that a table has for a name. */
export function ownSchema({ properties }: AnyOptionTable, key: string | symbol): OptionSchema | undefined {
  return typeof key === 'string' && Object.hasOwn(properties, key) ? properties[key] : undefined
}

/** Own enumerable names and symbols. */
export function ownKeys(object: object): (string | symbol)[] {
  const symbols = Object.getOwnPropertySymbols(object)
  if (symbols.length === 0) return Object.keys(object)
  const isEnumerable = (key: symbol): boolean => Object.prototype.propertyIsEnumerable.call(object, key)
  return [...Object.keys(object), ...symbols.filter(isEnumerable)]
}

/** Names of an instance and of its classes. */
export function allKeys(object: object): string[] {
  const keys = new Set<string>()
  for (let at = object; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const key of Object.getOwnPropertyNames(at)) if (key !== 'constructor') keys.add(key)
  }
  return [...keys]
}

/** Whether a name has a value. One whose getter throws has: reading it then reports that. */
export function has(object: object, name: string): boolean {
  try {
    return (object as Readonly<Record<string, unknown>>)[name] !== undefined
  } catch {
    return true
  }
}

/**
 * Whether a name of an instance is a slip. An instance has members of its own; a slip is only a function with nearly the name
 * of an option that is missing.
 */
export function isSlip(object: object, key: string | symbol, { properties }: AnyOptionTable): boolean {
  if (typeof key === 'symbol') return false
  const near = nearestName(key, Object.keys(properties))
  if (near === undefined || has(object, near)) return false
  const value = valueOf(object, key)
  return typeof value === 'function' && !isClass(value) && fits(properties[near]!, value)
}

/** The value of a member of an instance or its classes; no getter is called. */
function valueOf(object: object, key: string): unknown {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const member = Object.getOwnPropertyDescriptor(at, key)
    if (member !== undefined) return member.value
  }
  return undefined
}
