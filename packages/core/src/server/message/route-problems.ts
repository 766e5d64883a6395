// At set-up: what a route declares and no request or answer can have.
import { essenceOf, isMediaRange, isMediaType, isToken, type SetupProblem } from '../../errors/index.ts'
import { isBodiless } from '../../operation/index.ts'
import { mediaTypeRemedy, responsesOf, type AnyRouteOptions, type FlatRoute } from '../../route/index.ts'

/** Finds input that no request can have: invalid media types, a body where none is read. */
export function unreachableInput(flat: FlatRoute): SetupProblem[] {
  const { method, options } = flat.route
  const problems = [...consumesProblems(options)]
  // RFC 9110 §9.3.1, §9.3.2: content of a GET or HEAD has no meaning, and servers on the way may refuse it.
  if (method === 'GET' || method === 'HEAD') {
    const sentence = `A ${method} request has no body`
    if (options.body !== undefined)
      problems.push([`${sentence}.`, 'Use query, or another method; QUERY is safe as well.'])
    else if (options.consumes !== undefined)
      problems.push([`${sentence}, so consumes has no effect.`, 'Omit it.'])
  }
  return problems.map(([message, remedy]) => ({
    code: 'ERR_CORE_OPTION',
    place: flat.place,
    message,
    remedy,
  }))
}

type Words = readonly [message: string, remedy: string]

function* consumesProblems({ body, consumes }: AnyRouteOptions): Generator<Words> {
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
      "Remove consumes; the format of body says what it accepts: json(schema, { mediaTypes: ['…'] }), form(schema), text(), bytes().",
    ]
}

/** Finds bodies of answers that cannot have one: by their status (RFC 9110 §15.3.5, §15.3.6, §15.4.5), and to HEAD (§9.3.2). */
export function bodiesOfNone(flat: FlatRoute): SetupProblem[] {
  const { method, options } = flat.route
  if (options.response === undefined) return []
  const isHead = method === 'HEAD'
  return responsesOf(options)
    .filter(([status, body]) => (isHead || isBodiless(Number(status))) && body !== null && body !== undefined)
    .map(([status]) => ({
      code: 'ERR_CORE_OPTION',
      place: flat.place,
      message: `Its response declares a body for ${status}, ${isHead ? 'but an answer to HEAD' : 'which'} has none.`,
      remedy: isHead
        ? `Write ${status}: null; the handler may set headers about the content of GET.`
        : `Write ${status}: null, or another status.`,
    }))
}

/** Finds invalid names of protocols, and bodies and responses of routes that switch their connection. */
export function wrongUpgrades(flat: FlatRoute): SetupProblem[] {
  const { upgrades, body, consumes, response } = flat.route.options
  if (upgrades === undefined) return []
  const problems: SetupProblem[] = []
  const add = (message: string, remedy: string): void =>
    void problems.push({ code: 'ERR_CORE_OPTION', place: flat.place, message, remedy })
  if (!isToken(upgrades))
    add(
      `Its upgrades is '${upgrades}', which is not a valid name of a protocol.`,
      "Write a name: 'websocket'.",
    )
  if (body !== undefined || consumes !== undefined)
    add('A request that switches the protocol has no body.', 'Omit body and consumes.')
  if (response !== undefined)
    add('Its answer is the connection, which response cannot describe.', 'Omit response.')
  return problems
}
