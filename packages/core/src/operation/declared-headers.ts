// On the request path in development and test: the headers that a route declares for an answer.
import {
  InternalError,
  isFramingHeader,
  isToken,
  ResponseValidationError,
  SetupError,
  ValidationError,
  type SetupProblem,
  isPromise,
} from '../errors/index.ts'
import { ResponseHeaders } from '../route/index.ts'
import {
  compileInput,
  isOptional,
  isRecord,
  isSchema,
  type FieldSchemas,
  type Violation,
} from '../schema/index.ts'

/** Checks headers by the schemas of their names. Other headers are allowed. */
export interface HeaderGuard {
  /**
   * @throws {ResponseValidationError} 500, with what is missing or wrong
   * @throws {InternalError} for an asynchronous schema
   */
  check(headers: ResponseHeaders): void
}

/**
 * Makes the guard of the headers that a response declares.
 *
 * @param shape - a schema for each name, which is in lower case
 * @param where - what they belong to, for messages: `route orders.show (GET /orders/:id), 200`
 * @throws {SetupError} for invalid schemas, and for names that are not in lower case
 */
export function compileHeaders(shape: FieldSchemas, where: string): HeaderGuard {
  const place = `${where}, headers`
  const problems = Object.keys(shape).flatMap((name) => problemOf(name, place))
  if (!isRecord(shape) || isSchema(shape)) problems.splice(0, Infinity, noNames(place))
  if (problems.length > 0) throw new SetupError(problems)
  const parser = compileInput(shape, 'headers', { where: place })
  const names = Object.keys(shape)
  const needed = names.filter((name) => !isOptional(shape[name]))
  const parsed = (texts: object): Readonly<Record<string, unknown>> => {
    try {
      return parser.parse(texts) as Readonly<Record<string, unknown>>
    } catch (error) {
      throw ValidationError.is(error) ? outsideSchema(error.violations) : error
    }
  }
  return {
    check(headers) {
      const texts = Object.fromEntries(names.map((name) => [name, textOf(headers, name)]))
      const values = parsed(texts)
      if (isPromise(values)) throw new InternalError(`A schema of ${place} answers later.`)
      // The parser fills in a default of the schema, which was not sent.
      const filled = needed.filter((name) => texts[name] === undefined && values[name] !== undefined)
      if (filled.length > 0) throw outsideSchema(filled.map(missing))
    },
  }
}

/** Without the message of the parser, which is about a request. */
function outsideSchema(violations: readonly Violation[]): ResponseValidationError {
  return new ResponseValidationError(violations, undefined, 'The headers of the response do')
}

function missing(name: string): Violation {
  return { in: 'headers', pointer: `/${name}`, message: 'is required', code: 'required' }
}

function textOf(headers: ResponseHeaders, name: string): string | readonly string[] | undefined {
  const lines = [...headers].filter(([one]) => one === name).map(([, value]) => value)
  return lines.length > 1 ? lines : lines[0]
}

function problemOf(name: string, place: string): SetupProblem[] {
  const add = (message: string, remedy: string) => [{ code: 'ERR_CORE_OPTION', place, message, remedy }]
  const lower = name.toLowerCase()
  if (!isToken(name))
    return add(`'${name}' is not the name of a header.`, 'Use letters, digits and hyphens, without spaces.')
  if (isFramingHeader(lower)) return add(`The header '${name}' is written by the server.`, 'Remove it.')
  return name === lower ? [] : add(`The header '${name}' is not written in lower case.`, `Write '${lower}'.`)
}

function noNames(place: string): SetupProblem {
  const remedy = 'Write them by name, headers: { etag: t.String() }.'
  return { code: 'ERR_CORE_OPTION', place, message: 'The headers are not an object of schemas.', remedy }
}
