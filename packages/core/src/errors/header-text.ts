// On the request path: what the name and the value of a header are made of.

/** RFC 9110 §5.6.2: a header's name, a method, a scheme. */
export const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

/** Finds the first character that no value of a header has (RFC 9110 §5.5): such a text would end the line, or make Node throw. */
export const NOT_IN_FIELD = /[^\t\x20-\x7e\x80-\xff]/

/** Whether a text is a token, in either case. */
export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

/** Whether a text can be the value of a header; an empty one can. */
export function isFieldValue(text: string): boolean {
  return !NOT_IN_FIELD.test(text)
}
