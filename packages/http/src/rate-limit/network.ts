// On the request path: whom an address is counted for.

/** Leading bits of an address that a network has. */
export interface NetworkBits {
  /** 32, 24, 16 or 8. */
  readonly ipv4: number
  readonly ipv6: number
}

const GROUP_BITS = 16
const ALL_GROUPS = 8

/**
 * The network that an address lies in, as its first groups: `2001:db8:0:7` of 64 bits, `192.0.2` of 24. IPv4 within IPv6 has become
 * IPv4 before. A text that is not an address stays as it is.
 */
export function networkOf(address: string, bits: NetworkBits): string {
  if (address.includes(':')) return ipv6Of(address, bits.ipv6)
  return bits.ipv4 === 32
    ? address
    : address
        .split('.')
        .slice(0, bits.ipv4 / 8)
        .join('.')
}

function ipv6Of(address: string, bits: number): string {
  // Without the zone, which a link-local address has.
  const [plain = ''] = address.split('%', 1)
  const groups = groupsOf(plain).slice(0, Math.ceil(bits / GROUP_BITS))
  const rest = bits % GROUP_BITS
  if (rest > 0) groups.push((groups.pop() ?? 0) & (0xffff << (GROUP_BITS - rest)))
  return groups.map((group) => group.toString(16)).join(':')
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
