// Defaults of the database as code says them; those that no column takes are left as they are.
import { Buffer } from 'node:buffer'
import type { ColumnReading, DefaultDescription } from '../adapter/index.ts'

type ToValue = (text: string, limits: ColumnReading['limits']) => unknown

const VALUES: Readonly<Record<ColumnReading['kind'], ToValue>> = {
  text: (text, limits) => (isText(text, limits) ? text : undefined),
  integer: (text, limits) => (isWithin(Number(text), limits) ? Number(text) : undefined),
  bigint: (text, limits) => (isLong(text) && isWithinBounds(Number(text), limits) ? text : undefined),
  decimal: (text, limits) => (isDecimal(text, limits) ? text : undefined),
  boolean: booleanOf,
  timestamp: instantOf,
  date: dayOf,
  uuid: (text) => (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) ? text : undefined),
  json: jsonOf,
  bytes: bytesOf,
}

/** The value of a default in code; undefined for one that a column read so cannot say: `now()`, `'0000-00-00'`. */
export function defaultInCode(
  { value }: DefaultDescription,
  { kind, limits, toCode }: ColumnReading,
): unknown {
  if (value === undefined) return undefined
  return VALUES[kind](toCode === undefined ? value : toCode(value), limits)
}

type Limits = ColumnReading['limits']

function isText(text: string, { values, minLength = 0, maxLength = Infinity }: Limits): boolean {
  if (values !== undefined) return values.includes(text)
  const { length } = Array.from(text)
  return length >= minLength && length <= maxLength && !text.includes('\0')
}

function isWithin(value: number, limits: Limits): boolean {
  const most = limits.bits === 32 ? 2 ** 31 : Number.MAX_SAFE_INTEGER + 1
  return Number.isSafeInteger(value) && value >= -most && value < most && isWithinBounds(value, limits)
}

function isWithinBounds(value: number, { minimum = -Infinity, maximum = Infinity }: Limits): boolean {
  return value >= Number(minimum) && value <= Number(maximum)
}

function isLong(text: string): boolean {
  return /^-?[0-9]{1,19}$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text)
}

function isDecimal(text: string, limits: Limits): boolean {
  const { precision = 0, scale = 0 } = limits
  const [, whole = '', fraction = ''] = /^-?([0-9]+)(?:\.([0-9]+?)0*)?$/.exec(text) ?? []
  const digits = whole.replace(/^0+/, '').length
  return (
    whole !== '' &&
    digits <= precision - scale &&
    fraction.length <= scale &&
    isWithinBounds(Number(text), limits)
  )
}

function booleanOf(text: string): boolean | undefined {
  if (/^(?:true|t|1)$/i.test(text)) return true
  return /^(?:false|f|0)$/i.test(text) ? false : undefined
}

function instantOf(text: string): string | undefined {
  const at = new Date(/[Z+]/.test(text.slice(10)) ? text : `${text.replace(' ', 'T')}Z`)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

function dayOf(text: string): string | undefined {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && instantOf(text)?.startsWith(text) === true ? text : undefined
}

/** A column has no JSON null. */
function jsonOf(text: string): unknown {
  try {
    return (JSON.parse(text) as unknown) ?? undefined
  } catch {
    return undefined
  }
}

/** `x'6162'` or `\x6162`. */
function bytesOf(text: string, { minLength = 0, maxLength = Infinity }: Limits): string | undefined {
  const hex = /^(?:x'([0-9a-f]*)'|\\x([0-9a-f]*))$/i.exec(text)
  if (hex === null) return undefined
  const bytes = Buffer.from(hex[1] ?? hex[2] ?? '', 'hex')
  return bytes.length >= minLength && bytes.length <= maxLength ? bytes.toString('base64url') : undefined
}
