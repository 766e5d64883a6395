// At set-up: what a route declares of its answers and no handler can give.
import type { SetupProblem } from '../errors/index.ts'
import { responsesOf, type FlatRoute } from '../routing/index.ts'

/** Statuses whose answers have no content (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const WITHOUT_CONTENT = ['204', '205', '304']

/** Finds bodies of statuses that have none, and routes that declare errors alone. */
export function unanswerable({ route, place }: FlatRoute): SetupProblem[] {
  const { response } = route.options
  if (response === undefined) return []
  const declared = responsesOf(route.options)
  const problems: SetupProblem[] = declared
    .filter(([status, body]) => WITHOUT_CONTENT.includes(status) && body !== null && body !== undefined)
    .map(([status]) => ({
      code: 'ERR_CORE_OPTION',
      place,
      message: `Its response declares a body for ${status}, an answer that has none.`,
      remedy: `Write ${status}: null, or another status.`,
    }))
  // What is not a status at all is told where it is compiled.
  if (declared.some(([status]) => !(Number(status) >= 400))) return problems
  return [
    ...problems,
    {
      code: 'ERR_CORE_OPTION',
      place,
      message: `Its response declares ${declared.map(([status]) => status).join(', ') || 'no status'}, and no success.`,
      remedy: 'Add what it answers when all is well, 200: t.Object({ … }); errors belong into errors: […].',
    },
  ]
}
