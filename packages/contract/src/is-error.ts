/**
 * Whether a value is an error, of this realm or another: what code in a `vm` context throws, or a test runner's globals make, has
 * another `Error` above it.
 */
export function isError(value: unknown): value is Error {
  if (value instanceof Error) return true
  const tag = Object.prototype.toString.call(value)
  return tag === '[object Error]' || tag === '[object DOMException]'
}
