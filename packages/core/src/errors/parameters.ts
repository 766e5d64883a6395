// On the request path: parameters and lists of header fields, RFC 9110 §5.6. Not with media types, which clients load.

/** A parameter (RFC 9110 §5.6.6). All that is in quotes is the value. Blanks around `=` are accepted. */
const PARAM = /;\s*([^\s=;"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*)))?/g

/** All parameters of a media type by their lower-case names, without quotes; of a repeated name the first. */
export function paramsOf(type: string): { readonly [name: string]: string | undefined } {
  const params = { __proto__: null } as unknown as Record<string, string>
  for (const [, name = '', quoted, plain = ''] of type.matchAll(PARAM))
    params[name.toLowerCase()] ??= quoted?.replaceAll(/\\(.)/g, '$1') ?? plain.trim()
  return params
}

/** The value of a parameter, without quotes, in its own case. The name is in lower case. */
export function paramOf(type: string, name: string): string | undefined {
  return type.includes(';') ? paramsOf(type)[name] : undefined
}

/** The members of a list, also empty ones (RFC 9110 §5.6.1). A comma within quotes (§5.6.4) does not separate them. */
export function membersOf(list: string): string[] {
  if (!list.includes('"')) return list.split(',')
  const members: string[] = []
  let start = 0
  let isQuoted = false
  // Not by a pattern: it would search for the end of a quote from each quote again.
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
