import { errorFormat, t } from '@keelson/core'

/** Errors in the form that clients of the old app know. */
export const oldErrors = errorFormat({
  mediaType: 'application/json',
  schema: t.Object({ error: t.String() }),
  write: ({ code, title, detail }) => ({
    error: code === 'ERR_CORE_VALIDATION' ? 'The order is not valid.' : (detail ?? title),
  }),
  read: (body, status) => {
    const { error: title } = (body ?? {}) as { error?: unknown }
    if (typeof title !== 'string') return undefined
    return {
      code: `HTTP_${status}`,
      status,
      title,
      detail: undefined,
      details: undefined,
      requestId: undefined,
    }
  },
})
