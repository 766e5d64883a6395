// At set-up: what a route declares and no request can bring, or no answer can have.
import { essenceOf, isMediaRange, isMediaType, isToken, type SetupProblem } from '../../errors/index.ts'
import { isBodiless } from '../../operation/index.ts'
import { responsesOf, type FlatRoute } from '../../route/index.ts'

/** Finds what a route takes and no request can bring: names that are not media types, a body where none is read. */
export function unreachableInput(flat: FlatRoute): SetupProblem[] {
  const { method, options } = flat.route
  const problems: SetupProblem[] = []
  const add = (message: string, remedy: string): void =>
    void problems.push({ code: 'ERR_CORE_OPTION', place: flat.place, message, remedy })
  const { consumes } = options
  if (consumes?.length === 0)
    add('consumes is an empty list: no body would be accepted.', 'Omit it, or name media types.')
  for (const type of consumes ?? []) {
    // Parameters are not compared.
    const essence = essenceOf(type)
    if (!isMediaType(essence) && !isMediaRange(essence))
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
export function formTypes(flat: FlatRoute): SetupProblem[] {
  const { body, consumes = [] } = flat.route.options
  if (body === undefined) return []
  return consumes
    .filter((type) => FORMS.includes(essenceOf(type)))
    .map((type) => ({
      code: 'ERR_CORE_OPTION',
      place: flat.place,
      message: `It takes ${type}, but a body with a schema is read as JSON.`,
      remedy: 'Take the schema of the body out and read ctx.bodyStream() or ctx.rawBody(); or take JSON.',
    }))
}

/** Finds bodies of statuses that have none (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
export function bodiesOfNone(flat: FlatRoute): SetupProblem[] {
  const { options } = flat.route
  if (options.response === undefined) return []
  return responsesOf(options)
    .filter(([status, body]) => isBodiless(Number(status)) && body !== null && body !== undefined)
    .map(([status]) => ({
      code: 'ERR_CORE_OPTION',
      place: flat.place,
      message: `Its response declares a body for ${status}, an answer that has none.`,
      remedy: `Write ${status}: null, or another status.`,
    }))
}

/** Finds protocols that no header can name, and what a connection that is switched neither brings nor gives. */
export function wrongUpgrades(flat: FlatRoute): SetupProblem[] {
  const { upgrades, body, consumes, response } = flat.route.options
  if (upgrades === undefined) return []
  const problems: SetupProblem[] = []
  const add = (message: string, remedy: string): void =>
    void problems.push({ code: 'ERR_CORE_OPTION', place: flat.place, message, remedy })
  if (!isToken(upgrades))
    add(`Its upgrades has '${upgrades}', which no header can name.`, "Write a name: 'websocket'.")
  if (body !== undefined || consumes !== undefined)
    add('A request that switches the protocol has no body.', 'Omit body and consumes.')
  if (response !== undefined)
    add('Its answer is the connection, of which response says nothing.', 'Omit response.')
  return problems
}
