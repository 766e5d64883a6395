import type { ColumnLimits } from '../table/index.ts'

/** Where a decimal stands among those that a column can hold. */
export interface DecimalPlace {
  /** Whether the column can hold it, its bounds aside. */
  readonly isHeld: boolean
  /** The next one below it that has as many places as the column; undefined for one with more digits before the point. */
  readonly floor: string | undefined
  /** Whether it is above 0. */
  readonly isAbove: boolean
}

/**
 * @param value - canonical: without zeros that say nothing
 */
export function decimalPlace(value: string, { precision = 18, scale = 0 }: ColumnLimits): DecimalPlace {
  const isAbove = !value.startsWith('-')
  const [whole = '', fraction = ''] = (isAbove ? value : value.slice(1)).split('.')
  const isLong = whole !== '0' && whole.length > precision - scale
  if (isLong) return { isHeld: false, floor: undefined, isAbove }
  if (fraction.length <= scale) return { isHeld: true, floor: value, isAbove }
  const digits = BigInt(whole + fraction.slice(0, scale))
  return { isHeld: false, floor: withPlaces(isAbove ? digits : -digits - 1n, scale), isAbove }
}

/** `-156n` with two places becomes `-1.56`. */
function withPlaces(scaled: bigint, scale: number): string {
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(scale + 1, '0')
  const point = digits.length - scale
  const text = scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`
  return scaled < 0n ? `-${text}` : text
}
