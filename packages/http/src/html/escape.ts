const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text for an element or a quoted attribute. */
export function escapeText(text: string): string {
  return /[&<>"']/.test(text) ? text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] as string) : text
}

/** JSON that a script element can hold: what would end it, or begin a comment, is written as an escape of JSON. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined
  return (json ?? 'null').replaceAll(/[<>&\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** One part of a path, a query or a fragment (RFC 3986 §2.4). */
export function encodeInUrl(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\u{fffd}'))
}

/** A segment of a path. The dots of `.` and `..` would drop what stands before it, however they are encoded: they are written as U+FFFD. */
export function encodeSegment(text: string): string {
  return encodeInUrl(text === '.' || text === '..' ? '\u{fffd}'.repeat(text.length) : text)
}

/** The first segment of a path. Empty it would make `//` with what follows, which names another server. */
export function encodeFirstSegment(text: string): string {
  return text === '' ? '.' : encodeSegment(text)
}

const SAFE_SCHEMES = new Set(['http', 'https', 'mailto', 'tel', 'sms', 'ftp'])
const SAFE_DATA = /^data:image\/(?:png|jpeg|gif|webp|avif)[;,]/i

/** As browsers read a URL (WHATWG URL §4.4): without control characters and blanks in front, and without tabs and line breaks. */
function asRead(url: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what browsers skip
  return url.replace(/^[\u0000-\u0020]+/, '').replaceAll(/[\t\n\r]/g, '')
}

function schemeOf(read: string): string | undefined {
  return /^([^/?#]*?):/.exec(read)?.[1]
}

/** The URL, or `about:invalid` (RFC 6694) in place of one whose scheme may run code. */
export function toSafeUrl(url: string): string {
  const read = asRead(url)
  const scheme = schemeOf(read)
  if (scheme === undefined || SAFE_SCHEMES.has(scheme.toLowerCase()) || SAFE_DATA.test(read)) return url
  return 'about:invalid'
}

/**
 * The URL, or `about:invalid` in place of one that may name another server.
 *
 * @param next - what stands after it in the template
 */
export function toOwnUrl(url: string, next: string): string {
  const read = asRead(url + next)
  return schemeOf(read) === undefined && !/^[/\\]{2}/.test(read) ? url : 'about:invalid'
}
