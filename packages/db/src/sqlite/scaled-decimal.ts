// Decimals as integers: 12.50 with two places is 1250, which sorts, sums and compares right.
import type { Codec } from '../adapter/index.ts'
import type { ColumnFacts } from '../table/index.ts'

/** The codec of a decimal that SQLite keeps as an integer. */
export function scaledDecimal(column: ColumnFacts): Codec {
  const { scale = 0 } = column.limits
  return {
    encode: (value) => toScaled(value, column),
    decode: scale === 0 ? String : (value) => fromScaled(String(value), scale),
  }
}

/** `12.5` with two places becomes `1250n`. */
export function toScaled(value: unknown, { limits: { scale = 0 } }: ColumnFacts): bigint {
  const [whole = '', fraction = ''] = String(value).split('.')
  return BigInt(whole + fraction.padEnd(scale, '0').slice(0, scale))
}

/** `-5` with two places becomes `-0.05`. */
export function fromScaled(digits: string, scale: number): string {
  if (scale === 0) return digits
  const isNegative = digits.startsWith('-')
  const padded = (isNegative ? digits.slice(1) : digits).padStart(scale + 1, '0')
  const point = padded.length - scale
  return `${isNegative ? '-' : ''}${padded.slice(0, point)}.${padded.slice(point)}`
}
