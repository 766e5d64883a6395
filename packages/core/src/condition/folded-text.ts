// Texts of columns that are compared without case.
import type { ConditionColumn } from './contract.ts'

let collator: Intl.Collator | undefined

/**
 * As the collations of databases for this compare: case and width do not count, accents do. The root order of Unicode, which English has.
 * Made at the first comparison: its data take milliseconds to load.
 */
function compare(a: string, b: string): number {
  return (collator ??= new Intl.Collator('en', { sensitivity: 'accent' })).compare(a, b)
}

/** Whether the values of a column are such texts. */
export function isFolded({ kind, caseInsensitive }: ConditionColumn): boolean {
  return kind === 'text' && caseInsensitive === true
}

/**
 * Compares two texts without case. Returns a number below 0, 0, or above 0.
 *
 * @example
 * compareFolded('Ada@example.com', 'ada@EXAMPLE.com') // => 0
 * compareFolded('a', 'á') < 0 // => true
 */
export function compareFolded(a: string, b: string): number {
  return a === b ? 0 : compare(a, b)
}

/**
 * Whether as many first code points as the prefix has are equal to it without case.
 *
 * @example
 * startsFolded('Zed', 'ze') // => true
 */
export function startsFolded(text: string, prefix: string): boolean {
  // No code point has more units than two.
  const count = Array.from(prefix).length
  const start = Array.from(text.slice(0, 2 * count)).slice(0, count)
  return compareFolded(start.join(''), prefix) === 0
}
