import { StartError } from '@keelson/core'

/** Options of a route that anybody may call. */
export const open = { access: 'public' } as const

/** What was thrown, or `undefined`. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** The start error that something throws at once. */
export function startErrorOf(work: () => unknown): StartError {
  try {
    work()
  } catch (error) {
    if (error instanceof StartError) return error
    throw error
  }
  throw new Error('It did not fail.')
}
