// Which targets stay where they seem to lead, in every browser: no parser is asked that could read them in another way.

/** Control characters and the space, which browsers cut out; the backslash, which they read as `/`; halves of characters. */
const UNSAFE = /[\0-\x20\x7f-\x9f\\]|\p{Cs}/u

/** What is a scheme, or could be read as one. */
const SCHEME = /^[^/?#]*:/

/** Escaped control characters, once or more often. */
const ESCAPED_CONTROL = /%(?:25)*(?:[01][\da-f]|7f)/i

/** `//` in other words, behind which some servers and proxies see a host. */
const ESCAPED_START = /^\/(?:\/|%(?:25)*(?:2f|5c))/i

const BASE = 'http://base.invalid'

/**
 * What goes into `location` for a target.
 *
 * @param allow - origins as browsers write them
 * @returns `undefined` for a target that is refused
 */
export function toLocation(target: unknown, allow: readonly string[]): string | undefined {
  if (typeof target !== 'string' || target === '' || UNSAFE.test(target)) return undefined
  const origin = allow.find((one) => isOf(one, target))
  if (!isLocal(origin === undefined ? target : target.slice(origin.length))) return undefined
  return target.replace(/[^\x21-\x7e]+/g, encodeURIComponent)
}

/** Whether a target begins with an origin, as it is written in the list, and nothing behind it can belong to the host: no port, user or dot. */
function isOf(origin: string, target: string): boolean {
  return target.startsWith(origin) && /^(?:[/?#]|$)/.test(target.slice(origin.length))
}

/** Whether a reference (RFC 3986 §4.2) has neither a scheme nor an authority, nor looks so to who decodes or normalises it. */
function isLocal(reference: string): boolean {
  if (reference.startsWith('//') || SCHEME.test(reference)) return false
  const path = reference.replace(/[?#][^]*$/, '')
  if (ESCAPED_CONTROL.test(path)) return false
  const url = URL.parse(reference, BASE)
  return url !== null && url.origin === BASE && !ESCAPED_START.test(url.pathname)
}
