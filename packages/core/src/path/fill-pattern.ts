// On the request path of calls within the process.
import type { Pattern } from './path-pattern.ts'

/**
 * Fills values into the params of a pattern, percent-encoded (RFC 3986 §3.3). Any value is written as text, and a missing one
 * is empty: the caller checks them.
 *
 * @example
 * fillPattern(parsePattern('/orders/:id', 'route'), { id: 'a/b' }) // => '/orders/a%2Fb'
 */
export function fillPattern({ segments }: Pattern, params: { readonly [name: string]: unknown }): string {
  let path = ''
  for (const segment of segments) {
    if (segment.kind === 'static') path += `/${toUrlText(segment.text)}`
    else if (segment.kind === 'param') path += `/${toUrlText(toText(params[segment.name]))}`
    else path += `/${toText(params[segment.name]).split('/').map(toUrlText).join('/')}`
  }
  return path
}

function toText(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object') return String(value as string)
  const isDate = value instanceof Date && !Number.isNaN(value.getTime())
  return isDate ? value.toISOString() : Object.prototype.toString.call(value)
}

/** Percent-encodes a text for a URL. */
export function toUrlText(text: string): string {
  // UTF-8 cannot hold a lone surrogate.
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'))
}
