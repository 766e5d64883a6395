import { isPlain, isPromise } from './describe-value.ts'
import type { AnyOptionTable, OptionSchema } from './option-contract.ts'

/** Whether a schema of a value without members takes a value. Schemas that the reader looks into give `false`. */
export function fits(schema: OptionSchema, value: unknown): boolean {
  const { kind, type, items, anyOf, table, choice, additionalProperties } = schema
  if (kind !== undefined) return isSafely(() => kind.test(value))
  if (schema.enum !== undefined) return (schema.enum as readonly unknown[]).includes(value)
  if (items ?? anyOf ?? table ?? choice ?? additionalProperties) return false
  return type === undefined || fitsType(schema, value)
}

function fitsType(schema: OptionSchema, value: unknown): boolean {
  if (schema.type === 'boolean') return typeof value === 'boolean'
  if (schema.type === 'string') return typeof value === 'string' && fitsText(schema, value)
  return typeof value === 'number' && fitsNumber(schema, value)
}

function fitsText({ pattern, minLength = 0 }: OptionSchema, value: string): boolean {
  return value.length >= minLength && (pattern === undefined || new RegExp(pattern, 'u').test(value))
}

function fitsNumber({ type, minimum = -Infinity, maximum = Infinity }: OptionSchema, value: number): boolean {
  const isKind = type === 'integer' ? Number.isInteger(value) : Number.isFinite(value)
  return isKind && value >= minimum && value <= maximum
}

/** The index of the form that a value was meant for which fits none; -1 if that is not known. */
export function meantForm(schemas: readonly OptionSchema[], value: unknown): number {
  const at = schemas.findIndex(({ kind }) => isSafely(() => kind?.isMeant?.(value) === true))
  if (at !== -1) return at
  if (Array.isArray(value)) return schemas.findIndex(({ items }) => items !== undefined)
  return schemas.findIndex((one) => tablesOf(one).some((table) => canHoldOptions(value, table)))
}

function isSafely(test: () => boolean): boolean {
  try {
    return test()
  } catch {
    return false
  }
}

/** The tables of options within an option. */
export function tablesOf({ table, choice }: OptionSchema): AnyOptionTable[] {
  return [...(table === undefined ? [] : [table]), ...Object.values(choice?.tables ?? {})]
}

/** Whether a value can hold the options of a table. */
export function canHoldOptions(
  value: unknown,
  { isInstance }: Pick<AnyOptionTable, 'isInstance'> = { isInstance: false },
): value is object {
  return !isPromise(value) && isObject(value) && (isPlain(value) || isInstance)
}

/** Whether a value is an object and not a list. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether its entries are not members: `Headers`, `URLSearchParams`, a `Map`. */
export function isIterable(value: unknown): boolean {
  return isObject(value) && Symbol.iterator in value
}
