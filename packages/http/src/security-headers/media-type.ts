/**
 * What programs read, or nobody shows by itself: JSON of all kinds, plain text, tables, events, bytes without a type. All else is, or
 * belongs to, a page.
 */
const DATA =
  /^(?:application\/(?:[\w.+-]*json[\w.+-]*|octet-stream)|text\/(?:plain|csv|event-stream))[\t ]*(?:;|$)/i

/** Whether an answer of a media type is data, and no page. */
export function isDataType(type: string): boolean {
  return DATA.test(type)
}
