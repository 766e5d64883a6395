import { toText, type Fields } from './url.ts'

/** A `cookie` header (RFC 6265 §4.2.1), values percent-encoded; undefined for none. Not for browsers, which send their own. */
export function toCookie(cookies: Fields): string | undefined {
  const pairs = Object.entries(cookies).flatMap(([name, value]) => {
    const text = toText(value, `cookie '${name}'`)
    return text === undefined ? [] : [`${name}=${encodeURIComponent(text)}`]
  })
  return pairs.join('; ') || undefined
}
