// The values of a column, by its kind and its limits.
import type { ColumnFacts } from '../table/index.ts'
import { jsonValue } from './json-value.ts'
import { DAYS, dayOf, INSTANTS, instantOf, textValues, uuidOf } from './text-values.ts'
import { counted, listed, type Values } from './values.ts'

/** So many steps of whole numbers are enough for a decimal. */
const ENOUGH = 1_000_000n

const known = new WeakMap<ColumnFacts, Values>()

/** What a column takes, null not included. */
export function valuesOf(column: ColumnFacts): Values {
  const found = known.get(column)
  if (found !== undefined) return found
  const made = KINDS[column.kind](column)
  known.set(column, made)
  return made
}

/** Whether a column takes a value. */
export function takes(column: ColumnFacts, value: unknown): boolean {
  try {
    column.canonical(value)
    return true
  } catch {
    return false
  }
}

const KINDS: Readonly<Record<ColumnFacts['kind'], (column: ColumnFacts) => Values>> = {
  text: (column) =>
    textValues({
      name: column.property,
      limits: column.limits,
      isFolded: column.isCaseInsensitive,
      takes: (text) => takes(column, text),
    }),
  uuid: ({ name }) => counted(16 ** 12, (number) => uuidOf(number + 1, name)),
  boolean: () => listed([true, false]),
  integer: integers,
  bigint: bigints,
  decimal: decimals,
  date: () => counted(DAYS, dayOf),
  timestamp: ({ as }) =>
    counted(INSTANTS, (number) => (as === 'Date' ? new Date(instantOf(number)) : instantOf(number))),
  bytes: bytesValues,
  json: ({ schema, property }) =>
    counted(Infinity, (number) => jsonValue(schema, { name: property, number })),
}

/** From the minimum, or 1, upwards; below a maximum without minimum downwards. */
function range(
  least: bigint | undefined,
  most: bigint | undefined,
  bounds: { readonly least: bigint; readonly most: bigint; readonly one: bigint },
): { readonly count: bigint; at(number: number, step?: bigint): bigint } {
  const top = most === undefined || most > bounds.most ? bounds.most : most
  if (least === undefined && most !== undefined)
    return {
      count: top - bounds.least + 1n,
      at: (number, step = 1n) => top - BigInt(number) * step,
    }
  const from = least === undefined ? bounds.one : least < bounds.least ? bounds.least : least
  return { count: top - from + 1n, at: (number, step = 1n) => from + BigInt(number) * step }
}

const INT32 = { least: -(2n ** 31n), most: 2n ** 31n - 1n, one: 1n }
const INT53 = { least: BigInt(Number.MIN_SAFE_INTEGER), most: BigInt(Number.MAX_SAFE_INTEGER), one: 1n }
const INT64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n, one: 1n }

function integers({ limits: { minimum, maximum, bits = 32 } }: ColumnFacts): Values<number> {
  const { count, at } = range(whole(minimum), whole(maximum), bits === 32 ? INT32 : INT53)
  return counted(Number(count), (number) => Number(at(number)))
}

function bigints({ limits: { minimum, maximum }, as }: ColumnFacts): Values<bigint | string> {
  const { count, at } = range(whole(minimum), whole(maximum), INT64)
  return counted(Number(count), (number) => (as === 'bigint' ? at(number) : String(at(number))))
}

function whole(bound: number | string | undefined): bigint | undefined {
  return bound === undefined ? undefined : BigInt(bound)
}

/** In whole steps where there are enough of them, else in steps of the last place. */
function decimals({ limits }: ColumnFacts): Values<string> {
  const { precision = 18, scale = 0, minimum, maximum } = limits
  const most = 10n ** BigInt(precision) - 1n
  const unit = 10n ** BigInt(scale)
  const { count, at } = range(scaled(minimum, scale, 'up'), scaled(maximum, scale, 'down'), {
    least: -most,
    most,
    one: unit > most ? 1n : unit,
  })
  const step = count / unit >= ENOUGH ? unit : 1n
  return counted(Number((count - 1n) / step + 1n), (number) => pointed(at(number, step), scale))
}

/** A bound in units of the last place; one with more places is rounded into the range. */
function scaled(
  bound: number | string | undefined,
  scale: number,
  towards: 'up' | 'down',
): bigint | undefined {
  if (bound === undefined) return undefined
  const [digits = '0', places = ''] = String(bound).replace('-', '').split('.')
  const isBelow = String(bound).startsWith('-')
  const size = BigInt(digits + places.slice(0, scale).padEnd(scale, '0'))
  const isCut = /[1-9]/.test(places.slice(scale))
  const away = isCut && isBelow === (towards === 'down') ? 1n : 0n
  return isBelow ? -(size + away) : size + away
}

function pointed(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return value < 0n ? `-${text}` : text
}

const BYTES = 8

function bytesValues({ limits: { minLength = 0, maxLength = Infinity } }: ColumnFacts): Values<string> {
  const length = Math.min(Math.max(minLength, BYTES), maxLength)
  return counted(256 ** Math.min(length, 6), (number) => {
    const bytes = Buffer.alloc(length)
    const own = Math.min(length, 6)
    if (own > 0) bytes.writeUIntBE(number, length - own, own)
    return bytes.toString('base64url')
  })
}
