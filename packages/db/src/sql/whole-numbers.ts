// On the request path: integers of 64 bits, which drivers give as text where they are large, or always.
import type { DriverRow } from '../adapter/index.ts'
import { QueryError } from '../errors.ts'

/**
 * An integer as a number.
 *
 * @throws {QueryError} for one that a number does not hold
 */
export function toSafeNumber(value: unknown): number {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number
  throw new QueryError({
    message: `The sum or count ${String(value)} is beyond the integers that a number holds. Cast it to text in db.sql.`,
  })
}

/**
 * Makes integers of expressions numbers, in place.
 *
 * @param names - of the expressions
 * @throws {QueryError} for one that a number does not hold
 */
export function readWholeNumbers(rows: readonly DriverRow[], names: readonly string[]): void {
  for (const row of rows as readonly Record<string, unknown>[])
    for (const name of names) {
      const value = row[name]
      if (typeof value === 'string') row[name] = toWhole(value, name)
    }
}

function toWhole(text: string, name: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number
  throw new QueryError({
    message: `sql: '${name}' is beyond the integers that a number holds. Cast it to text, or write \${sql.as(Table, 'property', '${name}')} behind it where it has the values of a bigint column.`,
  })
}
