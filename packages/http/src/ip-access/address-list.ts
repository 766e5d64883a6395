import { BlockList, isIP } from 'node:net'

interface Range {
  readonly address: string
  readonly bits: number
  readonly family: 'ipv4' | 'ipv6'
}

/** Whether a text is an IP address, or a range of them in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3). */
export function isRange(text: string): boolean {
  return readRange(text) !== undefined
}

/** Whether a text is an IP address, with or without the zone of a link-local one (RFC 4007 §11). */
export function isAddress(text: string): boolean {
  return isIP(withoutZone(text)) !== 0
}

/** Ranges of IP addresses. An IPv4 address within an IPv6 one (RFC 4291 §2.5.5.2) is the IPv4 address; no IPv6 range holds it. */
export class AddressList {
  // Two lists: one alone takes `::/0` for a range of IPv4 addresses, too.
  readonly #byFamily = { ipv4: new BlockList(), ipv6: new BlockList() }

  /** @param ranges - each found right by {@link isRange} */
  constructor(ranges: readonly string[]) {
    for (const text of ranges) {
      const { address, bits, family } = readRange(text) as Range
      this.#byFamily[family].addSubnet(address, bits, family)
    }
  }

  has(address: string): boolean {
    const plain = unmapped(withoutZone(address))
    const family = isIP(plain) === 4 ? 'ipv4' : 'ipv6'
    return this.#byFamily[family].check(plain, family)
  }
}

function readRange(text: string): Range | undefined {
  const [written = '', prefix, ...more] = text.split('/')
  if (isIP(written) === 0 || written.includes('%') || more.length > 0) return undefined
  const most = isIP(written) === 4 ? 32 : 128
  const bits = readPrefix(prefix ?? String(most))
  if (bits > most) return undefined
  const address = unmapped(written)
  if (isIP(address) === 6) return { address, bits, family: 'ipv6' }
  const own = most === 32 ? bits : bits - 96
  return own < 0 ? undefined : { address, bits: own, family: 'ipv4' }
}

/** Bits of a prefix; infinitely many for what is not a number. */
function readPrefix(text: string): number {
  return /^\d{1,3}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY
}

function withoutZone(address: string): string {
  const at = address.indexOf('%')
  return at === -1 ? address : address.slice(0, at)
}

/** `::ffff:192.0.2.7` and other spellings of it → `192.0.2.7`. */
function unmapped(address: string): string {
  if (!/ffff:/i.test(address) || isIP(address) !== 6) return address
  const { hostname } = new URL(`http://[${address}]`)
  const [, high, low] = /^\[::ffff:([\da-f]+):([\da-f]+)\]$/.exec(hostname) ?? []
  if (high === undefined || low === undefined) return address
  const bytes = [high, low].map((hex) => Number.parseInt(hex, 16)).flatMap((word) => [word >> 8, word & 255])
  return bytes.join('.')
}
