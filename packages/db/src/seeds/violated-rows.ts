// A constraint that rows of a seed violate, as a sentence of the seed.
import {
  ForeignKeyViolationError,
  SeedError,
  UniqueViolationError,
  type ConstraintViolation,
} from '../errors.ts'
import type { Row } from './contract.ts'
import type { PutPlace } from './put-rows.ts'

/** How many rows a message names. */
const SHOWN = 5

/** The error of a put; what is not a violated key goes on as it is. */
export function toPutError(error: unknown, rows: readonly Row[], place: PutPlace): unknown {
  const violation = (error as { readonly violation?: ConstraintViolation } | undefined)?.violation
  if (violation === undefined) return error
  if (ForeignKeyViolationError.is(error)) return failed(error, missingRow(violation, rows, place))
  if (UniqueViolationError.is(error)) return failed(error, takenKey(violation, place))
  return error
}

function failed(cause: unknown, message: string): Error {
  return new SeedError({ message, cause })
}

function missingRow(
  { columns }: ConstraintViolation,
  rows: readonly Row[],
  { key, facts }: PutPlace,
): string {
  const reference = facts.references.find((one) => isSame(one.columns, columns))
  if (reference === undefined)
    return `put('${key}', …): a row refers to one that is not there. Put that one before it.`
  const { columns: properties, to } = reference
  const said = rows.flatMap((row, at) =>
    properties.every((property) => row[property] !== undefined && row[property] !== null)
      ? [
          `row ${at + 1} (${properties.map((property) => `${property}: ${textOf(row[property])}`).join(', ')})`,
        ]
      : [],
  )
  const more = said.length > SHOWN ? ', …' : ''
  const which = said.length === 1 ? said[0]! : `one of ${said.slice(0, SHOWN).join(', ')}${more}`
  return `put('${key}', …): ${which} refers to a row of '${to}' that is not there. Put that one before it, in this seed or in one whose name comes before.`
}

function takenKey({ columns }: ConstraintViolation, { key }: PutPlace): string {
  if (columns.length === 0) return `put('${key}', …): a row has the key of another one that is there.`
  return `put('${key}', …): a row has the ${columns.join(' + ')} of another one that is there. Give it its own, or find rows by that key: { on: [${columns.map((one) => `'${one}'`).join(', ')}] }.`
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name) => other.includes(name))
}
