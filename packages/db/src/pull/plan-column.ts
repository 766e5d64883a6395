// A column as calls of a builder.
import type { ColumnDescription, ColumnReading } from '../adapter/index.ts'
import { defaultInCode } from '../diff/index.ts'
import { isNamedBy } from './names.ts'
import type { PlannedCall, PlannedColumn } from './plan.ts'

/** What {@link planColumn} is given. */
export interface ColumnToPlan {
  readonly column: ColumnDescription
  readonly property: string
  readonly reading: ColumnReading
  /** Whether the type is said word for word. */
  readonly hasOwnType: boolean
  /** Whether its default is the instant of the insert. */
  readonly isInstant: boolean
  readonly isKey: boolean
}

/** The builder of a column, with what follows from it alone: key, reference and unique are the table's. */
export function planColumn({
  column,
  property,
  reading,
  hasOwnType,
  isInstant,
  isKey,
}: ColumnToPlan): PlannedColumn {
  const initial = isInstant ? {} : defaultOf(column, reading)
  return {
    property,
    column: column.name,
    calls: [
      builderOf(reading),
      ...(column.isNullable && !isKey ? [call('nullable')] : []),
      ...(isInstant ? [call('now')] : []),
      ...(initial.value === undefined ? [] : [call('default', initial.value)]),
      ...(hasOwnType ? [call('sqlType', column.type)] : []),
      ...(isNamedBy(property, column.name) ? [] : [call('named', column.name)]),
    ],
    notes: [
      ...notesOf(column, isKey),
      ...(initial.note === undefined ? [] : [initial.note]),
      ...(reading.hasNoZone === true && hasOwnType
        ? [`${column.type} has no time zone: read and written as UTC`]
        : []),
    ],
  }
}

function notesOf({ isNullable, generated }: ColumnDescription, isKey: boolean): string[] {
  return [
    ...(isNullable && isKey ? ['may be null in the database'] : []),
    ...(generated === undefined ? [] : [`made by the database: ${generated}`]),
  ]
}

/** A call, for a plan. */
export function call(name: string, ...args: readonly unknown[]): PlannedCall {
  return { name, args }
}

function builderOf({ kind, limits, isCaseInsensitive }: ColumnReading): PlannedCall {
  const { values, precision, scale, bits, minLength, maxLength, minimum, maximum } = limits
  if (values !== undefined) return values.includes('') ? call('text') : call('oneOf', ...values)
  const caseInsensitive = isCaseInsensitive ? true : undefined
  const calls: Partial<Readonly<Record<ColumnReading['kind'], PlannedCall>>> = {
    text: withOptions('text', { minLength, maxLength, caseInsensitive }),
    bytes: withOptions('bytes', { minLength, maxLength }),
    integer: withOptions('integer', { bits: bits === 53 ? bits : undefined, minimum, maximum }),
    bigint: withOptions('bigint', { minimum, maximum }),
    decimal: withOptions('decimal', { minimum, maximum }, precision, scale),
    json: call('json', UNKNOWN),
  }
  return calls[kind] ?? call(kind)
}

/** The schema of any value, which is printed as `t.Unknown()`. */
export const UNKNOWN = Symbol('t.Unknown()')

function withOptions(
  name: string,
  options: Readonly<Record<string, unknown>>,
  ...first: readonly unknown[]
): PlannedCall {
  const said = Object.entries(options).filter(([, value]) => value !== undefined)
  return call(name, ...first, ...(said.length === 0 ? [] : [Object.fromEntries(said)]))
}

interface PlannedDefault {
  readonly value?: unknown
  readonly note?: string
}

function defaultOf(
  { default: initial, generated }: ColumnDescription,
  reading: ColumnReading,
): PlannedDefault {
  if (initial === undefined || generated !== undefined) return {}
  const value = defaultInCode(initial, reading)
  return value === undefined ? { note: `default in the database: ${initial.text}` } : { value }
}
