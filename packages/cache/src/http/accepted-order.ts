// On the request path of routes that negotiate.
import { acceptWeight } from '@keelson/core'

const MAX_KNOWN = 256

/**
 * Makes the function that says of a header `accept` all that a choice among media types may depend on: which of them are accepted, in which
 * order (RFC 9110 §12.5.1). Headers that prefer the same share an answer.
 *
 * @param mediaTypes - of the route; none where it declares none: then the header itself counts
 */
export function acceptedOrder(mediaTypes: readonly string[]): (accept: string | undefined) => string {
  if (mediaTypes.length === 0) return (accept) => (accept === undefined ? '-' : JSON.stringify(accept))
  const known = new Map<string | undefined, string>()
  return (accept) => {
    let order = known.get(accept)
    if (order !== undefined) return order
    order = orderOf(accept, mediaTypes)
    if (known.size < MAX_KNOWN) known.set(accept, order)
    return order
  }
}

/** `0>1=2`: places of the types that are accepted, those of one weight side by side. */
function orderOf(accept: string | undefined, mediaTypes: readonly string[]): string {
  const weighed = mediaTypes.map((type, at) => ({ at, weight: acceptWeight(accept, type) }))
  const accepted = weighed
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.at - b.at)
  return accepted
    .map(
      ({ at, weight }, index) => (index === 0 ? '' : weight === accepted[index - 1]?.weight ? '=' : '>') + at,
    )
    .join('')
}
