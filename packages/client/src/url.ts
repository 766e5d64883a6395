import type { ManifestRoute } from '@keelson/contract'

/** A record of values by name: params, query or headers of one call. */
export interface Fields {
  readonly [name: string]: unknown
}

/** Path and query of a call, percent-encoded. @throws {TypeError} for values that a URL cannot hold */
export function toTarget(
  { path }: ManifestRoute,
  { params = {}, query = {} }: { readonly params?: Fields; readonly query?: Fields },
): string {
  let target = path[0] as string
  for (let at = 1; at < path.length; at += 3) {
    const place = `param '${path[at + 1]}'`
    const text = toText(params[path[at + 1] as string], place)
    if (!text && (path[at] !== '?' || text === undefined))
      throw new TypeError(place + ' is missing or empty.')
    target += '/' + (path[at] === ':' ? [text] : text.split('/')).map(toSegment).join('/') + path[at + 2]
  }
  const search = toPairs(query, 'query')
  return (target || '/') + (search && '?' + search)
}

/** Fields as `application/x-www-form-urlencoded`, a list as a repeated key. @throws {TypeError} that names the field */
export function toPairs(fields: Fields, place: string): string {
  const pairs: string[] = []
  for (const [field, value] of Object.entries(fields)) {
    for (const item of [value].flat()) {
      const text = toText(item, `${place} '${field}'`)
      if (text !== undefined) pairs.push(encodeURIComponent(field) + '=' + encodeURIComponent(text))
    }
  }
  return pairs.join('&')
}

/** A value as text; undefined for null and undefined. @throws {TypeError} that names the place */
export function toText(value: unknown, place: string): string | undefined {
  if (value === undefined || value === null) return undefined
  if (value instanceof Date) return value.toISOString()
  if (Object(value) === value) {
    throw new TypeError(`${place}: ${typeof value}s cannot be written as text.`)
  }
  return String(value as string)
}

function toSegment(text: string): string {
  // Every URL parser removes these, encoded or not, and another path would be called (RFC 3986 §5.2.4).
  if (text === '.' || text === '..') throw new TypeError(`a path cannot hold '${text}'.`)
  return encodeURIComponent(text)
}
