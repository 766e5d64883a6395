// How the values of a column become those of another type.
import {
  isNumber,
  textLiteral,
  unfitText,
  type ChangeEnds,
  type ChangeOf,
  type ColumnReading,
  type Dialect,
} from '../adapter/index.ts'
import { postgresReading } from './reading-postgres.ts'

interface Conversion {
  /** The column, quoted. */
  readonly value: string
  readonly type: string
  readonly before: ColumnReading
  readonly now: ColumnReading
  /** The expression that ends the migration, and shows the value. */
  readonly stop: string
}

/**
 * What a change of a type says after `using`; undefined for one that the server makes by itself as it stores a value: exactly, or not at all. A
 * value that has no place in the new type ends the migration, instead of being changed.
 */
export function conversionText(
  { table, from, to }: ChangeOf<'alter column'>,
  ends: ChangeEnds,
  { quote }: Dialect,
): string | undefined {
  const [plain, type] = [plainType(from.type), plainType(to.type)]
  if (plain === type) return undefined
  const value = quote(to.name)
  const before = postgresReading(from, ends.from.tables.get(table)) ?? inexact(plain)
  const now = postgresReading(to, ends.to.tables.get(table))
  if (before === undefined || now === undefined || from.values !== undefined || to.values !== undefined)
    return `${value}::text::${type}`
  const words = textLiteral(`${table}.${to.name} ${unfitText(before.kind, now.kind)}: `)
  return converted({ value, type, before, now, stop: `(${words} || ${value})::${type}` })
}

/** A collation alone needs no conversion. */
function plainType(type: string): string {
  return type.replace(/ collate .*$/, '')
}

/** Types without a reading whose values are numbers all the same. */
function inexact(type: string): ColumnReading | undefined {
  return type === 'numeric' || type === 'double precision'
    ? { kind: 'decimal', limits: {}, isCaseInsensitive: false }
    : undefined
}

function converted(conversion: Conversion): string | undefined {
  const { before } = conversion
  if (isNumber(before.kind)) return ofNumber(conversion)
  if (before.kind === 'text') return ofText(conversion)
  return ofTime(conversion)
}

function ofNumber({ value, type, before, now, stop }: Conversion): string | undefined {
  if (now.kind === 'text') return undefined
  if (before.kind === 'boolean') return `${value}::integer`
  if (now.kind === 'boolean') return `case when ${value} in (0, 1) then ${value} = 1 else ${stop} end`
  const isExact = before.limits.scale !== undefined || before.kind !== 'decimal'
  if (isExact && (before.limits.scale ?? 0) <= (now.limits.scale ?? 0)) return undefined
  return only(`${value}::${type} = ${value}`, `${value}::${type}`, stop)
}

function ofText({ value, type, now, stop }: Conversion): string | undefined {
  if (now.kind === 'text') return undefined
  if (now.kind === 'decimal') return only(`${value}::${type} = ${value}::numeric`, `${value}::${type}`, stop)
  if (now.kind === 'date') return only(`${dayText(`${value}::date`)} = ${value}`, `${value}::date`, stop)
  return `${value}::${type}`
}

function ofTime({ value, type, before, now, stop }: Conversion): string | undefined {
  if (before.kind === 'date' && now.kind === 'text') return dayText(value)
  if (before.kind === 'date' && now.kind === 'timestamp') return firstMoment(value)
  if (before.kind !== 'timestamp') return undefined
  // The same kind with fewer digits of seconds would be rounded.
  if (now.kind === 'timestamp') return only(`${value}::${type} = ${value}`, `${value}::${type}`, stop)
  const day = `(${value} at time zone 'UTC')::date`
  return only(`${firstMoment(day)} = ${value}`, day, stop)
}

/** Whatever the zone of the session is. */
function firstMoment(day: string): string {
  return `${day}::timestamp at time zone 'UTC'`
}

/** However the session writes dates. */
function dayText(day: string): string {
  return `to_char(${day}, 'YYYY-MM-DD')`
}

function only(condition: string, value: string, stop: string): string {
  return `case when ${condition} then ${value} else ${stop} end`
}
