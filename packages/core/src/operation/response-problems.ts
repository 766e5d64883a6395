// At set-up: responses that no handler can give.
import type { SetupProblem } from '../errors/index.ts'
import { responsesOf, type FlatRoute } from '../route/index.ts'

/** Finds routes that declare only errors. */
export function unanswerable(flat: FlatRoute): SetupProblem[] {
  const { options } = flat.route
  if (options.response === undefined) return []
  const declared = responsesOf(options)
  // A name that is not a status is reported when the response is compiled.
  if (declared.some(([status]) => !(Number(status) >= 400))) return []
  return [
    {
      code: 'ERR_CORE_OPTION',
      place: flat.place,
      message: `Its response declares ${declared.map(([status]) => status).join(', ') || 'no status'}, and no success.`,
      remedy: 'Add the answer of a success, 200: t.Object({ … }); errors belong in errors: […].',
    },
  ]
}
