// On the request path behind trusted proxies, and of mounted handlers: what the headers of trusted proxies say about the
// origin of a request.
import type { IncomingHeaders } from '../../route/index.ts'
import { isAuthority } from './authority.ts'
import {
  createProxyWord,
  forwardedParam,
  type ForwardedHeader,
  type ProxyWord,
  type TrustProxy,
} from './trust-proxy.ts'

/** Options about proxies. */
export interface ProxyOptions {
  /** Proxies whose headers about the client are trusted. Default: none. */
  readonly trustProxy?: TrustProxy | undefined
  /** Header in which they name the client. Default `x-forwarded-for`. */
  readonly forwardedHeader?: ForwardedHeader | undefined
}

/** What trusted proxies say about a request. */
export interface Forwarding {
  /** Header in which they name the client. */
  readonly header: string
  /** Address of the client; empty where a trusted proxy does not say it. */
  readonly address: string
  /** Their entries in that header, from the client on. */
  readonly entries: readonly string[]
  /** The addresses of these entries; `unknown` for what is not one. */
  readonly addresses: readonly string[]
  /** Scheme that the client used, `http` or `https`; undefined if no proxy says it. */
  readonly scheme: string | undefined
  /** Host and port that the client requested; undefined if no proxy says them. */
  readonly host: string | undefined
}

/** A request that proxies may have passed on. */
export interface ForwardedRequest {
  readonly forwarding: Forwarding | undefined
  headers(): IncomingHeaders
}

/** Reads what trusted proxies say about a request; undefined if its peer is not a trusted proxy. */
export type ReadForwarding = (peer: string, read: Read) => Forwarding | undefined

type Read = (name: string) => string | undefined

/**
 * Makes the function that reads what trusted proxies say about a request.
 *
 * @returns undefined when no proxy is trusted
 * @throws {SetupError} `ERR_CORE_TRUST_PROXY`
 */
export function createForwarding(options: ProxyOptions): ReadForwarding | undefined {
  const { trustProxy, forwardedHeader: header = 'x-forwarded-for' } = options
  const readWord = createProxyWord(trustProxy, header)
  if (readWord === undefined) return undefined
  return (peer, read) => {
    const word = readWord(peer, read(header))
    return word && new ProxyForwarding(header, word, read)
  }
}

/** Reads scheme and host on demand: most requests need the address alone. */
class ProxyForwarding implements Forwarding {
  readonly header: ForwardedHeader
  readonly address: string
  readonly entries: readonly string[]
  readonly addresses: readonly string[]
  readonly #word: ProxyWord
  readonly #read: Read
  #origin: Claimed | undefined = undefined

  constructor(header: ForwardedHeader, word: ProxyWord, read: Read) {
    this.header = header
    this.address = word.address
    this.entries = word.entries
    this.addresses = word.addresses
    this.#word = word
    this.#read = read
  }

  get scheme(): string | undefined {
    return this.#claimed().scheme
  }

  get host(): string | undefined {
    return this.#claimed().host
  }

  #claimed(): Claimed {
    return (this.#origin ??= believable(
      this.header === 'forwarded' ? originOfElement(this.#word) : originOfLists(this.#word, this.#read),
    ))
  }
}

function believable({ scheme, host }: Claimed): Claimed {
  return {
    scheme: scheme !== undefined && /^https?$/i.test(scheme) ? scheme.toLowerCase() : undefined,
    host: host !== undefined && isAuthority(host) ? host : undefined,
  }
}

interface Claimed {
  readonly scheme: string | undefined
  readonly host: string | undefined
}

/** RFC 7239 §4: the element with the client also has scheme and host. */
function originOfElement({ entries: [first = ''] }: ProxyWord): Claimed {
  return { scheme: forwardedParam(first, 'proto'), host: forwardedParam(first, 'host') }
}

function originOfLists({ entries }: ProxyWord, read: Read): Claimed {
  const proxies = read('x-forwarded-for')?.split(',').length
  const believed = (name: string): string | undefined => {
    const list = read(name)?.split(',') ?? []
    // Proxies that append add one value each, as to the addresses. Otherwise only the last value certainly comes from a proxy.
    return list.at(list.length === proxies ? -Math.max(1, entries.length) : -1)?.trim()
  }
  return { scheme: believed('x-forwarded-proto'), host: believed('x-forwarded-host') }
}

const IS_FORWARDED = /^(?:forwarded|x-forwarded-.+|x-real-ip)$/i

/** Whether a header is one of those that proxies set. */
function isForwarded(name: string): boolean {
  return IS_FORWARDED.test(name)
}

/**
 * The headers for a mounted handler, which may trust all headers of proxies: only those that `trustProxy` trusts.
 */
export function passedHeaders(exchange: ForwardedRequest): IncomingHeaders {
  const headers = exchange.headers()
  const names = Object.keys(headers)
  if (!names.some(isForwarded)) return headers
  const passed: Record<string, IncomingHeaders[string]> = {}
  for (const name of names) if (!isForwarded(name)) passed[name] = headers[name]
  const { forwarding } = exchange
  return forwarding === undefined ? passed : Object.assign(passed, believedHeaders(headers, forwarding))
}

function believedHeaders(headers: IncomingHeaders, forwarding: Forwarding): IncomingHeaders {
  const { header, entries, addresses, address, scheme, host } = forwarding
  const believed: Record<string, IncomingHeaders[string]> = {}
  // If proxies set `forwarded`, all headers of the other kind are the client's.
  if (header === 'x-forwarded-for')
    for (const name of Object.keys(headers)) if (isForwarded(name)) believed[name] = headers[name]
  believed['forwarded'] = header === 'forwarded' && entries.length > 0 ? entries.join(', ') : undefined
  believed['x-forwarded-for'] = addresses.length > 0 ? addresses.join(', ') : undefined
  believed['x-forwarded-proto'] = scheme
  believed['x-forwarded-host'] = host
  believed['x-real-ip'] = headers['x-real-ip'] === undefined ? undefined : address || undefined
  return Object.fromEntries(Object.entries(believed).filter(([, value]) => value !== undefined))
}

/** {@link passedHeaders} as node's flat list of names and values. */
export function passedRawHeaders(raw: readonly string[], passed: IncomingHeaders): string[] {
  const flat: string[] = []
  for (let i = 0; i < raw.length; i += 2)
    if (!isForwarded(raw[i] as string)) flat.push(raw[i] as string, raw[i + 1] as string)
  for (const [name, value] of Object.entries(passed))
    if (isForwarded(name)) flat.push(name, [value ?? ''].flat().join(', '))
  return flat
}

/** A flat list of names and values as node's `headersDistinct`. */
export function toDistinct(raw: readonly string[]): Record<string, string[]> {
  const distinct = Object.create(null) as Record<string, string[]>
  for (let i = 0; i < raw.length; i += 2)
    (distinct[(raw[i] as string).toLowerCase()] ??= []).push(raw[i + 1] as string)
  return distinct
}
