// Which kinds of columns become which others with their values: the same ones on every system.
import type { ColumnKind } from '@keelson/core/conditions'

/** Of a text each is one way of writing: what is not written so stops the migration. */
const WRITTEN: ReadonlySet<ColumnKind> = new Set(['integer', 'bigint', 'decimal', 'date', 'uuid', 'json'])
/** A flag is 0 or 1. */
const NUMBERS: ReadonlySet<ColumnKind> = new Set(['integer', 'bigint', 'decimal', 'boolean'])
/** A day is its first moment in UTC. */
const TIMES: ReadonlySet<ColumnKind> = new Set(['date', 'timestamp'])

/** Whether values of a kind mean something in another kind. */
export function isConvertible(from: ColumnKind, to: ColumnKind): boolean {
  if (from === to) return true
  if (from === 'text') return WRITTEN.has(to)
  if (to === 'text') return WRITTEN.has(from)
  return [NUMBERS, TIMES].some((kinds) => kinds.has(from) && kinds.has(to))
}

/** What the error of the server says of a value that has no place in the new type. */
export function unfitText(from: ColumnKind, to: ColumnKind): string {
  if (from === 'timestamp') return to === 'date' ? 'would lose its time' : 'would lose a part of its time'
  if (to === 'boolean') return 'is neither 0 nor 1'
  if (from !== 'text') return 'would lose digits'
  return NUMBERS.has(to) ? 'is not a number of the new type' : `is not a ${to}`
}

/** Whether a kind is a number, a flag among them. */
export function isNumber(kind: ColumnKind): boolean {
  return NUMBERS.has(kind)
}
