// On the request path: the validator calls it for arrays whose schema says `uniqueItems`.

/**
 * Whether no two members of an array are equal by the rules of JSON Schema (§4.2.2). Linear in the size of the array; ajv's
 * own keyword compares each pair of objects, which for a body of 1 MiB would occupy a core for minutes.
 */
export function hasUniqueItems(items: readonly unknown[]): boolean {
  const seen = new Set<unknown>()
  for (const item of items) {
    // Objects become texts, with a prefix so that they cannot equal a string member.
    const key = typeof item === 'object' && item !== null ? `o${canonical(item)}` : scalarKey(item)
    if (seen.has(key)) return false
    seen.add(key)
  }
  return true
}

function scalarKey(item: unknown): unknown {
  return typeof item === 'string' ? `s${item}` : item
}

/** Far deeper than a body may be; a value that is deeper has members that its schema refuses. */
const MAX_DEPTH = 200

/** A text that is the same for equal values: members sorted by name. */
function canonical(value: unknown, depth = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
  if (depth > MAX_DEPTH) return ''
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join()}]`
  const members = value as Readonly<Record<string, unknown>>
  const names = Object.keys(members).toSorted()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(members[name], depth + 1)}`).join()}}`
}
