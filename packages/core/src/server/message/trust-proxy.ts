// On the request path: which proxies are trusted, and what they say.
import { isIP } from 'node:net'
import { InternalError, membersOf, SetupError, type SetupProblem } from '../../errors/index.ts'
import { normalizeAddress, type IpRangeProblem } from './ip-range.ts'
import { readIpRanges } from './ip-ranges.ts'

/**
 * The proxies in front of the server, whose headers about the client are trusted.
 *
 * - `false`: none; the address is that of the socket.
 * - a number: that many proxies, each of which appends the address of its caller.
 * - a list of addresses and CIDR ranges (`10.0.0.0/8`, `fd00::/8`), and `loopback`, `linklocal`, `uniquelocal`. IPv4
 *   addresses are matched by IPv4 ranges, which may be written as mapped ones from `/96` on (`::ffff:10.0.0.0/104`).
 * - a function of an address that returns whether it is trusted.
 * - `true`: all. Any client can then claim any address; only for servers that nothing but the proxy can reach.
 */
export type TrustProxy = boolean | number | readonly string[] | ((address: string) => boolean)

/** Header in which the proxies name the client. The other header is ignored. */
export type ForwardedHeader = 'x-forwarded-for' | 'forwarded'

const RANGES: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** What a chain of trusted proxies says. */
export interface ProxyWord {
  /** Address of the client; empty where a trusted proxy does not say it (RFC 7239 §6.2, §6.3). */
  readonly address: string
  /** What trusted proxies wrote into the header, from the client on; the client may have written what comes before. */
  readonly entries: readonly string[]
  /** The same as addresses, without ports; `unknown` for what is not one. */
  readonly addresses: readonly string[]
}

/** Reads the header that proxies fill in; undefined when the peer is not a trusted proxy. */
export type ReadProxyWord = (peer: string, header: string | undefined) => ProxyWord | undefined

/**
 * Makes the function that separates what trusted proxies wrote from the rest. It reads from the right: each proxy appends the
 * address of its caller, so the client may have written what is left of the first untrusted address.
 *
 * @returns undefined when no proxy is trusted, so that no header is read
 * @throws {SetupError} `ERR_CORE_TRUST_PROXY` for an invalid `trust` or header
 * @see RFC 7239 §8.1
 */
export function createProxyWord(
  trust: TrustProxy = false,
  header: ForwardedHeader = 'x-forwarded-for',
): ReadProxyWord | undefined {
  if (header !== 'x-forwarded-for' && header !== 'forwarded') {
    throw refusal(`${JSON.stringify(header)} is not a supported header.`)
  }
  const isTrusted = toPredicate(trust)
  if (isTrusted === undefined) return undefined
  const split = header === 'forwarded' ? splitForwarded : splitList
  const toEntryAddress = header === 'forwarded' ? forOf : toAddress
  return (peer, value) => {
    if (!isTrusted(peer, 0)) return undefined
    const entries = value === undefined || value.trim() === '' ? [] : split(value)
    const addresses: string[] = []
    let address = peer
    // Each entry is the word of the address behind it, as long as that one is trusted.
    for (const entry of entries.toReversed()) {
      const said = toEntryAddress(entry)
      addresses.unshift(said ?? UNKNOWN)
      // Who is hidden is nobody else: neither the proxy that says so nor one before it.
      address = said ?? ''
      if (said === undefined || !isTrusted(said, addresses.length)) break
    }
    return { address, entries: entries.slice(entries.length - addresses.length), addresses }
  }
}

/** RFC 7239 §6.2: what stands for an address that a proxy does not know or does not tell. */
const UNKNOWN = 'unknown'

function toPredicate(trust: TrustProxy): ((address: string, hop: number) => boolean) | undefined {
  if (trust === false || trust === 0) return undefined
  if (trust === true) return () => true
  if (typeof trust === 'function') return toAsker(trust)
  if (typeof trust === 'number') {
    if (!Number.isInteger(trust) || trust < 0) throw refusal(`${trust} is not a number of proxies.`)
    return (_address, hop) => hop < trust
  }
  if (!Array.isArray(trust)) throw refusal(`${JSON.stringify(trust)} does not say who is trusted.`)
  const ranges = readIpRanges((trust as readonly unknown[]).flatMap(rangesOf))
  if (ranges.problems.length > 0) throw new SetupError(ranges.problems.map(toListProblem))
  return (address) => ranges.has(address)
}

function toAsker(trust: (address: string) => boolean): (address: string) => boolean {
  // Its promise would count as `false` for each address.
  if (trust.constructor.name === 'AsyncFunction') throw refusal('An asynchronous function cannot be used.')
  return (address) => {
    try {
      return trust(address) === true
    } catch (error) {
      throw new InternalError('The function that was given as trustProxy failed.', { cause: error })
    }
  }
}

function rangesOf(entry: unknown): readonly unknown[] {
  return typeof entry === 'string' && Object.hasOwn(RANGES, entry)
    ? (RANGES[entry] as readonly string[])
    : [entry]
}

function splitList(value: string): readonly string[] {
  return value.split(',').map((entry) => entry.trim())
}

// RFC 7239 §4: elements by comma, pairs by semicolon; a quoted string may hold both.
const PAIR = /(?:^|;)\s*([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))\s*(?=;|$)/g

function splitForwarded(value: string): readonly string[] {
  const members = membersOf(`${value},`)
  // An unclosed quote would include what the proxy appended, and here the comma.
  return (members.at(-1) === '' ? members : value.split(',')).flatMap((element) => element.trim() || [])
}

/** A parameter of an element of `Forwarded`, unquoted. */
export function forwardedParam(element: string, name: string): string | undefined {
  for (const [, found, quoted, token] of element.matchAll(PAIR)) {
    if (found?.toLowerCase() === name) return quoted?.replace(/\\(.)/g, '$1') ?? token
  }
  return undefined
}

function forOf(element: string): string | undefined {
  return toAddress(forwardedParam(element, 'for') ?? '')
}

/** Removes port and brackets; undefined for what is not an IP address. */
function toAddress(entry: string): string | undefined {
  const text = entry.trim()
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  return isIP(bare) === 0 ? undefined : normalizeAddress(bare)
}

const REMEDY = "Use false, true, a number of proxies, a function, or a list like ['10.0.0.0/8', 'loopback']."

function refusal(message: string): SetupError {
  return new SetupError([toProblem({ message, remedy: REMEDY })])
}

function toListProblem({ message, remedy, isEverybody }: IpRangeProblem): SetupProblem {
  return toProblem({ message, remedy: isEverybody ? `${remedy} To believe everybody, write true.` : remedy })
}

function toProblem(problem: Pick<SetupProblem, 'message' | 'remedy'>): SetupProblem {
  return { ...problem, code: 'ERR_CORE_TRUST_PROXY', place: 'trustProxy' }
}
