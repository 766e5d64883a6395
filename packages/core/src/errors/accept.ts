// On the request path: what a client accepts, RFC 9110 §12.5.1.
import { essenceOf, matchesRange } from '@keelson/contract'
import { membersOf, paramOf } from './parameters.ts'

/**
 * How much a client wants a media type, by its header `accept`: from 0, not at all, to 1. The most specific range that matches decides; a
 * header that says nothing accepts everything. A weight that is not a number counts as 1 (RFC 9110 §12.4.2).
 *
 * @param accept - the header; `undefined` where the client sends none
 * @param type - without parameters, in lower case
 * @example
 * acceptWeight('text/*;q=0.5, text/html', 'text/html') // => 1
 * acceptWeight('text/*;q=0.5, text/html', 'text/csv') // => 0.5
 */
export function acceptWeight(accept: string | undefined, type: string): number {
  if (accept === undefined || accept === '*/*' || accept === type) return 1
  let best = -1
  let weight = 0
  let isEmpty = true
  for (const member of membersOf(accept)) {
    const range = essenceOf(member)
    if (range === '') continue
    isEmpty = false
    const rank = range === '*/*' ? 0 : range.endsWith('/*') ? 1 : 2
    if (rank < best || !matchesRange(range, type)) continue
    const own = toWeight(paramOf(member, 'q'))
    weight = rank === best ? Math.max(weight, own) : own
    best = rank
  }
  return isEmpty ? 1 : weight
}

function toWeight(text: string | undefined): number {
  const weight = Number(text ?? 1)
  return weight >= 0 ? Math.min(1, weight) : 1
}
