import { parsePattern, type RoutePlan } from '@keelson/core/spi'

/** A route's pattern as a document has it. */
export interface PathTemplate {
  /** `/orders/{id}` */
  readonly path: string
  /** The same for all patterns that OpenAPI cannot tell apart: `/orders/{}`. */
  readonly key: string
  /** Param names of the route, in order. */
  readonly names: readonly string[]
  /** The wildcard, if there is one. */
  readonly wildcard: { readonly name: string; readonly takesEmpty?: true } | undefined
}

/** Turns `/files/:owner/*path` into `/files/{owner}/{path}`; OpenAPI has no params that take slashes. */
export function toPathTemplate({ flat }: RoutePlan): PathTemplate {
  const { segments, paramNames } = parsePattern(flat.pattern, flat.place)
  const parts = segments.map((segment) =>
    segment.kind === 'static' ? toSafeText(segment.text) : `{${segment.name}}`,
  )
  const keys = segments.map((segment) => (segment.kind === 'static' ? toSafeText(segment.text) : '{}'))
  const last = segments.at(-1)
  return {
    path: `/${parts.join('/')}`,
    key: `/${keys.join('/')}`,
    names: paramNames,
    wildcard: last?.kind === 'wildcard' ? last : undefined,
  }
}

/** Static text as in a URL; a pattern may have any characters (RFC 3986 §3.3). */
function toSafeText(text: string): string {
  return encodeURIComponent(text).replaceAll(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent)
}
