// On the request path: whether an address lies in one of several ranges.
import { BlockList, isIP } from 'node:net'
import { normalizeAddress, parseIpRange, type IpRangeProblem } from './ip-range.ts'

/** Ranges of IP addresses, read from a list. */
export interface IpRanges {
  /** What is wrong with entries of the list. */
  readonly problems: readonly IpRangeProblem[]
  /** Whether an address lies in one of them; a zone does not count. `false` for what is not an address. */
  has(address: string): boolean
}

/**
 * Reads a list of addresses and ranges in CIDR notation: the one reading of `trustProxy` and of middleware that goes by addresses. IPv4
 * within IPv6 (RFC 4291 §2.5.5.2) is IPv4, in ranges and in addresses. Problems are bits behind the prefix
 * (`10.0.0.1/8`), a prefix with a zero before it, a zone, and ranges that contain every IPv4 address (`0.0.0.0/0`, `::/0`).
 *
 * @param list - each entry a text such as `10.0.0.0/8`, `2001:db8::/32`, `192.0.2.7`
 * @returns what is wrong, and a test of addresses by the entries that are right
 * @see RFC 4632 §3.1, RFC 4291 §2.3
 * @example
 * const office = readIpRanges(['192.0.2.0/24', '2001:db8:7::/48'])
 * office.has('192.0.2.66') // => true
 * office.has('::ffff:192.0.2.66') // => true
 * readIpRanges(['192.0.2.66/24']).problems.length // => 1
 */
export function readIpRanges(list: readonly unknown[]): IpRanges {
  // One list for each family: in a list of both, Node compares IPv4 addresses with IPv6 ranges as well.
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  const problems: IpRangeProblem[] = []
  for (const text of list) {
    const range = parseIpRange(text)
    if ('message' in range) problems.push(range)
    else lists[range.family].addSubnet(range.address, range.prefix, range.family)
  }
  return {
    problems,
    has: (address) => {
      const plain = normalizeAddress(address)
      const version = isIP(plain)
      return version === 4
        ? lists.ipv4.check(plain, 'ipv4')
        : version === 6 && lists.ipv6.check(plain, 'ipv6')
    },
  }
}
