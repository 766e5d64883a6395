// On the request path in development and test: the headers that a route declares of an answer.
import {
  InternalError,
  isFramingHeader,
  ResponseValidationError,
  StartError,
  ValidationError,
  type SetupProblem,
  isPromise,
} from '../errors/index.ts'
import { ResponseHeaders } from '../route/index.ts'
import { compileInput, isRecord, isSchema, type Shape } from '../schema/index.ts'

/** Holds headers to the schemas of their names. Others may be there. */
export interface HeaderGuard {
  /**
   * @throws {ResponseValidationError} 500, with what is missing or wrong
   * @throws {InternalError} for a schema that answers later
   */
  check(headers: ResponseHeaders): void
}

/** @throws {StartError} for invalid schemas, and for names that are not in lower case */
export function compileHeaders(shape: Shape, where: string): HeaderGuard {
  const place = `${where}, headers`
  const problems = Object.keys(shape).flatMap((name) => problemOf(name, place))
  if (!isRecord(shape) || isSchema(shape)) problems.splice(0, Infinity, noNames(place))
  if (problems.length > 0) throw new StartError(problems)
  const parser = compileInput(shape, 'headers', { where: place })
  const names = Object.keys(shape)
  return {
    check(headers) {
      const texts = Object.fromEntries(names.map((name) => [name, textOf(headers, name)]))
      try {
        if (isPromise(parser.parse(texts))) throw new InternalError(`A schema of ${place} answers later.`)
      } catch (error) {
        if (!ValidationError.is(error)) throw error
        // Without the error itself, which speaks of a request.
        throw new ResponseValidationError(error.violations, undefined, 'The headers of the response do')
      }
    },
  }
}

function textOf(headers: ResponseHeaders, name: string): string | readonly string[] | undefined {
  const lines = [...headers].filter(([one]) => one === name).map(([, value]) => value)
  return lines.length > 1 ? lines : lines[0]
}

// RFC 9110 §5.1 and §5.6.2.
const NAME = /^[!#$%&'*+\-.^_`|~\w]+$/

function problemOf(name: string, place: string): SetupProblem[] {
  const add = (message: string, remedy: string) => [{ code: 'ERR_CORE_OPTION', place, message, remedy }]
  const lower = name.toLowerCase()
  if (!NAME.test(name))
    return add(`'${name}' is not the name of a header.`, 'Use letters, digits and hyphens, without spaces.')
  if (isFramingHeader(lower)) return add(`The header '${name}' is written by the server.`, 'Remove it.')
  return name === lower ? [] : add(`The header '${name}' is not written in lower case.`, `Write '${lower}'.`)
}

function noNames(place: string): SetupProblem {
  const remedy = 'Write them by name, headers: { etag: t.String() }.'
  return { code: 'ERR_CORE_OPTION', place, message: 'The headers are not an object of schemas.', remedy }
}
