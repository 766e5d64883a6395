/**
 * Compiles a pattern of JSON Schema (draft 2020-12 §6.4: ECMA-262, unicode); without the `u` flag where that refuses an
 * escape that other builders write (`[\-]`).
 *
 * @throws {SyntaxError} when it is not a regular expression either way
 */
export function toRegExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    return new RegExp(pattern)
  }
}

/** Whether {@link toRegExp} accepts the pattern. */
export function isPattern(pattern: string): boolean {
  try {
    toRegExp(pattern)
    return true
  } catch {
    return false
  }
}
