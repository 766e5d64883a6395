import { essenceOf, isJson } from '@keelson/contract'

/**
 * A media type for comparison: without regard to case and spaces, and without the charset UTF-8, which is the default
 * (RFC 8259 §8.1 has no charset for JSON).
 */
function mediaTypeKey(mediaType: string): string {
  const implied = isJson(mediaType) ? /^charset=/i : /^charset=utf-?8$/i
  const [, ...parameters] = mediaType.split(';').map((one) => one.trim().replaceAll('"', ''))
  const kept = parameters.filter((one) => one !== '' && !implied.test(one))
  return [essenceOf(mediaType), ...kept.sort()].join('; ')
}

/** Contents by the key of their media type. */
export function byMediaType<T>(
  content: { readonly [mediaType: string]: T } | undefined,
): ReadonlyMap<string, T> {
  return new Map(Object.entries(content ?? {}).map(([type, one]) => [mediaTypeKey(type), one]))
}
