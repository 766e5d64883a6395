import * as errors from '../../errors/index.ts'

type ClientErrorClass = new (message: undefined, options: errors.MethodNotAllowedOptions) => Error

/** Classes by status, below 499, which nobody is left to read. */
const CLIENT_ERRORS = new Map(
  Object.values<unknown>(errors).flatMap((value) => {
    const status = typeof value === 'function' && 'detailsSchema' in value && statusOf(value)
    return status && status < 499 ? [[status, value as unknown as ClientErrorClass]] : []
  }),
).set(400, errors.BadRequestError)

/**
 * The error that stands for what a mounted handler passed on. Its own status counts where it is one of a client's and
 * the error says that it may be shown; the message stays here, as that of a library may tell of files and tables.
 */
export function toPassedOn(error: unknown): Error {
  if (error === undefined || error === null || error === 'route' || error === 'router')
    return new errors.NotFoundError()
  if (!errors.isError(error))
    return new errors.InternalError('A handler passed on what is not an error.', { cause: error })
  if (errors.FrameworkError.is(error)) return error
  const status = statusOf(error)
  const { expose } = error as { readonly expose?: unknown }
  if (expose !== true || status === undefined || status < 400 || status > 499) return error
  return toClientError(error, status)
}

function toClientError(cause: Error, status: number): Error {
  const Class = CLIENT_ERRORS.get(status) ?? errors.BadRequestError
  // RFC 9110 §15.5.6 and §15.5.22 want these with their statuses; §10.2.1 lets the first be empty.
  const allow = listIn(cause, 'allow')
  const upgrade = listIn(cause, 'upgrade')
  if (status === 426 && upgrade.length === 0) return new errors.BadRequestError(undefined, { cause })
  const options = { allow, upgrade, cause }
  return new Class(undefined, options)
}

function statusOf(value: object): number | undefined {
  const { status } = value as { readonly status?: unknown }
  return typeof status === 'number' ? status : undefined
}

/** A header that the error brings, in the way of `http-errors`. */
function listIn(error: Error, header: string): string[] {
  const { headers } = error as { readonly headers?: unknown }
  return Object.entries(headers ?? {}).flatMap(([name, value]) =>
    name.toLowerCase() === header && typeof value === 'string' ? [value] : [],
  )
}
