import { SetupError } from '@keelson/core'
import type { Adapter, Connection, MaybePromise } from './contract.ts'

/** Whom to wait for, and how long. */
export interface AnswerLimit extends Pick<Adapter, 'place'> {
  readonly connection: Pick<Connection, 'destroy'>
  readonly limitMs: number
}

/**
 * Waits for an answer of a server, and lets go of the connection where none comes in time.
 *
 * @throws {SetupError} `ERR_DB_CONNECTION` then
 */
export async function answerWithin<T>(
  { connection, place, limitMs }: AnswerLimit,
  ask: () => MaybePromise<T>,
): Promise<T> {
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    connection.destroy()
  }, limitMs)
  try {
    return await ask()
  } catch (error) {
    if (!isLate) throw error
    const message = `The server did not answer within ${limitMs / 1000} s.`
    const remedy = 'Look at the server, and at what is between; then try again.'
    throw new SetupError([{ code: 'ERR_DB_CONNECTION', place, message, remedy }], error)
  } finally {
    clearTimeout(timer)
  }
}
