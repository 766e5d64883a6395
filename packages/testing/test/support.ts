/** Options of a route that anybody may call. */
export const open = { access: 'public' } as const

/** Both ways to reach a test's app. */
export const transports = ['memory', 'socket'] as const

/** What was thrown, or `undefined`. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}
