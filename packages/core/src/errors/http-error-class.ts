import { hasErrorCode, type ErrorDefinition } from './error-definition.ts'
import { FrameworkError } from './framework-error.ts'

/** Options of every HTTP error class. */
export interface HttpErrorOptions {
  /** Data for the client; sent only when the error is exposed. */
  readonly details?: unknown
  /** The cause of this error; logged, never sent. */
  readonly cause?: unknown
  /** Further response headers. They replace those of the class. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Whether message and details may leave the server. Default: `true` below 500, `false` from 500 on. */
  readonly expose?: boolean | undefined
}

/** An error class for one HTTP status: `new NotFoundError('No order 7')`, `NotFoundError.is(error)`. */
export interface HttpErrorClass<
  TCode extends string = string,
  TStatus extends number = number,
> extends ErrorDefinition<TCode, unknown, TStatus> {
  new (message?: string, options?: HttpErrorOptions): FrameworkError<TCode>
}

/** Makes the class that each HTTP error extends. The title is the reason phrase of the RFC that defines the status. */
export function httpErrorClass<const TCode extends `ERR_${string}`, const TStatus extends number>(
  code: TCode,
  status: TStatus,
  title: string,
): HttpErrorClass<TCode, TStatus> {
  return class extends FrameworkError<TCode> {
    static readonly code = code
    static readonly status = status
    static readonly title = title
    static readonly detailsSchema = undefined

    constructor(message?: string, options?: HttpErrorOptions) {
      super({ ...options, code, status, title, message })
    }

    static override is(value: unknown): value is FrameworkError<TCode> {
      return hasErrorCode(value, code)
    }
  }
}
