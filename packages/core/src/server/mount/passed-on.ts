import {
  BadRequestError,
  FrameworkError,
  httpErrors,
  InternalError,
  isError,
  NotFoundError,
  type MethodNotAllowedOptions,
} from '../../errors/index.ts'

type ClientErrorClass = new (message: undefined, options: MethodNotAllowedOptions) => Error

/** Classes by status, below 499, which no client reads. */
const CLIENT_ERRORS = new Map(
  Object.values<unknown>(httpErrors).flatMap((value) => {
    const status = typeof value === 'function' && 'detailsSchema' in value && statusOf(value)
    return status && status < 499 ? [[status, value as unknown as ClientErrorClass]] : []
  }),
).set(400, BadRequestError)

/**
 * The error for what a mounted handler passed to `next`. Its own status counts if it is a client error and the error has
 * `expose: true`. Its message is not sent, since that of a library may name files and tables.
 */
export function toPassedOn(error: unknown): Error {
  if (error === undefined || error === null || error === 'route' || error === 'router')
    return new NotFoundError()
  if (!isError(error))
    return new InternalError('A handler passed a value to next() that is not an error.', {
      cause: error,
    })
  if (FrameworkError.is(error)) return error
  const status = statusOf(error)
  const { expose } = error as { readonly expose?: unknown }
  if (expose !== true || status === undefined || status < 400 || status > 499) return error
  return toClientError(error, status)
}

function toClientError(cause: Error, status: number): Error {
  const Class = CLIENT_ERRORS.get(status) ?? BadRequestError
  // RFC 9110 §15.5.6 and §15.5.22 require these with their statuses; §10.2.1 allows an empty `allow`.
  const allow = listIn(cause, 'allow')
  const upgrade = listIn(cause, 'upgrade')
  if (status === 426 && upgrade.length === 0) return new BadRequestError(undefined, { cause })
  const options = { allow, upgrade, cause }
  return new Class(undefined, options)
}

function statusOf(value: object): number | undefined {
  const { status } = value as { readonly status?: unknown }
  return typeof status === 'number' ? status : undefined
}

/** A header of the error, as `http-errors` has them. */
function listIn(error: Error, header: string): string[] {
  const { headers } = error as { readonly headers?: unknown }
  return Object.entries(headers ?? {}).flatMap(([name, value]) =>
    name.toLowerCase() === header && typeof value === 'string' ? [value] : [],
  )
}
