/** A function of SQL that each connection has: what is stored keeps its members as they were written, and is compared by value. */
export const JSON_FUNCTION = 'keelson_json'

/** JSON with the members of each object sorted, so that equal values have one text. */
export function sortedText(text: string | null): string | null {
  return text === null ? null : JSON.stringify(JSON.parse(text), sortMembers)
}

function sortMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
