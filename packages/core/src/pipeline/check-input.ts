// At set-up: what the schemas and media types of a route's input cannot be, and what it produces.
import type { SetupProblem } from '../errors/index.ts'
import { essenceOf, isContent, responsesOf, type AnyRouteOptions, type FlatRoute } from '../routing/index.ts'
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

// RFC 9110 §8.3.1, and ranges of §12.5.1; parameters are not compared.
const MEDIA_TYPE = /^(?:\*\/\*|[\w!#$&^.+-]+\/(?:\*|[\w!#$&^.+-]+))$/

/** Finds what a route takes and no request can bring: names that are not media types, a body where none is read. */
export function unreachableInput({ route, place }: FlatRoute): SetupProblem[] {
  const { method, options } = route
  const problems: SetupProblem[] = []
  const add = (message: string, remedy: string): void =>
    void problems.push({ code: 'ERR_CORE_OPTION', place, message, remedy })
  const { consumes } = options
  if (consumes?.length === 0)
    add('consumes is an empty list: no body would be accepted.', 'Omit it, or name media types.')
  for (const type of consumes ?? []) {
    if (!MEDIA_TYPE.test(essenceOf(type)))
      add(`consumes has '${type}', which is not a media type.`, remedyFor(type))
  }
  if (method !== 'GET') return problems
  // RFC 9110 §9.3.1: content of a GET has no meaning, and servers on the way may refuse it.
  if (options.body !== undefined) add('A GET request has no body.', 'Use query, or another method.')
  else if (consumes !== undefined)
    add('A GET request has no body, so that consumes says nothing.', 'Omit it.')
  return problems
}

function remedyFor(type: string): string {
  if (!/^[a-z]+$/.test(type)) return "Write type and subtype, 'text/csv'."
  return `Write '${['csv', 'html', 'plain'].includes(type) ? 'text' : 'application'}/${type}'.`
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
      'Take bodies that are not JSON by consumes, without a schema, and read ctx.bodyStream() or ctx.rawBody().',
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
