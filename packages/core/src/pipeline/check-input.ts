// At set-up: what the schemas and media types of a route's input cannot be, and what it produces.
import type { SetupProblem } from '../errors/index.ts'
import { isContent, responsesOf, type AnyRouteOptions } from '../routing/index.ts'
import type { InputParser } from '../schema/index.ts'

/** Finds params that a schema requires and the path does not have: every request would be refused. */
export function missingParams(
  { jsonSchema }: InputParser,
  names: readonly string[],
  place: string,
): SetupProblem[] {
  const required: unknown = jsonSchema?.['required']
  if (!Array.isArray(required)) return []
  return required
    .filter((name) => !names.includes(name as string))
    .map((name) => ({
      code: 'ERR_CORE_SCHEMA_INVALID',
      place: `${place}, params`,
      message: `It requires '${String(name)}', which is not in the path.`,
      remedy: names.length === 0 ? 'The path has no params.' : `The path has ${names.join(', ')}.`,
    }))
}

/** Finds words for undeclared members that mean nothing, or nothing in their place. */
export function unknownWords({ unknown = {} }: AnyRouteOptions, place: string): SetupProblem[] {
  return Object.entries(unknown).flatMap(([name, word]) => {
    const words = name === 'headers' ? ['ignore', 'pass'] : ['refuse', 'ignore', 'pass']
    if (word === undefined || words.includes(word as string)) return []
    return [
      {
        code: 'ERR_CORE_OPTION',
        place,
        message: `unknown.${name} cannot be '${String(word)}'.`,
        remedy: `Give one of ${words.join(', ')}.`,
      },
    ]
  })
}

const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data']

/** Finds media types of forms beside the schema of a body, which is read as JSON whatever its type is called. */
export function formTypes({ consumes = [] }: AnyRouteOptions, place: string): SetupProblem[] {
  return consumes
    .filter((type) => FORMS.includes((type.split(';')[0] as string).trim().toLowerCase()))
    .map((type) => ({
      code: 'ERR_CORE_OPTION',
      place,
      message: `It takes ${type}, but a body with a schema is read as JSON.`,
      remedy: 'Take the schema of the body out and read ctx.bodyStream() or ctx.rawBody(); or take JSON.',
    }))
}

/** Says that a place of the input has what only a response can have. */
export function noInput(name: string, place: string): SetupProblem {
  return {
    code: 'ERR_CORE_OPTION',
    place: `${place}, ${name}`,
    message: 'It has content(), which says what a response is.',
    remedy:
      'Take bodies that are no JSON by consumes, without a schema, and read ctx.bodyStream() or ctx.rawBody().',
  }
}

/** Media types of the successes that a route declares; none where it declares no response. */
export function producedTypes(options: AnyRouteOptions): readonly string[] {
  if (options.response === undefined) return []
  const types = responsesOf(options)
    .filter(([status, body]) => status < '300' && body !== null)
    .flatMap(([, body]) => (isContent(body) ? body.essences : ['application/json']))
  return types.length === 0 ? ['application/json'] : [...new Set(types)]
}
