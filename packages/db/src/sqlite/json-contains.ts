/** A function of SQL that each connection has: whether a document is an array with an element, by the numbers that code has. */
export const CONTAINS_FUNCTION = 'keelson_json_contains'

/** Whether an array has an element that is a text, a number or a boolean, both as JSON; null without a document. */
export function containsElement(document: string | null, element: string | null): number | null {
  if (document === null || element === null) return null
  const list: unknown = JSON.parse(document)
  return Array.isArray(list) && list.includes(JSON.parse(element)) ? 1 : 0
}
