import { errorFormat, t } from '@keelson/core'

const GenericErrorModel = t.Object(
  { errors: t.Object({ body: t.Array(t.String()) }) },
  { $id: 'GenericErrorModel' },
)

/** What a client acts upon, whatever the document says: sign in, send it again, send less, come later. */
const OWN = new Set([401, 408, 413, 429])

/**
 * Errors as the document has them: 401 where somebody has to sign in, 422 for the other errors of a caller, since it has neither 403
 * nor 404. What the log says of them is not changed by this.
 */
export const conduitErrors = errorFormat({
  mediaType: 'application/json',
  schema: GenericErrorModel,
  status: ({ status }) => (status >= 400 && status < 500 && !OWN.has(status) ? 422 : status),
  write: ({ title, detail, errors }) => ({
    errors: {
      body: errors?.map(({ pointer, message }) => `${nameOf(pointer)}${message}`) ?? [detail ?? title],
    },
  }),
  read: (body, status) => {
    const title = messagesIn(body)?.join(' ')
    if (title === undefined) return undefined
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

/** `/article/title` to `article.title: `. */
function nameOf(pointer: string): string {
  return pointer === '' ? '' : `${pointer.slice(1).replaceAll('/', '.')}: `
}

function messagesIn(body: unknown): readonly unknown[] | undefined {
  const messages = memberOf(memberOf(body, 'errors'), 'body')
  return Array.isArray(messages) ? messages : undefined
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
