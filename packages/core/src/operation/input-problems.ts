// At set-up: problems of the schemas of a route's input.
import { toPlaceText, type PlaceText, type SetupProblem } from '../errors/index.ts'
import { isBodyFormat } from '../route/index.ts'
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

/** The problem of a place of the input that has a body format, or content of a response. */
export function noInput(name: string, value: unknown, place: PlaceText): SetupProblem {
  const at = { code: 'ERR_CORE_OPTION', place: `${toPlaceText(place)}, ${name}` }
  if (isBodyFormat(value)) {
    const message = `It has ${value.alternatives[0].kind}(), which says how a body is read.`
    return { ...at, message, remedy: 'Give the schema itself.' }
  }
  return {
    ...at,
    message: 'It has content(), which says what a response is.',
    remedy: 'Take a body that is not JSON as text(…), bytes(…) or form(…).',
  }
}
