// At set-up: what a route declares and no request can bring, or no answer can have.
import { essenceOf, isMediaRange, isMediaType, isToken, type SetupProblem } from '../../errors/index.ts'
import { isBodiless } from '../../operation/index.ts'
import { mediaTypeRemedy, responsesOf, type FlatRoute } from '../../route/index.ts'

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
      add(`consumes has '${type}', which is not a media type.`, mediaTypeRemedy(type))
  }
  if (consumes !== undefined && options.body !== undefined)
    add(
      'It has consumes, for a handler that reads the body itself, and body, which is read for it.',
      "Take consumes out; the format of body says what it takes: json(schema, { mediaTypes: ['…'] }), form(schema), text(), bytes().",
    )
  if (method !== 'GET') return problems
  // RFC 9110 §9.3.1: content of a GET has no meaning, and servers on the way may refuse it.
  if (options.body !== undefined) add('A GET request has no body.', 'Use query, or another method.')
  else if (consumes !== undefined)
    add('A GET request has no body, so that consumes says nothing.', 'Omit it.')
  return problems
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
