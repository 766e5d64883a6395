// On the request path: whom an address is counted for.

/** Groups of 16 bits that a network of IPv6 has: 64 bits, which one subscriber gets (RFC 6177). */
const GROUPS = 4
const ALL_GROUPS = 8

/** Of IPv6 the network, `2001:db8:0:7`; other texts as they are. IPv4 within IPv6 is IPv4 in every `ctx.remoteAddress`. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [plain = ''] = address.split('%', 1)
  return groupsOf(plain)
    .slice(0, GROUPS)
    .map((group) => group.toString(16))
    .join(':')
}

/** The eight groups. What stands for `::` is filled up with zeros. */
function groupsOf(address: string): number[] {
  const [head = '', tail] = address.split('::')
  const first = numbersOf(head)
  const last = tail === undefined ? [] : numbersOf(tail)
  return [...first, ...Array<number>(Math.max(0, ALL_GROUPS - first.length - last.length)).fill(0), ...last]
}

function numbersOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16) || 0)
}
