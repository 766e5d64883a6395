// On the request path: media types, RFC 9110 §8.3.1.

/** A media type without its parameters, in lower case. */
export function essenceOf(type: string): string {
  const end = type.indexOf(';')
  return (end === -1 ? type : type.slice(0, end)).trim().toLowerCase()
}

/** Whether a body of this type is JSON: `application/json`, `application/problem+json` (RFC 6839 §3.1). */
export function isJson(type: string): boolean {
  return /^[^;]*[/+]json\s*(?:;|$)/i.test(type)
}

/**
 * Whether a range includes a media type (RFC 9110 §12.5.1).
 *
 * @param range - `image/*`, the range of all types, or a media type; like `type` without parameters and in lower case
 */
export function matchesRange(range: string, type: string): boolean {
  if (range === type || range === '*/*') return true
  // A type has a name after the slash.
  return range.endsWith('/*') && type.length >= range.length && type.startsWith(range.slice(0, -1))
}

// Names as in RFC 6838 §4.2. Tokens may be `*`, so that ranges would be accepted as types.
const TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;\s*[\w!#$&^.+-]+=(?:[\w!#$&^.+-]+|"[^"\r\n]*"))*$/
const RANGE = /^(?:\*\/\*|[\w!#$&^.+-]+\/\*)$/

/** Whether a text is a media type, with or without parameters. */
export function isMediaType(text: string): boolean {
  return TYPE.test(text)
}

/** Whether a text is a range of media types, without parameters. */
export function isMediaRange(text: string): boolean {
  return RANGE.test(text)
}
