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

const SAFE_SCHEMES = new Set(['http', 'https', 'mailto', 'tel', 'sms', 'ftp'])
const SAFE_DATA = /^data:image\/(?:png|jpeg|gif|webp|avif)[;,]/i

/**
 * The URL, or `about:invalid` (RFC 6694) in place of one whose scheme may run code. Reads it as browsers do (WHATWG URL §4.4): without
 * control characters and blanks in front, and without tabs and line breaks.
 */
export function toSafeUrl(url: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what browsers skip
  const read = url.replace(/^[\u0000-\u0020]+/, '').replaceAll(/[\t\n\r]/g, '')
  const [, scheme] = /^([^/?#]*?):/.exec(read) ?? []
  if (scheme === undefined || SAFE_SCHEMES.has(scheme.toLowerCase()) || SAFE_DATA.test(read)) return url
  return 'about:invalid'
}
