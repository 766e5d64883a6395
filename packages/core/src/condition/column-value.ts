// Values of columns in their canonical form, which all stores compare alike.
import { Buffer } from 'node:buffer'
import type { ColumnKind, ConditionValue } from './contract.ts'
import { isStorable, parseJsonText, toJsonText } from './json-text.ts'

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const DECIMAL = /^-?\d+(?:\.\d+)?$/
/** ISO 8601 with `Z` or an offset, also as databases write it. Digits after the millisecond are zeros. */
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})[T ]((?:[01]\d|2[0-3]):[0-5]\d)(?::([0-5]\d)(?:(\.\d{1,3})0{0,6})?)?(Z|[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)$/i

/** The name of a value of each kind in messages. */
const EXPECTED: Readonly<Record<ColumnKind, string>> = {
  text: 'a well-formed text without NUL',
  integer: 'a safe integer',
  bigint: 'a bigint of 64 bits, or its text',
  decimal: "a text like '12.50'",
  boolean: 'a boolean',
  timestamp:
    'a Date, or an ISO 8601 text with Z or an offset, in whole milliseconds, of the years 0001 to 9999',
  date: "a text like '2026-11-29'",
  uuid: 'a uuid with hyphens',
  bytes: 'a Uint8Array, or its base64url text',
  json: 'a JSON value',
}

export const COLUMN_KINDS = Object.keys(EXPECTED) as readonly ColumnKind[]

/**
 * The name of a value of this kind in messages.
 *
 * @example
 * expectedOf('integer') // => 'a safe integer'
 */
export function expectedOf(kind: ColumnKind): string {
  return EXPECTED[kind]
}

/** Whether a text is the name of a kind. */
export function isColumnKind(kind: unknown): kind is ColumnKind {
  return typeof kind === 'string' && Object.hasOwn(EXPECTED, kind)
}

const READERS: Readonly<Record<ColumnKind, (value: unknown) => ConditionValue | undefined>> = {
  text: (value) => (typeof value === 'string' && isStorable(value) ? value : undefined),
  // -0 is written as 0.
  integer: (value) => (Number.isSafeInteger(value) ? (value as number) + 0 : undefined),
  bigint: toBigint,
  decimal: toDecimal,
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  timestamp: toTimestamp,
  date: (value) => (typeof value === 'string' && isDay(value) ? value : undefined),
  uuid: (value) => (typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : undefined),
  bytes: toBytes,
  json: (value) => (value === null || value === undefined ? undefined : toJsonText(value)),
}

/**
 * The canonical form of a value, which all stores compare alike; `undefined` for a value of another kind, and for `json`.
 *
 * @example
 * toCanonical('decimal', '007.10') // => '7.1'
 * toCanonical('uuid', 'no uuid') // => undefined
 */
export function toCanonical(kind: ColumnKind, value: unknown): ConditionValue | undefined {
  return READERS[kind](value)
}

/** Whether a value is of this kind and canonical. */
export function isCanonical(kind: ColumnKind, value: unknown): value is ConditionValue {
  if (kind === 'json') return typeof value === 'string' && toCanonical(kind, parseJsonText(value)) === value
  return toCanonical(kind, value) === value && !Object.is(value, -0)
}

/** One text for the same bytes: without padding, and without bits that say nothing. */
function toBytes(value: unknown): string | undefined {
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64url')
  if (typeof value !== 'string') return undefined
  return Buffer.from(value, 'base64url').toString('base64url') === value ? value : undefined
}

function toBigint(value: unknown): string | undefined {
  if (typeof value !== 'bigint' && !(typeof value === 'string' && /^-?\d{1,20}$/.test(value)))
    return undefined
  const number = BigInt(value)
  return number < INT64_MIN || number > INT64_MAX ? undefined : String(number)
}

function toDecimal(value: unknown): string | undefined {
  if (typeof value !== 'string' || !DECIMAL.test(value)) return undefined
  const isNegative = value.startsWith('-')
  const [whole = '', fraction = ''] = (isNegative ? value.slice(1) : value).split('.')
  const left = whole.replace(/^0+(?=\d)/, '')
  const right = trimZeros(fraction)
  const digits = right === '' ? left : `${left}.${right}`
  return isNegative && digits !== '0' ? `-${digits}` : digits
}

/** Without a regular expression: one that matches zeros before the end would start again at each zero. */
function trimZeros(digits: string): string {
  let end = digits.length
  while (end > 0 && digits[end - 1] === '0') end--
  return digits.slice(0, end)
}

function toTimestamp(value: unknown): string | undefined {
  if (value instanceof Date) return toText(value.getTime())
  const parts = typeof value === 'string' ? TIMESTAMP.exec(value) : null
  if (parts === null) return undefined
  const [, day = '', time = '', seconds = '00', fraction = '', zone = ''] = parts
  if (!isDay(day)) return undefined
  return toText(Date.parse(`${day}T${time}:${seconds}${fraction}${offsetOf(zone)}`))
}

/** The form that `Date` reads: `+02` and `+0200` become `+02:00`. */
function offsetOf(zone: string): string {
  if (zone.length === 1) return 'Z'
  return `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`
}

function toText(instant: number): string | undefined {
  // With more than four digits of a year the text has a sign, and sorts wrongly; NaN has no text.
  const text = Number.isNaN(instant) ? '' : new Date(instant).toISOString()
  return text.length === 24 && !text.startsWith('0000') ? text : undefined
}

/** Whether a text is a day of the calendar, of the years 0001 to 9999. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text.startsWith('0000')) return false
  const instant = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text)
}

/**
 * Compares two canonical values of one kind, as databases compare them. Returns a number below 0, 0, or above 0.
 *
 * @example
 * compareValues('decimal', '10', '9.5') > 0 // => true
 */
export function compareValues(kind: ColumnKind, a: ConditionValue, b: ConditionValue): number {
  if (a === b) return 0
  switch (kind) {
    case 'integer':
      return Number(a) - Number(b)
    case 'bigint':
      return BigInt(a) < BigInt(b) ? -1 : 1
    case 'decimal':
      return compareDecimals(String(a), String(b))
    case 'bytes':
      return Buffer.compare(Buffer.from(String(a), 'base64url'), Buffer.from(String(b), 'base64url'))
    case 'text':
      return compareTexts(String(a), String(b))
    default:
      // ASCII texts of the same length, which sort like their values.
      return a < b ? -1 : 1
  }
}

/** By code points, like UTF-8; the code units of UTF-16 put U+1F600 before U+FFEE. */
function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left !== right) return rankOf(left) - rankOf(right)
  }
  return a.length - b.length
}

/** Sorts surrogates, which encode the code points above U+FFFF, after all other units. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

function compareDecimals(a: string, b: string): number {
  const isNegative = a.startsWith('-')
  if (isNegative !== b.startsWith('-')) return isNegative ? -1 : 1
  const [left, right] = isNegative ? [b.slice(1), a.slice(1)] : [a, b]
  const [wholeLeft = '', fractionLeft = ''] = left.split('.')
  const [wholeRight = '', fractionRight = ''] = right.split('.')
  if (wholeLeft.length !== wholeRight.length) return wholeLeft.length - wholeRight.length
  if (wholeLeft !== wholeRight) return wholeLeft < wholeRight ? -1 : 1
  // Without trailing zeros, texts of digits sort like the fractions.
  return fractionLeft < fractionRight ? -1 : 1
}
