/** JSON with the members of each object sorted, so that equal values have one text. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, sortMembers)
}

function sortMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const entries = Object.entries(value)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
