import { ArgumentError } from '@keelson/core'

/**
 * Whose access is to end must be said: of nobody there is nothing to end, and a slip would read as done.
 *
 * @param name - what was called: `Sessions.revokeAll`
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for what is not a text, or an empty one
 */
export function assertUserId(name: string, userId: unknown): void {
  if (typeof userId === 'string' && userId !== '') return
  throw new ArgumentError(`${name}: The id of the user must be a text that is not empty. Give user.id.`)
}
