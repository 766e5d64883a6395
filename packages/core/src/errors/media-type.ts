// On the request path: media types, RFC 9110 §8.3.1.

/** A media type without its parameters, in lower case. */
export function essenceOf(type: string): string {
  const end = type.indexOf(';')
  return (end === -1 ? type : type.slice(0, end)).trim().toLowerCase()
}

/** A parameter (RFC 9110 §5.6.6). What stands in quotes is a value, whatever it looks like. Blanks around `=` are let pass. */
const PARAM = /;\s*([^\s=;"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*)))?/g

/** All parameters of a media type by their lower-case names, without quotes; of a name that is repeated the first. */
export function paramsOf(type: string): { readonly [name: string]: string | undefined } {
  const params = { __proto__: null } as unknown as Record<string, string>
  for (const [, name = '', quoted, plain = ''] of type.matchAll(PARAM))
    params[name.toLowerCase()] ??= quoted?.replaceAll(/\\(.)/g, '$1') ?? plain.trim()
  return params
}

/** The value of a parameter, without quotes, in the case it is written in; the name, in lower case, has none. */
export function paramOf(type: string, name: string): string | undefined {
  return type.includes(';') ? paramsOf(type)[name] : undefined
}

/** The members of a list, empty ones too (RFC 9110 §5.6.1). A comma within quotes (§5.6.4) parts none. */
export function membersOf(list: string): string[] {
  if (!list.includes('"')) return list.split(',')
  const members: string[] = []
  let start = 0
  let isQuoted = false
  // No pattern: one that looks for the end of a quote would look anew from each.
  for (let i = 0; i < list.length; i++) {
    const char = list[i]
    if (char === '\\' && isQuoted) i++
    else if (char === '"') isQuoted = !isQuoted
    else if (char === ',' && !isQuoted) {
      members.push(list.slice(start, i))
      start = i + 1
    }
  }
  members.push(list.slice(start))
  return members
}

/** Whether a body of this type is JSON: `application/json`, `application/problem+json` (RFC 6839 §3.1). */
export function isJson(type: string): boolean {
  return /^[^;]*[/+]json\s*(?:;|$)/i.test(type)
}

/**
 * Whether a range takes a media type (RFC 9110 §12.5.1).
 *
 * @param range - `image/*`, the one of all types, or a media type; like `type` without parameters and in lower case
 */
export function matchesRange(range: string, type: string): boolean {
  if (range === type || range === '*/*') return true
  // A type has a name behind the slash.
  return range.endsWith('/*') && type.length >= range.length && type.startsWith(range.slice(0, -1))
}

// Names as RFC 6838 §4.2 has them: a token may be `*`, which would take ranges for types.
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
