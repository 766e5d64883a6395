// On the request path: checks each Host that differs from the last one.
import { isIPv6 } from 'node:net'

// RFC 3986 §3.2.2: reg-name and IPv4address have the same characters; a port may be empty.
const NAME = /^(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})+(?::(\d{0,5}))?$/i
const IP_LITERAL = /^\[(?:v[0-9a-f]+\.[\w.~!$&'()*+,;=:-]+|([0-9a-f:.]+))\](?::(\d{0,5}))?$/i

/**
 * Whether a value is `uri-host [ ":" port ]`, as a Host field must be. User information, spaces, several hosts, zone ids
 * and ports beyond 65,535 are not; nor is an empty host, which the `http` and `https` schemes do not have.
 *
 * @see RFC 9110 §7.2, §4.2.1 and RFC 3986 §3.2
 */
export function isAuthority(value: string): boolean {
  if (value.charCodeAt(0) !== 0x5b) {
    const name = NAME.exec(value)
    return name !== null && isPort(name[1])
  }
  const literal = IP_LITERAL.exec(value)
  if (literal === null || !isPort(literal[2])) return false
  return literal[1] === undefined || isIPv6(literal[1])
}

function isPort(digits: string | undefined): boolean {
  return digits === undefined || Number(digits) <= 65_535
}

/**
 * Whether two authorities are the same, case and the scheme's default port aside.
 *
 * @param scheme - `http` or `https`, lower case
 * @see RFC 9110 §4.2.3
 */
export function isSameAuthority(a: string, b: string, scheme: string): boolean {
  return a === b || normalizeAuthority(a, scheme) === normalizeAuthority(b, scheme)
}

/** An authority in lower case and without the scheme's default port. */
export function normalizeAuthority(authority: string, scheme: string): string {
  return authority.toLowerCase().replace(scheme === 'https' ? /:(?:443)?$/ : /:(?:80)?$/, '')
}
