/** A place for messages; a function where the text is only made for a problem. */
export type PlaceText = string | (() => string)

/** The text itself. */
export function toPlaceText(place: PlaceText): string {
  return typeof place === 'string' ? place : place()
}

/** A thing and its place in the source: `middleware cors (src/main.ts:12)`. */
export function withSource(what: string, source: string | undefined): string {
  return source === undefined ? what : `${what} (${source})`
}
