/** Where something stands, for messages; a function where making the text takes time that only a problem is worth. */
export type PlaceText = string | (() => string)

/** The text itself. */
export function toPlaceText(place: PlaceText): string {
  return typeof place === 'string' ? place : place()
}
