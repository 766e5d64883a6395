import { isRecord } from '@keelson/core/spi'

type Written = Record<string, unknown>

/**
 * Writes a union of literals as `enum`, which people and client generators read better: `t.Union` of `t.Literal`s is a list
 * of constants, and null may be one of them. If all values have one type, the type is added.
 */
export function mergeLiterals(written: Written): Written {
  const { anyOf, ...rest } = written
  if (!Array.isArray(anyOf) || anyOf.length < 2 || ['enum', 'const', 'type'].some((key) => key in written))
    return withType(written)
  const lists = (anyOf as unknown[]).map(literalsOf)
  const literals = lists.flatMap((list) => list ?? [])
  if (lists.includes(undefined) || literals.every(({ value }) => value === null)) return written
  const type = commonType(literals.map((one) => one.type))
  const values = [...new Set(literals.map((one) => one.value))]
  return { ...rest, ...(type === undefined ? {} : { type }), enum: values }
}

interface Literal {
  readonly value: unknown
  readonly type: unknown
}

/** The values of a schema that has no other keywords. */
function literalsOf(schema: unknown): Literal[] | undefined {
  if (!isRecord(schema)) return undefined
  const { type, enum: values, const: value, ...rest } = schema
  if (Object.keys(rest).length > 0) return undefined
  if (Array.isArray(values)) return values.map((one: unknown) => toLiteral(one, type))
  if (value !== undefined) return [toLiteral(value, type)]
  return type === 'null' ? [{ value: null, type }] : undefined
}

function toLiteral(value: unknown, type: unknown): Literal {
  return { value, type: value === null ? 'null' : typeof type === 'string' ? type : typeNameOf(value) }
}

/** Adds the type of the values, which some libraries omit and some tools need. */
function withType(written: Written): Written {
  const { type, const: value, enum: values } = written
  if (type !== undefined || (value === undefined && !Array.isArray(values))) return written
  const all: unknown[] = value === undefined ? (values as unknown[]) : [value]
  const found = commonType(all.map(typeNameOf))
  return found === undefined ? written : { ...written, type: found }
}

/** The type of all values, besides null. */
function commonType(types: readonly unknown[]): string | readonly string[] | undefined {
  const names = new Set(types)
  const isNullable = names.delete('null')
  const [only] = names
  if (names.size === 0) return isNullable ? 'null' : undefined
  if (names.size > 1 || typeof only !== 'string') return undefined
  return isNullable ? [only, 'null'] : only
}

function typeNameOf(value: unknown): string | undefined {
  if (value === null) return 'null'
  return ['string', 'number', 'boolean'].includes(typeof value) ? typeof value : undefined
}
