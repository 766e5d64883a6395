import { SetupError } from '@keelson/core'

/** Options of a route that anybody may call. */
export const open = { access: 'public' } as const

/** What was thrown, or `undefined`. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** The setup error that something throws at once. */
export function setupErrorOf(work: () => unknown): SetupError {
  try {
    work()
  } catch (error) {
    if (error instanceof SetupError) return error
    throw error
  }
  throw new Error('It did not fail.')
}
