// On the path of each value that is sent: checks it against its column, and makes it canonical.
import { t, validator, ValidationError, type SchemaLike, type SchemaValidator } from '@keelson/core'
import { compareValues, toCanonical, type ColumnKind, type ConditionValue } from '@keelson/core/conditions'
import type { Canonical } from './column-draft.ts'
import type { ColumnLimits } from './contract.ts'

/** Reads values of a kind within limits; gives undefined for any other. */
export function canonicalOf(kind: ColumnKind, limits: ColumnLimits): Canonical {
  const { values } = limits
  if (values !== undefined) return (value) => (values.includes(value as string) ? value : undefined)
  const inLimits = LIMITS[kind]?.(limits, kind)
  const read = (value: unknown): ConditionValue | undefined => toCanonical(kind, value)
  if (inLimits === undefined) return read
  return (value) => {
    const canonical = read(value)
    return canonical === undefined ? undefined : inLimits(canonical)
  }
}

/**
 * Reads values of `json(schema)`: any but null that the schema takes and every database keeps, with the defaults of the schema, as they
 * are read later: a member that is undefined is absent, -0 is 0.
 */
export function canonicalJson(schema: SchemaLike): Canonical {
  // Compiled at first use: a schema of many columns is never asked.
  let made: SchemaValidator<unknown> | undefined
  return (value) => {
    if (value === null || toCanonical('json', value) === undefined) return undefined
    made ??= validator(schema)
    try {
      return JSON.parse(JSON.stringify(made.parse(value))) as unknown
    } catch (error) {
      if (ValidationError.is(error)) return undefined
      throw error
    }
  }
}

/** Where within a value the schema is violated, and how: `/zip is missing`; undefined for what is not a value of JSON. */
export function violationIn(schema: SchemaLike): (value: unknown) => string | undefined {
  let made: SchemaValidator<unknown> | undefined
  return (value) => {
    made ??= validator(schema)
    try {
      made.parse(value)
    } catch (error) {
      const [first] = ValidationError.is(error) ? error.violations : []
      if (first !== undefined) return `at '${first.pointer}': ${first.message}`
    }
    return undefined
  }
}

function checkOf(schema: SchemaLike): (value: unknown) => boolean {
  const made = validator(schema)
  return (value) => made.is(value)
}

type InLimits = (value: ConditionValue) => ConditionValue | undefined
type LimitsReader = (limits: ColumnLimits, kind: ColumnKind) => InLimits | undefined

const LIMITS: Partial<Readonly<Record<ColumnKind, LimitsReader>>> = {
  text: textInLimits,
  bytes: bytesInLimits,
  integer: (limits) => numberInLimits(limits),
  decimal: (limits) => decimalInLimits(limits),
  bigint: orderedInLimits,
  timestamp: orderedInLimits,
  date: orderedInLimits,
}

function textInLimits({ minLength = 0, maxLength = Infinity, pattern, format }: ColumnLimits): InLimits {
  const matches =
    pattern === undefined && format === undefined ? undefined : matcherOf({ pattern, format } as ColumnLimits)
  return (value) => {
    const text = value as string
    // A text has at most as many characters as it has units.
    if (text.length > maxLength && characters(text) > maxLength) return undefined
    if (text.length < 2 * minLength && characters(text) < minLength) return undefined
    return matches === undefined || matches(text) ? text : undefined
  }
}

/** Code points, by which databases count. */
export function characters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

/** By the schema that routes have, so that one text passes both or neither. */
function matcherOf({ pattern, format }: ColumnLimits): (text: string) => boolean {
  let check: ((value: unknown) => boolean) | undefined
  return (text) => {
    check ??= checkOf(t.String({ ...(pattern && { pattern }), ...(format && { format }) }))
    return check(text)
  }
}

function bytesInLimits({ minLength = 0, maxLength = Infinity }: ColumnLimits): InLimits {
  return (value) => {
    const length = Math.floor(((value as string).length * 3) / 4)
    return length < minLength || length > maxLength ? undefined : value
  }
}

const INT32 = { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 } as const

function numberInLimits({ bits = 32, minimum, maximum }: ColumnLimits): InLimits {
  const least = Math.max(Number(minimum ?? -Infinity), bits === 32 ? INT32.minimum : Number.MIN_SAFE_INTEGER)
  const most = Math.min(Number(maximum ?? Infinity), bits === 32 ? INT32.maximum : Number.MAX_SAFE_INTEGER)
  return (value) => ((value as number) < least || (value as number) > most ? undefined : value)
}

function decimalInLimits({ precision = 18, scale = 0, minimum, maximum }: ColumnLimits): InLimits {
  const inBounds = orderedInLimits({ minimum, maximum } as ColumnLimits, 'decimal')
  return (value) => {
    const [whole = '', fraction = ''] = (value as string).replace('-', '').split('.')
    const digits = whole === '0' ? 0 : whole.length
    if (fraction.length > scale || digits > precision - scale || inBounds(value) === undefined)
      return undefined
    return scale === 0
      ? value
      : `${fraction === '' ? `${value}.` : value}${'0'.repeat(scale - fraction.length)}`
  }
}

function orderedInLimits({ minimum, maximum }: ColumnLimits, kind: ColumnKind): InLimits {
  const least = minimum === undefined ? undefined : toCanonical(kind, String(minimum))
  const most = maximum === undefined ? undefined : toCanonical(kind, String(maximum))
  return (value) => {
    if (least !== undefined && compareValues(kind, value, least) < 0) return undefined
    return most !== undefined && compareValues(kind, value, most) > 0 ? undefined : value
  }
}
