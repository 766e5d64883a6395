// On the request path: the validator calls it for numbers whose schema says `multipleOf`.

/**
 * Whether a number is a multiple of another, both as written in decimals: 19.99 is a multiple of 0.01, although the quotient
 * of the doubles is 1998.9999999999998.
 */
export function isMultipleOf(value: number, divisor: number): boolean {
  if (Number.isInteger(value / divisor)) return true
  if (!Number.isFinite(value) || (Number.isInteger(value) && Number.isInteger(divisor))) return false
  const left = toDecimal(value)
  const right = toDecimal(divisor)
  const exponent = Math.min(left.exponent, right.exponent)
  return scale(left, exponent) % scale(right, exponent) === 0n
}

interface Decimal {
  readonly digits: bigint
  /** Power of ten. */
  readonly exponent: number
}

/** The shortest decimal that reads as this double. */
function toDecimal(value: number): Decimal {
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length }
}

function scale({ digits, exponent }: Decimal, to: number): bigint {
  return digits * 10n ** BigInt(exponent - to)
}
