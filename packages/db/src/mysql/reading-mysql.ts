// How columns of MySQL and MariaDB are read, by their types as the catalogue spells them.
import {
  checkedColumn,
  integerByBounds,
  withCheckedLimits,
  type CheckedColumn,
  type ColumnDescription,
  type ColumnReading,
  type TableDescription,
} from '../adapter/index.ts'

const MAX_DIGITS = 65

/** Bits of the types of integers that a number holds. */
const INTEGER_BITS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, mediumint: 24, int: 32 }

/** Types by their words without lengths. */
const READINGS: Readonly<Record<string, ColumnReading>> = {
  text: reading('text'),
  tinytext: reading('text'),
  mediumtext: reading('text'),
  longtext: reading('text'),
  blob: reading('bytes'),
  tinyblob: reading('bytes'),
  mediumblob: reading('bytes'),
  longblob: reading('bytes'),
  date: reading('date'),
  // Of more than milliseconds the rest is cut off, also where values are compared and a page goes on. The zone of the session is UTC, and so
  // must be what other programs write into a `datetime`.
  datetime: { ...reading('timestamp'), hasNoZone: true },
  timestamp: reading('timestamp'),
  json: reading('json'),
  uuid: reading('uuid'),
}

function reading(kind: ColumnReading['kind'], limits: ColumnReading['limits'] = {}): ColumnReading {
  return { kind, limits, isCaseInsensitive: false }
}

/**
 * How a column is read; undefined for a type whose values would be others in code: `char(n)`, which drops the blanks at the end of
 * what is written; `float` and `double`, which are not exact; `zerofill`, whose texts have zeros before them; `bit`, `set`, `time`, `year`
 * and shapes, which have no kind.
 *
 * @param table - whose CHECKs tell limits that the type does not hold
 */
export function mysqlReading(
  column: ColumnDescription,
  table?: Pick<TableDescription, 'checks'>,
): ColumnReading | undefined {
  const read = typeReading(column)
  return read && byChecks(read, checkedColumn(column, table, { hasBackslashes: true }))
}

/** An integer of 53 bits is a `bigint` with both bounds; a text with few values is as long as its type. */
function byChecks(read: ColumnReading, checked: CheckedColumn | undefined): ColumnReading {
  const limits = read.kind === 'bigint' && checked !== undefined ? integerByBounds(checked) : undefined
  if (limits !== undefined) return reading('integer', { ...limits, bits: 53 })
  return withCheckedLimits(read, checked)
}

function typeReading({ type, values }: ColumnDescription): ColumnReading | undefined {
  if (type.includes('zerofill')) return undefined
  const isCaseInsensitive = type.endsWith('_ci')
  if (values !== undefined) return { ...reading('text', { values }), isCaseInsensitive }
  // What a uuid of ours is.
  if (type === 'char(36) character set ascii collate ascii_bin') return reading('uuid')
  const [, name = '', first, second, isUnsigned] =
    /^([a-z]+)(?:\((\d+)(?:,(\d+))?\))?( unsigned)?(?: character set .*)?$/.exec(type) ?? []
  const length = first === undefined ? undefined : Number(first)
  const found =
    sized(name, length) ??
    numeric({ name, length, scale: Number(second ?? 0), isUnsigned: isUnsigned !== undefined })
  const read = found ?? READINGS[name]
  return read === undefined ? undefined : { ...read, isCaseInsensitive }
}

function sized(name: string, length: number | undefined): ColumnReading | undefined {
  if (length === undefined) return undefined
  if (name === 'varchar') return reading('text', { maxLength: length })
  if (name === 'varbinary') return reading('bytes', { maxLength: length })
  // Fewer bytes would get zeros behind them.
  return name === 'binary' ? reading('bytes', { minLength: length, maxLength: length }) : undefined
}

interface NumericType {
  readonly name: string
  readonly length: number | undefined
  readonly scale: number
  readonly isUnsigned: boolean
}

function numeric({ name, length, scale, isUnsigned }: NumericType): ColumnReading | undefined {
  if (name === 'tinyint' && length === 1) return reading('boolean')
  const bits = INTEGER_BITS[name]
  if (bits !== undefined) return reading('integer', integerLimits(bits, isUnsigned))
  // Above 2^63, where keys do not get, an unsigned one is read right and not written.
  if (name === 'bigint') return reading('bigint', isUnsigned ? { minimum: '0' } : {})
  if (name !== 'decimal' || length === undefined || length > MAX_DIGITS) return undefined
  return reading('decimal', { precision: length, scale, ...(isUnsigned && { minimum: 0 }) })
}

function integerLimits(bits: number, isUnsigned: boolean): ColumnReading['limits'] {
  if (isUnsigned) return { bits: bits === 32 ? 53 : 32, minimum: 0, maximum: 2 ** bits - 1 }
  return bits === 32 ? { bits: 32 } : { bits: 32, minimum: -(2 ** (bits - 1)), maximum: 2 ** (bits - 1) - 1 }
}
