/**
 * Whether a value is an error, of this realm or another: code in a `vm` context and the globals of a test runner have an `Error`
 * class of their own.
 */
export function isError(value: unknown): value is Error {
  if (value instanceof Error) return true
  const tag = Object.prototype.toString.call(value)
  return tag === '[object Error]' || tag === '[object DOMException]'
}
