/** Where something stands, for messages; a function where making the text takes time that only a problem is worth. */
export type PlaceText = string | (() => string)

/** The text itself. */
export function toPlaceText(place: PlaceText): string {
  return typeof place === 'string' ? place : place()
}

/** A thing and where it was written, as messages have it: `middleware cors (src/main.ts:12)`. */
export function withSource(what: string, source: string | undefined): string {
  return source === undefined ? what : `${what} (${source})`
}
