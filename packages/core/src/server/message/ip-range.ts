// On the request path: whether an address lies in a range.
import { isIP } from 'node:net'

/** A block of addresses of one family. */
export interface IpRange {
  readonly family: 'ipv4' | 'ipv6'
  /** First address of the block. */
  readonly address: string
  /** Leading bits that all addresses of the block share. */
  readonly prefix: number
}

/** Why a text is neither an address nor a range of them, and what to write instead. */
export interface IpRangeProblem {
  readonly message: string
  readonly remedy: string
  /** Whether it contains every IPv4 address, so that everybody was meant, for which there is another word. */
  readonly isEverybody: boolean
}

// RFC 4291 §2.5.5.2: 80 bits of zeros, 16 of ones, then the IPv4 address.
const MAPPED = 0xffffn
const MAPPED_BITS = 96
const MAY_BE_MAPPED = /^[0:]+ffff:(\d+\.[\d.]+)?/i

/**
 * An address as it is compared and logged: an IPv4-mapped IPv6 address, in any spelling, becomes IPv4.
 *
 * @see RFC 4291 §2.5.5.2
 */
export function normalizeAddress(address: string): string {
  if (!MAY_BE_MAPPED.test(address) || isIP(address) !== 6) return address
  // The form in which node has the peers of a dual-stack socket.
  const dotted = MAY_BE_MAPPED.exec(address)?.[1]
  if (dotted !== undefined) return dotted
  const value = toNumber(address.split('%')[0] as string)
  return isMapped(value) ? toIPv4(value) : address
}

/**
 * Reads an address or a CIDR range. A range of IPv4-mapped addresses is the range of the IPv4 addresses that it maps. One
 * that contains every IPv4 address is refused: `0.0.0.0/0` and `::/0` each hold all callers of one family, and look like all callers.
 *
 * @see RFC 4632 §3.1, RFC 4291 §2.3 and §2.5.5.2
 */
export function parseIpRange(text: unknown): IpRange | IpRangeProblem {
  if (typeof text !== 'string') return notARange(text)
  const [address = '', bits, ...more] = text.split('/')
  const version = isIP(address)
  const longest = version === 4 ? 32 : 128
  if (version === 0 || more.length > 0 || (bits !== undefined && !isPrefix(bits, longest))) {
    return notARange(text)
  }
  if (address.includes('%')) {
    return {
      message: `'${text}' has a zone, which only this machine knows.`,
      remedy: `Omit '${address.slice(address.indexOf('%'))}'.`,
      isEverybody: false,
    }
  }
  // An IPv4 range is one of mapped addresses.
  return version === 4
    ? toRange(text, toNumber(`::ffff:${address}`), MAPPED_BITS + Number(bits ?? longest))
    : toRange(text, toNumber(address), Number(bits ?? longest))
}

function toRange(text: string, value: bigint, prefix: number): IpRange | IpRangeProblem {
  const rest = BigInt(128 - prefix)
  const isIPv4 = prefix > MAPPED_BITS && isMapped(value)
  if (!isIPv4 && (MAPPED << 32n) >> rest === value >> rest) return everyIPv4(text, value)
  const first = (value >> rest) << rest
  const range: IpRange = isIPv4
    ? { family: 'ipv4', address: toIPv4(first), prefix: prefix - MAPPED_BITS }
    : { family: 'ipv6', address: toIPv6(first), prefix }
  if (first === value) return range
  return {
    message: `'${text}' has bits after its prefix of ${range.prefix}: it may mean one address or a whole range.`,
    remedy: `Write '${range.address}/${range.prefix}' for the range, or the address without a prefix.`,
    isEverybody: false,
  }
}

function everyIPv4(text: string, value: bigint): IpRangeProblem {
  if (text.includes('.') && !text.includes(':'))
    return {
      message: `'${text}' contains every IPv4 address, and no IPv6 address.`,
      remedy: NARROWER,
      isEverybody: true,
    }
  return {
    message: `'${text}' contains every IPv4 address, since ::ffff:0:0/96 is part of it.`,
    remedy: isMapped(value)
      ? `Write the IPv4 range, such as '10.0.0.0/8', or count its prefix from 96: '::ffff:10.0.0.0/104'.`
      : `Write IPv4 ranges as such, and of IPv6 what is meant: '2000::/3' is all that is routed in public.`,
    isEverybody: true,
  }
}

const NARROWER = "Write the range that is meant, such as '10.0.0.0/8'."

function isMapped(value: bigint): boolean {
  return value >> 32n === MAPPED
}

/** A valid IPv6 address without a zone as a number. */
function toNumber(address: string): bigint {
  const [head = '', tail = ''] = shorten(address)
    .split('::')
    .map((part) => part.replaceAll(/[^:]+/g, (group) => group.padStart(4, '0')).replaceAll(':', ''))
  return BigInt(`0x${head}${tail.padStart(32 - head.length, '0')}`)
}

/** The form of URLs: hexadecimal groups without leading zeros, the longest run of zeros omitted. */
function shorten(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1)
}

function toIPv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 0xffn).join('.')
}

function toIPv6(value: bigint): string {
  const hex = value.toString(16).padStart(32, '0')
  return shorten(hex.replaceAll(/.{4}(?!$)/g, '$&:'))
}

function isPrefix(bits: string, longest: number): boolean {
  return /^(?:0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= longest
}

function notARange(value: unknown): IpRangeProblem {
  const shown = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value))
  return { message: `${shown} is neither an address nor a CIDR range.`, remedy: EXAMPLES, isEverybody: false }
}

const EXAMPLES = "Write '192.0.2.7', '10.0.0.0/8' or '2001:db8::/32'."
