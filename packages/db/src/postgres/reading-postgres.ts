// How columns of PostgreSQL are read, by their types as the catalogue spells them.
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

/**
 * Types by name. Those that are not here have no reading:
 * `character(n)` comes with blanks that were not written; `money` depends on the locale;
 * `real` and `double precision` are not exact; `numeric` without precision has no places; arrays, `interval`, `time`, `inet` and
 * `xml` have no kind; the name of a domain tells neither its type nor its limits.
 */
const READINGS: Readonly<Record<string, ColumnReading>> = {
  text: reading('text'),
  'character varying': reading('text'),
  citext: { ...reading('text'), isCaseInsensitive: true },
  smallint: reading('integer', { bits: 32, minimum: -32_768, maximum: 32_767 }),
  integer: reading('integer', { bits: 32 }),
  bigint: reading('bigint'),
  boolean: reading('boolean'),
  // Of more than milliseconds the rest is cut off, also where values are compared and a page goes on.
  'timestamp with time zone': reading('timestamp'),
  'timestamp without time zone': { ...reading('timestamp'), hasNoZone: true },
  date: reading('date'),
  uuid: reading('uuid'),
  bytea: reading('bytes'),
  json: reading('json'),
  jsonb: reading('json'),
}

function reading(kind: ColumnReading['kind'], limits: ColumnReading['limits'] = {}): ColumnReading {
  return { kind, limits, isCaseInsensitive: false }
}

/** The collation that our own texts without case have. */
const CASE_INSENSITIVE = ' collate keelson_case_insensitive'

/**
 * How a column is read; undefined for a type whose values would be others in code.
 *
 * @param table - whose CHECKs tell limits that the type does not hold
 */
export function postgresReading(
  column: ColumnDescription,
  table?: Pick<TableDescription, 'checks'>,
): ColumnReading | undefined {
  const { type, values } = column
  if (values !== undefined) return reading('text', { values })
  const [name = '', ...collation] = type.split(' collate ')
  const read = readingOf(name)
  if (read === undefined) return undefined
  const limited = byChecks(read, checkedColumn(column, table, { hasBackslashes: true }))
  return collation.length === 0 ? limited : { ...limited, isCaseInsensitive: type.endsWith(CASE_INSENSITIVE) }
}

/** An integer of 53 bits is a `bigint` with both bounds. */
function byChecks(read: ColumnReading, checked: CheckedColumn | undefined): ColumnReading {
  const limits = read.kind === 'bigint' && checked !== undefined ? integerByBounds(checked) : undefined
  if (limits !== undefined) return reading('integer', { ...limits, bits: 53 })
  return withCheckedLimits(read, checked)
}

function readingOf(name: string): ColumnReading | undefined {
  const varying = /^character varying\((\d+)\)$/.exec(name)
  if (varying !== null) return reading('text', { maxLength: Number(varying[1]) })
  const numeric = /^numeric\((\d+),(-?\d+)\)$/.exec(name)
  if (numeric !== null) return decimal(Number(numeric[1]), Number(numeric[2]))
  return READINGS[name.replace(/^timestamp\(\d\)/, 'timestamp').replace(/^.*\.citext$/, 'citext')]
}

function decimal(precision: number, scale: number): ColumnReading | undefined {
  if (precision > MAX_DIGITS || scale < 0 || scale > precision) return undefined
  return reading('decimal', { precision, scale })
}
