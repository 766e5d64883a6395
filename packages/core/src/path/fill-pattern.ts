// On the request path of calls within the process.
import type { Pattern } from './path-pattern.ts'

/**
 * The path that a pattern stands for, percent-encoded (RFC 3986 §3.3). Values are written as text, whatever they are, and one
 * that is missing is empty: whether they may be so is for others to say.
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

/** A text as it stands in a URL, percent-encoded. */
export function toUrlText(text: string): string {
  // Half of a pair has no bytes in UTF-8.
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'))
}
