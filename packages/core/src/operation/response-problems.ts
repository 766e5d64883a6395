// At set-up: what a route declares of its answers and no handler can give.
import type { SetupProblem } from '../errors/index.ts'
import { responsesOf, type FlatRoute } from '../route/index.ts'

/** Finds routes that declare errors alone. */
export function unanswerable(flat: FlatRoute): SetupProblem[] {
  const { options } = flat.route
  if (options.response === undefined) return []
  const declared = responsesOf(options)
  // What is not a status at all is told where it is compiled.
  if (declared.some(([status]) => !(Number(status) >= 400))) return []
  return [
    {
      code: 'ERR_CORE_OPTION',
      place: flat.place,
      message: `Its response declares ${declared.map(([status]) => status).join(', ') || 'no status'}, and no success.`,
      remedy: 'Add what it answers when all is well, 200: t.Object({ … }); errors belong into errors: […].',
    },
  ]
}
