/** Options of a route that anybody may call. */
export const open = { access: 'public' } as const

/** Both ways to reach a test's app. */
export const transports = ['memory', 'socket'] as const
