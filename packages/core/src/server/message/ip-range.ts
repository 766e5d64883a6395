// On the request path: whether an address lies in a range.
import { isIP, isIPv4 } from 'node:net'

/** A block of addresses of one family. */
export interface IpRange {
  readonly family: 'ipv4' | 'ipv6'
  /** First address of the block. */
  readonly address: string
  /** Leading bits that all addresses of the block share. */
  readonly prefix: number
}

/** What is wrong with a range, and what to write in its place. */
export interface IpRangeFault {
  readonly message: string
  readonly remedy?: string
}

// RFC 4291 §2.5.5.2: 80 bits of zeros, 16 of ones, then the IPv4 address.
const MAPPED: readonly number[] = [0, 0, 0, 0, 0, 0xffff, 0, 0]
const MAPPED_BITS = 96
const MAY_BE_MAPPED = /^[0:]+ffff:/i

/**
 * An address as it is compared and logged: IPv4 in IPv6 clothes, however it is spelt, is IPv4.
 *
 * @see RFC 4291 §2.5.5.2
 */
export function normalizeAddress(address: string): string {
  if (!MAY_BE_MAPPED.test(address) || isIP(address) !== 6) return address
  const groups = toGroups(address)
  return isInside(groups, { groups: MAPPED, prefix: MAPPED_BITS }) ? toIPv4(groups) : address
}

/**
 * Reads an address or a CIDR range. A range of IPv4-mapped addresses is the range of the IPv4 addresses that it maps. One
 * that holds the whole mapped block is refused: it would hold every IPv4 address, which nobody sees who reads it.
 *
 * @see RFC 4632 §3.1, RFC 4291 §2.3 and §2.5.5.2
 */
export function parseIpRange(text: unknown): IpRange | IpRangeFault {
  if (typeof text !== 'string') return notARange(text)
  const [address = '', bits, ...more] = text.split('/')
  const version = isIP(address)
  const longest = version === 4 ? 32 : 128
  if (version === 0 || more.length > 0 || (bits !== undefined && !isPrefix(bits, longest))) {
    return notARange(text)
  }
  if (address.includes('%')) {
    return {
      message: `'${text}' names a zone, which is not a part of an address that a proxy has.`,
      remedy: `Omit '${address.slice(address.indexOf('%'))}'.`,
    }
  }
  const prefix = bits === undefined ? longest : Number(bits)
  return version === 4
    ? toRange(text, { family: 'ipv4', size: 8, groups: address.split('.').map(Number), prefix })
    : readIPv6(text, toGroups(address), prefix)
}

function readIPv6(text: string, groups: readonly number[], prefix: number): IpRange | IpRangeFault {
  if (prefix >= MAPPED_BITS && isInside(groups, { groups: MAPPED, prefix: MAPPED_BITS })) {
    const bytes = toIPv4(groups).split('.').map(Number)
    return toRange(text, { family: 'ipv4', size: 8, groups: bytes, prefix: prefix - MAPPED_BITS })
  }
  if (prefix < MAPPED_BITS && isInside(MAPPED, { groups, prefix })) {
    const remedy = isInside(groups, { groups: MAPPED, prefix: MAPPED_BITS })
      ? `Write the IPv4 range, such as '10.0.0.0/8', or count its prefix from 96: '::ffff:10.0.0.0/104'.`
      : `Write the IPv6 range that your proxies are in, and IPv4 ranges as such; true is the word for everybody.`
    return { message: `'${text}' holds every IPv4 address, as ::ffff:0:0/96 is a part of it.`, remedy }
  }
  return toRange(text, { family: 'ipv6', size: 16, groups, prefix })
}

interface Block {
  readonly family: 'ipv4' | 'ipv6'
  /** Bits of one group. */
  readonly size: 8 | 16
  readonly groups: readonly number[]
  readonly prefix: number
}

function toRange(text: string, { family, size, groups, prefix }: Block): IpRange | IpRangeFault {
  const first = groups.map((group, at) => mask(group, { size, bits: prefix - at * size }))
  const address = size === 8 ? first.join('.') : first.map((group) => group.toString(16)).join(':')
  if (first.every((group, at) => group === groups[at])) return { family, address, prefix }
  return {
    message: `'${text}' has bits behind its prefix of ${prefix}: it may mean one address or a whole range.`,
    remedy: `Write '${shorten(address)}/${prefix}' for the range, or the address without a prefix.`,
  }
}

/** The 8 groups of an IPv6 address that `isIP` found in order. */
function toGroups(address: string): number[] {
  const bare = address.split('%')[0] as string
  const tail = bare.slice(bare.lastIndexOf(':') + 1)
  const text = isIPv4(tail) ? bare.slice(0, -tail.length) + toHexPair(tail) : bare
  const [left = '', right] = text.split('::')
  const head = left === '' ? [] : left.split(':')
  const rest = right === undefined || right === '' ? [] : right.split(':')
  const zeros = Array.from({ length: 8 - head.length - rest.length }, () => '0')
  return [...head, ...zeros, ...rest].map((group) => Number.parseInt(group, 16))
}

function toHexPair(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
}

function toIPv4(groups: readonly number[]): string {
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.')
}

function isInside(groups: readonly number[], range: Pick<Block, 'groups' | 'prefix'>): boolean {
  return groups.every((group, at) => {
    const how = { size: 16, bits: range.prefix - at * 16 } as const
    return mask(group, how) === mask(range.groups[at] as number, how)
  })
}

/** A group with only its first bits left. */
function mask(group: number, { size, bits }: { readonly size: 8 | 16; readonly bits: number }): number {
  const gone = size - Math.max(0, Math.min(size, bits))
  return (group >> gone) << gone
}

function shorten(address: string): string {
  return address.includes(':') ? address.replace(/(?:^|:)0(?::0)+(?::|$)/, '::') : address
}

function isPrefix(bits: string, longest: number): boolean {
  return /^(?:0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= longest
}

function notARange(value: unknown): IpRangeFault {
  const shown = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value))
  return { message: `${shown} is neither an address nor a CIDR range.` }
}
