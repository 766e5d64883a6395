// How much of a row a cursor carries: a client sends it back in a URL, whose length has a limit.
import { Buffer } from 'node:buffer'
import type { ColumnFacts } from '../table/index.ts'
import type { OrderTerm } from './order.ts'

/** Bytes of the values in a cursor. In base64url, with what stands around, they are within the 6,144 characters that routes take. */
const MAX_BYTES = 4500

/** Bytes of a character in UTF-8, and of three bytes in base64url. */
const CHARACTER_BYTES = 4

/**
 * The terms of an order whose cursors have room for the values. A text or bytes that may be too long is ordered by its beginning: so the
 * order is one that a cursor can say, and a page begins exactly behind the one before. What an index finds is never so long, since its
 * keys are bounded.
 */
export function cursorTerms(terms: readonly OrderTerm[]): readonly OrderTerm[] {
  const sizes = terms.map(({ column }) => sizeOf(column.facts))
  const bySize = [...sizes.keys()].sort((a, b) => (sizes[a] as number) - (sizes[b] as number))
  const cut = [...terms]
  let rest = MAX_BYTES
  for (const [at, index] of bySize.entries()) {
    const share = Math.floor(rest / (bySize.length - at))
    const size = Math.min(sizes[index] as number, share)
    rest -= size
    if (size !== sizes[index]) cut[index] = begun(terms[index] as OrderTerm, size)
  }
  return cut.map(asRead)
}

function sizeOf({ kind, limits: { maxLength = Infinity, precision = 0 } }: ColumnFacts): number {
  const length = kind === 'text' ? CHARACTER_BYTES * maxLength : Math.ceil((maxLength * 4) / 3)
  return 8 + (kind === 'text' || kind === 'bytes' ? length : Math.max(precision + 2, 36))
}

/** An instant as far as a cursor, which has the value of the row, tells it. */
function asRead(term: OrderTerm): OrderTerm {
  const { column, most } = term
  if (most !== undefined || column.compared === column.name) return term
  return { ...term, column: { ...column, name: column.compared } }
}

/** A term that looks at the beginning of its values alone. */
function begun({ column, isDescending }: OrderTerm, size: number): OrderTerm {
  const share = size - 8
  const isText = column.facts.kind === 'text'
  const most = Math.floor(isText ? share / CHARACTER_BYTES : (share * 3) / 4)
  return { isDescending, most, column: { ...column, name: `substr(${column.name}, 1, ${most})` } }
}

/** What a term looks at of a canonical value. */
export function beginningOf(value: string, { column, most }: OrderTerm): string {
  if (most === undefined || value.length <= most) return value
  if (column.facts.kind === 'bytes')
    return Buffer.from(value, 'base64url').subarray(0, most).toString('base64url')
  // No code point has more units than two.
  return Array.from(value.slice(0, 2 * most))
    .slice(0, most)
    .join('')
}
