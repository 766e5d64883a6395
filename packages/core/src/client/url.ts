import { fault, textOf } from './client-error.ts'
import type { ManifestRoute } from './manifest.ts'

/** A record of values by name: params, query or headers of one call. */
export interface Fields {
  readonly [name: string]: unknown
}

/** Path and query of a call, percent-encoded. @throws {ClientError} `ERR_CORE_CLIENT_INPUT` */
export function toTarget(route: ManifestRoute, params: Fields, query: Fields): string {
  const { name, path } = route
  let target = path[0] as string
  let place = ''
  try {
    for (let at = 1; at < path.length; at += 3) {
      const param = path[at + 1] as string
      place = `param '${param}'`
      const text = toText(params[param])
      if (!text) throw new TypeError('it is missing or empty.')
      target += '/' + (path[at] === '*' ? text.split('/') : [text]).map(toSegment).join('/') + path[at + 2]
    }
    let mark = '?'
    for (const [field, value] of Object.entries(query)) {
      place = `query '${field}'`
      for (const item of Array.isArray(value) ? value : [value]) {
        const text = toText(item)
        if (text === undefined) continue
        target += mark + encodeURIComponent(field) + '=' + encodeURIComponent(text)
        mark = '&'
      }
    }
  } catch (cause) {
    throw fault('INPUT', { name, detail: `${place}: ${textOf(cause)}`, cause })
  }
  return target || '/'
}

/** A value as text; undefined for nothing. */
export function toText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'object' || typeof value === 'function') {
    throw new TypeError('an object cannot be written as text.')
  }
  return String(value as string)
}

function toSegment(text: string): string {
  // Every URL parser removes these, encoded or not, and another path would be called (RFC 3986 §5.2.4).
  if (text === '.' || text === '..') throw new TypeError(`a path cannot hold the segment '${text}'.`)
  return encodeURIComponent(text)
}
