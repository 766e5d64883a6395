// At set-up: what the schemas of a route's input cannot be.
import { toPlaceText, type PlaceText, type SetupProblem } from '../errors/index.ts'
import type { InputParser } from '../schema/index.ts'

/** Finds params that a schema requires and the path does not have: every request would be refused. */
export function missingParams(
  { jsonSchema }: InputParser,
  names: readonly string[],
  place: PlaceText,
): SetupProblem[] {
  const required: unknown = jsonSchema?.['required']
  if (!Array.isArray(required)) return []
  return required
    .filter((name) => !names.includes(name as string))
    .map((name) => ({
      code: 'ERR_CORE_SCHEMA_INVALID',
      place: `${toPlaceText(place)}, params`,
      message: `It requires '${String(name)}', which is not in the path.`,
      remedy: names.length === 0 ? 'The path has no params.' : `The path has ${names.join(', ')}.`,
    }))
}

/** Says that a place of the input has what only a response can have. */
export function noInput(name: string, place: PlaceText): SetupProblem {
  return {
    code: 'ERR_CORE_OPTION',
    place: `${toPlaceText(place)}, ${name}`,
    message: 'It has content(), which says what a response is.',
    remedy:
      'Take bodies that are not JSON by consumes, without a schema, and read ctx.bodyStream() or ctx.rawBody().',
  }
}
