// On the request path in development and test: the headers that a route declares of an answer.
import {
  InternalError,
  ResponseValidationError,
  StartError,
  ValidationError,
  type SetupProblem,
  isPromise,
} from '../errors/index.ts'
import { ResponseHeaders } from '../routing/index.ts'
import { compileInput, type Shape } from '../schema/index.ts'

/** Holds headers to the schemas of their names. Others may be there. */
export interface HeaderGuard {
  /**
   * @throws {ResponseValidationError} 500, with what is missing or wrong
   * @throws {InternalError} for a schema that answers later
   */
  check(headers: ResponseHeaders): void
}

/** @throws {StartError} for schemas that cannot be, and for names that are not in lower case */
export function compileHeaders(shape: Shape, where: string): HeaderGuard {
  const place = `${where}, headers`
  const upper = Object.keys(shape).filter((name) => name !== name.toLowerCase())
  if (upper.length > 0) throw new StartError(upper.map((name) => notLower(name, place)))
  const parser = compileInput(shape, 'headers', { where: place })
  const names = Object.keys(shape)
  return {
    check(headers) {
      const texts = Object.fromEntries(names.map((name) => [name, textOf(headers, name)]))
      try {
        if (isPromise(parser.parse(texts))) throw new InternalError(`A schema of ${place} answers later.`)
      } catch (error) {
        if (!ValidationError.is(error)) throw error
        throw new ResponseValidationError(error.violations, error)
      }
    },
  }
}

function textOf(headers: ResponseHeaders, name: string): string | readonly string[] | undefined {
  const lines = [...headers].filter(([one]) => one === name).map(([, value]) => value)
  return lines.length > 1 ? lines : lines[0]
}

function notLower(name: string, place: string): SetupProblem {
  const message = `The header '${name}' is not written in lower case.`
  return { code: 'ERR_CORE_OPTION', place, message, remedy: `Write '${name.toLowerCase()}'.` }
}
