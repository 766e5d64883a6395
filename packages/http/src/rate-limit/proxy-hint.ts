// On the request path, of the first requests: whether a proxy stands in front that nobody named.
import type { AppFacts, BaseContext } from '@keelson/core'

/** Headers in which proxies name their callers. */
const HEADERS = ['x-forwarded-for', 'forwarded'] as const

/** How many requests are looked at: behind a proxy the first ones tell. */
const LOOKS = 1000

/** Apps whose log has the line. */
const told = new WeakSet<AppFacts>()

/** Warns, once in each app, where callers are counted by the address of a proxy, and so as one. */
export class ProxyHint {
  #left = LOOKS

  look(ctx: BaseContext): void {
    if (this.#left === 0) return
    this.#left--
    const names = HEADERS.filter((name) => ctx.header(name) !== undefined)
    if (names.length === 0 || names.some((name) => isBelieved(ctx.header(name), ctx.remoteAddress))) return
    this.#left = 0
    if (told.has(ctx.app)) return
    told.add(ctx.app)
    ctx.log.warn(
      { peer: ctx.remoteAddress, header: names[0] },
      'A request has the header of a proxy, and its peer is not trusted: if a proxy of yours passed it on, name that by server.trustProxy, or limits by address count all of its callers as one.',
    )
  }
}

/** `unknown` and `_name`, as an entry of either header (RFC 7239 §6.2, §6.3). */
const HIDDEN = /(?:^|,|for=)[ \t]*"?(?:unknown|_[\w.-]+)/i

/**
 * What a trusted proxy says is the address that is counted. There is none where it hides its client, and none of the peer of a Unix
 * socket, which is not believed then.
 */
function isBelieved(header: string | undefined, address: string): boolean {
  if (header === undefined) return false
  return address === '' ? HIDDEN.test(header) : header.includes(address)
}
