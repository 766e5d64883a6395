import { errorFormat, t } from '@keelson/core'

/** Errors in the form that clients of the old app know. */
export const oldErrors = errorFormat({
  mediaType: 'application/json',
  schema: t.Object({ error: t.String() }),
  write: ({ code, title, detail }) => ({
    error: code === 'ERR_CORE_VALIDATION' ? 'The order is not valid.' : (detail ?? title),
  }),
  read: (body, status) => {
    const { error: title } = body as { error?: unknown }
    return typeof title === 'string' ? { code: `HTTP_${status}`, title } : undefined
  },
})
