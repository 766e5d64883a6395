// On the request path: the characters of the name and the value of a header.

/** RFC 9110 §5.6.2: a header's name, a method, a scheme. */
export const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/

/** Finds the first invalid character of a header's value (RFC 9110 §5.5): it would end the line, or make Node throw. */
export const NOT_IN_FIELD = /[^\t\x20-\x7e\x80-\xff]/

/** Whether a text is a token, in upper or lower case. */
export function isToken(text: string): boolean {
  return TOKEN.test(text)
}

/** Whether a text is valid as the value of a header, which may be empty. */
export function isFieldValue(text: string): boolean {
  return !NOT_IN_FIELD.test(text)
}
