// On the request path: makes rows of the lists of values that a driver gives, which cost it less than rows.
import type { DriverRow } from '../adapter/index.ts'

/** Values of a row in the order of its columns. */
export type RowValues = readonly unknown[]

/**
 * Makes rows with these names.
 *
 * @returns undefined where the driver must make them: the names behind a `*` change with the table
 */
export function rowMakerOf(
  text: string,
  names: readonly string[],
): ((values: RowValues) => DriverRow) | undefined {
  if (text.includes('*')) return undefined
  // Set like another member, it would be the prototype of the row.
  if (names.includes('__proto__'))
    return (values) => Object.fromEntries(names.map((name, at) => [name, toValue(values[at])]))
  return (values) => {
    const row: Record<string, unknown> = {}
    for (let at = 0; at < names.length; at++) row[names[at]!] = toValue(values[at])
    return row
  }
}

/** The row of a driver, with its integers as numbers or text. */
export function withoutBigInts(row: DriverRow): DriverRow {
  const made: Record<string, unknown> = { ...row }
  for (const name in made) made[name] = toValue(made[name])
  return made
}

/** A number where that holds an integer, else its text. */
function toValue(value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}
