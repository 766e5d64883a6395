// A column as calls of a builder.
import type { ColumnDescription, ColumnReading } from '../adapter/index.ts'
import { isNamedBy } from './names.ts'
import type { PlannedCall, PlannedColumn } from './plan.ts'

/** What {@link planColumn} is given. */
export interface ColumnToPlan {
  readonly column: ColumnDescription
  readonly property: string
  readonly reading: ColumnReading
  /** Whether the type is said word for word. */
  readonly hasOwnType: boolean
}

/** The builder of a column, with what follows from it alone: key, reference and unique are the table's. */
export function planColumn({ column, property, reading, hasOwnType }: ColumnToPlan): PlannedColumn {
  const initial = defaultOf(column, reading)
  return {
    property,
    column: column.name,
    calls: [
      builderOf(reading),
      ...(column.isNullable ? [call('nullable')] : []),
      ...(initial.value === undefined ? [] : [call('default', initial.value)]),
      ...(hasOwnType ? [call('sqlType', column.type)] : []),
      ...(isNamedBy(property, column.name) ? [] : [call('named', column.name)]),
    ],
    notes: [
      ...(column.generated === undefined ? [] : [`made by the database: ${column.generated}`]),
      ...(initial.note === undefined ? [] : [initial.note]),
    ],
  }
}

/** A call, for a plan. */
export function call(name: string, ...args: readonly unknown[]): PlannedCall {
  return { name, args }
}

function builderOf({ kind, limits, isCaseInsensitive }: ColumnReading): PlannedCall {
  const { values, precision, scale, bits, minLength, maxLength, minimum, maximum } = limits
  if (values !== undefined) return call('oneOf', ...values)
  const caseInsensitive = isCaseInsensitive ? true : undefined
  const calls: Partial<Readonly<Record<ColumnReading['kind'], PlannedCall>>> = {
    text: withOptions('text', { minLength, maxLength, caseInsensitive }),
    bytes: withOptions('bytes', { minLength, maxLength }),
    integer: withOptions('integer', { bits: bits === 53 ? bits : undefined, minimum, maximum }),
    bigint: withOptions('bigint', { minimum, maximum }),
    decimal: withOptions('decimal', { minimum }, precision, scale),
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
  const { text, value } = initial
  const note = `default in the database: ${text}`
  if (value === undefined) return { note }
  const read = valueOf(value, reading)
  return read === undefined ? { note } : { value: read }
}

/** A default as code says it; undefined for one that has no such form. */
function valueOf(text: string, { kind }: ColumnReading): unknown {
  switch (kind) {
    case 'integer':
      return Number.isSafeInteger(Number(text)) ? Number(text) : undefined
    case 'boolean':
      return /^(?:true|t|1)$/i.test(text) ? true : /^(?:false|f|0)$/i.test(text) ? false : undefined
    case 'timestamp': {
      const at = new Date(/[Z+]/.test(text.slice(10)) ? text : `${text.replace(' ', 'T')}Z`)
      return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
    }
    case 'json':
      return parsed(text)
    case 'bytes':
      return undefined
    default:
      return text
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
