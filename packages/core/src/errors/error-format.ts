import type { DescribedError } from './describe-thrown.ts'
import type { ReadError } from '@keelson/contract'
import { essenceOf, isJson, isMediaType } from '@keelson/contract'
import { anything, callable, checkOptions, listOf, nested, ofKind, optionTable, required } from './options.ts'
import { toCallError } from './call-error.ts'
import type { SetupProblem } from './setup-error.ts'

/** What a format may show of the request in which an error happened. */
export interface ErrorInfo {
  readonly requestId: string
  /** URI reference of this occurrence (RFC 9457 §3.1.5), when there is one. */
  readonly instance?: string | undefined
}

/** The part of a described error that may leave the server; all that a format receives. */
export type VisibleError = Pick<DescribedError, 'code' | 'status' | 'title' | 'detail' | 'details' | 'errors'>

/** Another form of an error, for clients that prefer its media type: a page for browsers. */
export interface ErrorAlternative {
  /** Media type of the body: `text/html; charset=utf-8`. */
  readonly mediaType: string
  /** Writes the body. Escape what it shows: the detail may hold what the caller sent. */
  readonly write: (error: VisibleError, info: ErrorInfo) => string
}

/** How errors look on the wire: one value for the app or a router. */
export interface ErrorFormatOptions {
  /** Media type of the body, JSON or `+json`: `application/problem+json`. */
  readonly mediaType: string
  /** JSON Schema (or TypeBox schema) of the body, for the API document. */
  readonly schema: object
  /** Changes the status on the wire (200, or 400 to 599); the log keeps the described one. Default: no change. */
  readonly status?: ((error: VisibleError) => number) | undefined
  /** Arranges the body, a value that `JSON.stringify` takes. */
  readonly write: (error: VisibleError, info: ErrorInfo) => unknown
  /**
   * Reads a body back, for the typed client, which does not hold it to `schema` before: it has no validator. The status is that of the answer.
   *
   * @returns `undefined` when the body is not of this format; one for which it throws is not, either
   */
  readonly read: (body: unknown, status: number) => ReadError | undefined
  /**
   * Other forms, of which one is sent where the client prefers it by its header `accept` to `mediaType`; of equal ones `mediaType`
   * is. Default: none.
   */
  readonly alternatives?: readonly ErrorAlternative[] | undefined
}

/** A checked, frozen wire format of errors; made by {@link errorFormat}. */
export interface ErrorFormat extends Required<ErrorFormatOptions> {
  readonly '~internal': 'errorFormat'
  readonly alternatives: readonly ErrorAlternative[]
}

/**
 * Defines how errors look on the wire. What is shown, with which status, is decided before (`describeThrown`); a format
 * only arranges it, so it cannot leak what is not exposed.
 *
 * @throws {SetupError} `ERR_CORE_ERROR_FORMAT` when a part is missing or the media type is not JSON
 * @example
 * const shortFormat = errorFormat({
 *   mediaType: 'application/json',
 *   schema: t.Object({ error: t.String() }),
 *   write: (error) => ({ error: error.code }),
 *   read: (body) => {
 *     const { error: code } = body as { error?: unknown }
 *     return typeof code === 'string' ? { code, title: code } : undefined
 *   },
 * })
 */
export function errorFormat(options: ErrorFormatOptions): ErrorFormat {
  checkOptions(ERROR_FORMAT_OPTIONS, options, { name: 'errorFormat', below: errorFormat })
  const problems = findProblems(options)
  if (problems.length > 0) throw toCallError('errorFormat', problems)
  const { mediaType, schema, status, write, read } = options
  const alternatives = Object.freeze([...(options.alternatives ?? [])])
  return Object.freeze({ '~internal': 'errorFormat', mediaType, schema, status, write, read, alternatives })
}

/** Whether a value is a valid format; a copy with other parts may not be. */
export function isErrorFormat(value: unknown): value is ErrorFormat {
  const format = value as ErrorFormat
  return format['~internal'] === 'errorFormat' && findProblems(format).length === 0
}

/** Parts of {@link errorFormat}, each checked below. */
const MEDIA_TYPE = ofKind(
  {
    what: "a media type: 'text/html; charset=utf-8'",
    test: (value) => typeof value === 'string' && isMediaType(value),
  },
  'Media type of the body.',
)

/** Parts of {@link errorFormat}, which are looked at one by one below. */
const ERROR_FORMAT_OPTIONS = optionTable<Partial<ErrorFormatOptions>>({
  mediaType: anything('Media type of the body.'),
  schema: anything('JSON Schema of the body.'),
  status: anything('Changes the status on the wire.'),
  write: anything('Arranges the body.'),
  read: anything('Reads a body back.'),
  alternatives: listOf(
    nested(
      optionTable<ErrorAlternative>({
        mediaType: required(MEDIA_TYPE),
        write: required(callable('Writes the body.', '(error, info) => text')),
      }),
      'Another form of an error.',
    ),
    'Other forms, for clients that prefer them.',
  ),
})

function findProblems(options: ErrorFormatOptions): SetupProblem[] {
  const problems: SetupProblem[] = []
  const add = (message: string, remedy: string) =>
    problems.push({ code: 'ERR_CORE_ERROR_FORMAT', place: 'errorFormat', message, remedy })
  const { mediaType, schema, status, write, read } = options

  if (typeof mediaType !== 'string' || !isMediaType(mediaType) || !isJson(essenceOf(mediaType))) {
    add(
      `The media type ${JSON.stringify(mediaType)} is not JSON.`,
      "Write 'application/json', 'application/problem+json' or another one of JSON.",
    )
  }
  if (typeof schema !== 'object' || schema === null)
    add('schema is missing.', 'Pass the JSON Schema of the body.')
  if (status !== undefined && typeof status !== 'function') {
    add('status is not a function.', 'Omit it, or pass (error) => number.')
  }
  if (typeof write !== 'function') add('write is missing.', 'Pass (error, info) => body.')
  if (typeof read !== 'function') add('read is missing.', 'Pass (body, status) => ReadError | undefined.')
  return problems
}
