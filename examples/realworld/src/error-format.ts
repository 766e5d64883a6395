import { errorFormat, t, type Static } from '@keelson/core'

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
    const { errors } = body as Static<typeof GenericErrorModel>
    return { code: `HTTP_${status}`, title: errors.body.join(' ') }
  },
})

/** `/article/title` to `article.title: `. */
function nameOf(pointer: string): string {
  return pointer === '' ? '' : `${pointer.slice(1).replaceAll('/', '.')}: `
}
