/**
 * Compiles a pattern as JSON Schema means it (draft 2020-12 §6.4: ECMA-262, unicode), or without the `u` flag where that
 * refuses an escape that other builders write (`[\-]`).
 *
 * @throws {SyntaxError} when it is no regular expression either way
 */
export function toRegExp(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u')
  } catch {
    return new RegExp(pattern)
  }
}

/** Whether {@link toRegExp} takes the pattern. */
export function isPattern(pattern: string): boolean {
  try {
    toRegExp(pattern)
    return true
  } catch {
    return false
  }
}
