/** Members in which drivers tell values of rows. */
const TELLING = ['detail', 'where', 'sqlMessage'] as const

/**
 * An error of a driver as logs may have it. What tells values of rows stays there for code, and is not enumerable, so that no log writes
 * it; its message is the one without values.
 */
export function withoutValues(error: unknown, message: string): unknown {
  if (!(error instanceof Error)) return error
  for (const name of TELLING)
    if (Object.hasOwn(error, name)) Object.defineProperty(error, name, { enumerable: false })
  if (error.message === message || error instanceof AggregateError) return error
  const { stack, message: told } = error
  Object.defineProperty(error, 'message', { value: message })
  if (stack !== undefined)
    Object.defineProperty(error, 'stack', { value: stack.replace(told, () => message) })
  return error
}
