// On the request path of responses whose schema is a union that only validation tells apart.
import { isPlain } from '../errors/index.ts'

/** An object that returns what `JSON.stringify` writes for it. */
export interface Serialisable {
  toJSON(key: string): unknown
}

/** Whether a value has a `toJSON` that `JSON.stringify` would call. */
export function isSerialisable(value: object): value is Serialisable {
  return typeof (value as Partial<Serialisable>).toJSON === 'function'
}

/**
 * The value that `JSON.stringify` would write: with `toJSON` called at every depth, and instances as plain objects of their
 * members, getters of their class included. Returns the value itself when there is nothing to change.
 *
 * @param isSerialised - whether the value is the result of a `toJSON`, so that its own is not called
 * @throws {RangeError} for a circular value
 */
export function toPlain(value: unknown, isSerialised = false): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (!isSerialised && isSerialisable(value)) return toPlain(value.toJSON(''), true)
  return Array.isArray(value) ? plainArray(value) : plainObject(value, isSerialisable(value))
}

function plainArray(items: readonly unknown[]): unknown[] {
  let copy: unknown[] | undefined
  for (let i = 0; i < items.length; i++) {
    const item = toPlain(items[i])
    if (copy === undefined && item !== items[i]) copy = items.slice(0, i)
    copy?.push(item)
  }
  return copy ?? (items as unknown[])
}

function plainObject(source: object, mustCopy: boolean): object {
  const names = isPlain(source)
    ? Object.keys(source)
    : [...new Set([...Object.keys(source), ...gettersOf(source)])]
  let isChanged = mustCopy || !isPlain(source)
  const copy: Record<string, unknown> = { __proto__: null } as never
  for (const name of names) {
    const member = (source as Readonly<Record<string, unknown>>)[name]
    const plain = toPlain(member)
    if (plain !== member) isChanged = true
    copy[name] = plain
  }
  if (mustCopy) delete copy['toJSON']
  return isChanged ? copy : source
}

function gettersOf(instance: object): string[] {
  const names: string[] = []
  for (
    let prototype: unknown = Object.getPrototypeOf(instance);
    typeof prototype === 'object' && prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (property.get !== undefined && name !== '__proto__') names.push(name)
    }
  }
  return names
}
