import {
  hasErrorCode,
  isDetailsSchema,
  type DetailsSchema,
  type ErrorDefinition,
} from './error-definition.ts'
import { FrameworkError } from './framework-error.ts'
import { checkOptions, placeOf, describeValue, anything, flag, optionTable, text } from './options.ts'
import { toCallError } from './call-error.ts'
import type { SetupProblem } from './setup-error.ts'

/** Options of {@link defineError}: what the client sees of the error. */
export interface DefineErrorOptions<
  TStatus extends number = number,
  TDetails extends DetailsSchema | undefined = DetailsSchema | undefined,
> {
  /** HTTP status, 400 to 599. */
  readonly status: TStatus
  /** Short summary of this kind of error, the same each time (RFC 9457 §3.1.3). */
  readonly title: string
  /**
   * Name of the class, as stack traces and the log (`err.type`) show it: that of the constant. Default: the code in camel case,
   * `OrderClosed` of `ORDER_CLOSED`.
   */
  readonly name?: string | undefined
  /**
   * Schema of the details, TypeBox or Standard Schema. With it, each `new` must pass details of that type. Undeclared
   * properties are never sent; details of another type are a 500 in development and test, and not sent in production.
   */
  readonly details?: TDetails
  /** Whether message and details may leave the server. Default: `true` below 500, `false` from 500 on. */
  readonly expose?: boolean | undefined
}

/** The type that a details schema stands for; `undefined` without a schema. */
export type DetailsOf<TSchema> = TSchema extends { readonly static: infer TDetails }
  ? TDetails
  : TSchema extends {
        readonly '~standard': { readonly types?: { readonly output: infer TDetails } | undefined }
      }
    ? TDetails
    : undefined

/** What `new` takes for an error without details. */
export interface DefinedErrorInit {
  /** What happened this time. Default: the title. */
  readonly message?: string | undefined
  /** The cause of this error; logged, never sent. */
  readonly cause?: unknown
  /** Response headers of this occurrence. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** What `new` takes for an error that declares details. */
export interface DefinedErrorInitWithDetails<TDetails> extends DefinedErrorInit {
  readonly details: TDetails
}

/** A class made by {@link defineError}: throw it, list it in a route's `errors`, recognise it with `is`. */
export interface DefinedErrorClass<
  TCode extends string,
  TDetails,
  TStatus extends number = number,
> extends ErrorDefinition<TCode, TDetails, TStatus> {
  new (
    ...init: TDetails extends undefined
      ? [init?: DefinedErrorInit]
      : [init: DefinedErrorInitWithDetails<TDetails>]
  ): FrameworkError<TCode, TDetails>
}

/**
 * Defines an error of your application: a class with a stable code, which routes list in `errors` and the typed client
 * receives as a member of a union.
 *
 * @param code - upper-case words joined by `_`. `ERR_CORE_…` is core's; other packages use `ERR_<PACKAGE>_…`
 * @throws {SetupError} `ERR_CORE_ERROR_DEFINITION` for an invalid code, status or title, or details that are not a schema
 * @example
 * const OrderClosed = defineError('ORDER_CLOSED', {
 *   status: 409,
 *   title: 'The order is closed',
 *   details: t.Object({ closedAt: t.String() }),
 * })
 * throw new OrderClosed({ message: 'Order 7 was closed yesterday', details: { closedAt: '2026-11-19' } })
 */
export function defineError<
  const TCode extends string,
  const TStatus extends number,
  TSchema extends DetailsSchema | undefined = undefined,
>(
  code: TCode,
  options: DefineErrorOptions<TStatus, TSchema>,
): DefinedErrorClass<TCode, DetailsOf<TSchema>, TStatus> {
  const name = `defineError(${typeof code === 'string' ? `'${code}'` : '…'})`
  const below = defineError as never
  checkOptions(DEFINE_ERROR_OPTIONS, options, { name, below })
  const problems = findProblems(code, options)
  if (problems.length > 0) {
    const place = placeOf(name, below)
    throw toCallError(
      name,
      problems.map((one) => ({ ...one, code: 'ERR_CORE_ERROR_DEFINITION', place })),
    )
  }
  const { status, title, name: className = toClassName(code), expose, details: detailsSchema } = options

  class DefinedError extends FrameworkError<TCode, unknown> {
    static readonly code = code
    static readonly status = status
    static readonly title = title
    static readonly detailsSchema = detailsSchema

    constructor(init?: Partial<DefinedErrorInitWithDetails<unknown>>) {
      // A client may see only what a schema describes.
      const details = detailsSchema === undefined ? undefined : init?.details
      super({ ...init, details, code, status, title, expose })
    }

    static override is(value: unknown): value is FrameworkError<TCode> {
      return hasErrorCode(value, code)
    }
  }
  Object.defineProperty(DefinedError, 'name', { value: className })
  // The class accepts any details; the interface says what callers may pass.
  return DefinedError as unknown as DefinedErrorClass<TCode, DetailsOf<TSchema>, TStatus>
}

/** Options of {@link defineError}. What is required is checked below. */
const DEFINE_ERROR_OPTIONS = optionTable<Partial<DefineErrorOptions>>({
  status: anything('HTTP status, 400 to 599.'),
  title: anything('Short summary of this kind of error.'),
  name: text('Name of the class, as stack traces and the log show it.', {
    pattern: '^[A-Z][A-Za-z0-9]*$',
    what: "the name of a class, such as 'OrderClosedError'",
  }),
  details: anything('Schema of the details.', { what: 'a schema' }),
  expose: flag('Whether message and details may leave the server.'),
})

type Found = Pick<SetupProblem, 'message' | 'remedy'>

function findProblems(code: unknown, options: DefineErrorOptions): Found[] {
  const problems: Found[] = []
  const add = (message: string, remedy: string) => problems.push({ message, remedy })

  const { status, title, details, expose = status < 500 } = options
  findCodeProblem(code, add)
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    add(
      `The status ${describeValue(status, true)} is not an HTTP error status.`,
      'Write a whole number from 400 to 599.',
    )
  }
  if (typeof title !== 'string' || title.trim() === '') {
    add('The title is missing.', "Write one short sentence: title: 'The order is closed'.")
  }
  if (details !== undefined && !isDetailsSchema(details)) {
    add(
      `The details are ${describeValue(details)}, which is not a schema.`,
      'Write details: t.Object({ … }), or omit details.',
    )
  }
  if (details !== undefined && !expose) {
    add(
      'It has details that clients never see, since it is not exposed.',
      'Add expose: true, or omit details.',
    )
  }
  return problems
}

function findCodeProblem(code: unknown, add: (message: string, remedy: string) => void): void {
  if (typeof code !== 'string' || !/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/.test(code)) {
    add('The code must be upper-case words joined by single underscores.', "Write it like 'ORDER_CLOSED'.")
  } else if (code.startsWith('ERR_CORE_')) {
    add('Codes that begin with ERR_CORE_ belong to @keelson/core.', "Omit the prefix: 'ORDER_CLOSED'.")
  } else if (code === 'UNEXPECTED') {
    add('The typed client uses UNEXPECTED for answers that no route declares.', 'Choose another code.')
  }
}

/** `ORDER_CLOSED` to `OrderClosed`. */
function toClassName(code: string): string {
  return code.toLowerCase().replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
