// How columns of SQLite are read: by the CHECKs that our own columns have, else by the type that they declare.
import {
  boundOf,
  checkedColumn,
  integerByBounds,
  withCheckedLimits,
  type CheckedColumn,
  type ColumnDescription,
  type ColumnReading,
  type TableDescription,
} from '../adapter/index.ts'
import { fromScaled } from './scaled-decimal.ts'
import { SHAPES } from './shapes.ts'

/**
 * Types with a convention. The others have no reading: `datetime`, `timestamp` and `date` are numbers or texts of any shape; `numeric`,
 * `decimal`, `real` and their kin are not exact; a column without a type and `any` take everything.
 */
const KINDS: Readonly<Record<string, ColumnReading['kind']>> = {
  boolean: 'boolean',
  bool: 'boolean',
  uuid: 'uuid',
  json: 'json',
  blob: 'bytes',
}

/**
 * How a column is read; undefined for a type whose values could be others in code.
 *
 * @param table - whose CHECKs tell kinds that have no type of their own
 */
export function sqliteReading(
  column: ColumnDescription,
  table?: Pick<TableDescription, 'checks' | 'storage'>,
): ColumnReading | undefined {
  const [said = '', collation] = column.type.split(' collate ')
  const name = said.replace(/ ?\(.*$/, '')
  const kind = KINDS[name]
  const checked = checkedColumn(column, table, { hasBackslashes: false })
  if (kind !== undefined) return withCheckedLimits(reading(kind), checked)
  // What has these letters is kept as an integer, then as text: https://www.sqlite.org/datatype3.html
  if (name.includes('int')) return wholeReading(checked, table?.storage.includes('strict') === true)
  if (!/char|clob|text/.test(name)) return undefined
  return { ...textReading(said, checked), isCaseInsensitive: collation === 'nocase' }
}

function reading(kind: ColumnReading['kind'], limits: ColumnReading['limits'] = {}): ColumnReading {
  return { kind, limits, isCaseInsensitive: false }
}

function textReading(type: string, checked: CheckedColumn | undefined): ColumnReading {
  if (checked?.isJson === true) return reading('json')
  const shaped = Object.entries(SHAPES).find(([, shape]) => shape === checked?.shape)
  if (shaped !== undefined) return reading(shaped[0] as ColumnReading['kind'])
  return withCheckedLimits(reading('text', lengthOf(type)), checked)
}

/** The length of `varchar(255)` is what the program keeps to, not SQLite. */
function lengthOf(type: string): ColumnReading['limits'] {
  const length = /char ?\((\d+)\)$/.exec(type)?.[1]
  return length === undefined ? {} : { maxLength: Number(length) }
}

/**
 * Only strict tables hold values to the type, so that an integer without bounds may have 64 bits there; elsewhere it is what programs take for
 * a number.
 */
function wholeReading(checked: CheckedColumn | undefined, isStrict: boolean): ColumnReading {
  if (checked?.isFlag === true) return reading('boolean')
  if (checked?.parts !== undefined) return decimalReading(checked, checked.parts)
  const limits = checked && integerByBounds(checked)
  if (limits !== undefined) return reading('integer', limits)
  return withCheckedLimits(isStrict ? reading('bigint') : reading('integer', { bits: 53 }), checked)
}

function decimalReading(
  { least, most }: CheckedColumn,
  { factor, most: wholes }: NonNullable<CheckedColumn['parts']>,
): ColumnReading {
  const scale = factor.length - 1
  const toCode = (literal: string): string => fromScaled(literal, scale)
  const limits = {
    precision: scale + (wholes === '0' ? 0 : wholes.length),
    scale,
    ...(least !== undefined && { minimum: boundOf(toCode(least)) }),
    ...(most !== undefined && { maximum: boundOf(toCode(most)) }),
  }
  return { ...reading('decimal', limits), toCode }
}
