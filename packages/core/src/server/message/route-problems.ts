// At set-up: what a route declares and no request can bring, or no answer can have.
import { essenceOf, isMediaRange, isMediaType, isToken, type SetupProblem } from '../../errors/index.ts'
import { isBodiless } from '../../operation/index.ts'
import { mediaTypeRemedy, responsesOf, type AnyRouteOptions, type FlatRoute } from '../../route/index.ts'

/** Finds what a route takes and no request can bring: names that are not media types, a body where none is read. */
export function unreachableInput(flat: FlatRoute): SetupProblem[] {
  const { method, options } = flat.route
  const faults = [...consumesFaults(options)]
  // RFC 9110 §9.3.1, §9.3.2: content of a GET or HEAD has no meaning, and servers on the way may refuse it.
  if (method === 'GET' || method === 'HEAD') {
    const sentence = `A ${method} request has no body`
    if (options.body !== undefined)
      faults.push([`${sentence}.`, 'Use query, or another method; QUERY is safe as well.'])
    else if (options.consumes !== undefined)
      faults.push([`${sentence}, so that consumes says nothing.`, 'Omit it.'])
  }
  return faults.map(([message, remedy]) => ({ code: 'ERR_CORE_OPTION', place: flat.place, message, remedy }))
}

type Fault = readonly [message: string, remedy: string]

function* consumesFaults({ body, consumes }: AnyRouteOptions): Generator<Fault> {
  if (consumes === undefined) return
  if (consumes.length === 0)
    yield ['consumes is an empty list: no body would be accepted.', 'Omit it, or name media types.']
  for (const type of consumes) {
    // Parameters are not compared.
    const essence = essenceOf(type)
    if (!isMediaType(essence) && !isMediaRange(essence))
      yield [`consumes has '${type}', which is not a media type.`, mediaTypeRemedy(type)]
  }
  if (body !== undefined)
    yield [
      'It has consumes, for a handler that reads the body itself, and body, which is read for it.',
      "Take consumes out; the format of body says what it takes: json(schema, { mediaTypes: ['…'] }), form(schema), text(), bytes().",
    ]
}

/** Finds bodies of answers that have none: by their status (RFC 9110 §15.3.5, §15.3.6, §15.4.5), and to HEAD (§9.3.2). */
export function bodiesOfNone(flat: FlatRoute): SetupProblem[] {
  const { method, options } = flat.route
  if (options.response === undefined) return []
  const isHead = method === 'HEAD'
  return responsesOf(options)
    .filter(([status, body]) => (isHead || isBodiless(Number(status))) && body !== null && body !== undefined)
    .map(([status]) => ({
      code: 'ERR_CORE_OPTION',
      place: flat.place,
      message: `Its response declares a body for ${status}, an answer ${isHead ? 'to HEAD, which' : 'that'} has none.`,
      remedy: isHead
        ? `Write ${status}: null; what headers say of the content of GET is for its handler to give.`
        : `Write ${status}: null, or another status.`,
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
