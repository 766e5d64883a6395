// On the request path: whom an address is counted for.

/** Groups of 16 bits that a network of IPv6 has: 64 bits, which one subscriber gets (RFC 6177). */
const GROUPS = 4
const ALL_GROUPS = 8

/** An IPv4 address as it is, also one within an IPv6 address; of IPv6 the network, `2001:db8:0:7`; other texts as they are. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [plain = ''] = address.split('%', 1)
  const mapped = /^(?:0{0,4}:)*:?ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)
  if (mapped !== null) return mapped[1] as string
  const groups = groupsOf(plain)
  if (isMapped(groups)) return [6, 7].flatMap((at) => bytesOf(groups[at] as number)).join('.')
  return groups
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

/** IPv4 within IPv6 (RFC 4291 §2.5.5.2). */
function isMapped(groups: readonly number[]): boolean {
  return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
}

function bytesOf(group: number): number[] {
  return [group >> 8, group & 255]
}
