// On the request path: reads single headers from node's flat list, which costs less than having node make an object of all.

/**
 * The value of a header, whatever the case of its name; lines of one name are joined as RFC 9110 §5.3 says, those of
 * `cookie` as RFC 9113 §8.2.3 does.
 *
 * @param raw - names and values in turn, as they came
 */
export function rawHeader(raw: readonly string[], name: string): string | undefined {
  const { length } = name
  let found: string | undefined
  for (let i = 0; i < raw.length; i += 2) {
    const given = raw[i] as string
    if (given.length !== length || !isSameName(given, name)) continue
    const value = raw[i + 1] as string
    if (found === undefined) found = value
    else found += isSameName(name, 'cookie') ? `; ${value}` : `, ${value}`
  }
  // No object of headers has this one, ours neither.
  return name === '__proto__' ? undefined : found
}

// The first letter tells most names of a length apart; only then is it worth to make copies in lower case.
function isSameName(a: string, b: string): boolean {
  if (a === b) return true
  return (a.charCodeAt(0) | 0x20) === (b.charCodeAt(0) | 0x20) && a.toLowerCase() === b.toLowerCase()
}
