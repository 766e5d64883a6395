import { checkOptions, anything, optionTable } from './options.ts'
import { readProblem } from '@keelson/contract'
import { errorFormat, type ErrorFormat, type ErrorInfo, type VisibleError } from './error-format.ts'
import { toCallError } from './call-error.ts'
import type { Violation } from '@keelson/contract'

/** An error on the wire by RFC 9457, with the members that Keelson adds. */
interface ProblemDetails {
  /** URI reference of the kind of problem: `about:blank`, or the app's base URL and the code. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly instance?: string
  /** Stable machine name of the kind of problem. */
  readonly code: string
  /** Id of the request in the server's log. */
  readonly requestId: string
  /** Violations, when the input does not match its schema. */
  readonly errors?: readonly Violation[]
  /** The details that the error declares. */
  readonly details?: unknown
}

/** Options of {@link problemDetails}. */
export interface ProblemOptions {
  /**
   * Where the kinds of problem are documented; the code is appended to make `type`. Ends in `/`, `#`, `=` or `:`.
   * Default: `type` is `about:blank`.
   */
  readonly typeBaseUrl?: string | undefined
}

// Above their first use: problemFormat is made while this module loads.
const PROBLEM_OPTIONS = optionTable<ProblemOptions>({
  typeBaseUrl: anything('Where the kinds of problem are documented.'),
})
const PROBLEM_SCHEMA = Object.freeze({
  $id: 'ProblemDetails',
  type: 'object',
  description: 'An error, by RFC 9457.',
  required: ['type', 'title', 'status', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Kind of problem.' },
    title: { type: 'string', description: 'Summary of the kind of problem.' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string', description: 'What happened this time.' },
    instance: { type: 'string', format: 'uri-reference', description: 'This occurrence.' },
    code: { type: 'string', description: 'Stable machine name of the kind of problem.' },
    requestId: { type: 'string', description: "Id of the request in the server's log." },
    errors: { type: 'array', items: {}, description: 'Violations of the input.' },
    details: { description: 'Further data of this kind of problem.' },
  },
})

/**
 * The wire format of RFC 9457, `application/problem+json`.
 *
 * With `about:blank` the RFC recommends the status's phrase as the title (§4.2.1, SHOULD); here it is the title of the
 * definition, since `code` names the kind.
 *
 * @throws {SetupError} `ERR_CORE_ERROR_FORMAT` when `typeBaseUrl` is invalid
 * @example
 * createApp({ routes: { orders }, errorFormat: problemDetails({ typeBaseUrl: 'https://docs.example.com/errors#' }) })
 */
export function problemDetails(options: ProblemOptions = {}): ErrorFormat {
  checkOptions(PROBLEM_OPTIONS, options, { name: 'problemDetails', below: problemDetails })
  const { typeBaseUrl } = options
  if (typeBaseUrl !== undefined && !isTypeBase(typeBaseUrl)) {
    throw toCallError('problemDetails', [
      {
        code: 'ERR_CORE_ERROR_FORMAT',
        place: 'problemDetails',
        message: `The typeBaseUrl ${JSON.stringify(typeBaseUrl)} is not a URL to which a code can be appended.`,
        remedy: "Write one that ends in '/', '#', '=' or ':', such as 'https://docs.example.com/errors#'.",
      },
    ])
  }
  return errorFormat({
    mediaType: 'application/problem+json',
    schema: PROBLEM_SCHEMA,
    write: (error, info) => writeProblem(error, info, typeBaseUrl),
    read: readProblem,
  })
}

/** The default wire format: RFC 9457 with `type: about:blank`. */
export const problemFormat: ErrorFormat = problemDetails()

function writeProblem(error: VisibleError, info: ErrorInfo, typeBaseUrl: string | undefined): ProblemDetails {
  const { code, status, title, detail, details, errors } = error
  return {
    type: typeBaseUrl === undefined ? 'about:blank' : typeBaseUrl + code,
    title,
    status,
    ...(detail === undefined ? undefined : { detail }),
    ...(info.instance === undefined ? undefined : { instance: info.instance }),
    code,
    requestId: info.requestId,
    ...(errors === undefined ? undefined : { errors }),
    ...(details === undefined ? undefined : { details }),
  }
}

/** Absolute, or relative to the request (RFC 3986 §4.1), in valid characters of a URI. */
function isTypeBase(base: unknown): boolean {
  return typeof base === 'string' && /^[\w\-.~:/?#[\]@!$&'()*+,;=%]*[/#=:]$/.test(base)
}
