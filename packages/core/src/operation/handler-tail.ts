// On the request path: the result of a handler becomes an outcome, checked by the route's response schemas.
import {
  InternalError,
  isPromise,
  nearestName,
  SetupError,
  toPlaceText,
  type PlaceText,
  type SetupProblem,
} from '../errors/index.ts'
import {
  checkValue,
  isBodyFormat,
  isContent,
  isReply,
  ResponseHeaders,
  responsesOf,
  strayPartsOf,
  type AnyRouteOptions,
  type BodyFormat,
  type Outcome,
} from '../route/index.ts'
import { compileResponse, type SchemaLike, type FieldSchemas } from '../schema/index.ts'
import { attempt } from './attempt.ts'
import type { ResponseMode } from './response-mode.ts'
import { discardValue, isStream, prepare, UNWRITTEN } from './prepare.ts'
import { ContentGuard } from './declared-content.ts'
import { freeOutcome, replyOutcome } from './free-outcome.ts'
import { compileHeaders, type HeaderGuard } from './declared-headers.ts'
import { isStatus, PipelineOutcome, replyHeaders } from './pipeline-outcome.ts'
import type { OperationContext, Tail } from './plan.ts'
import { refusePromises } from './unawaited.ts'

/** Settings for the responses of a route. */
export interface ResponseSetup {
  readonly mode: ResponseMode
  /** Whether outcomes become messages. */
  readonly isWritten: boolean
  /** The route, for messages. */
  readonly place: PlaceText
  /** Called in development and test with the properties that were removed, as JSON Pointers. */
  readonly onUndeclared: (place: string, pointers: readonly string[]) => void
}

/** Checks of a route's responses by status; `null` for no body. */
interface Guards {
  /** The route, for messages. */
  readonly place: PlaceText
  readonly bareStatus: number
  readonly byStatus: GuardsByStatus | undefined
  /** In development and test, if headers are declared. */
  readonly headers: ReadonlyMap<number, HeaderGuard> | undefined
  /** If no text is made: statuses whose values equal their JSON. */
  readonly plain: ReadonlySet<number> | undefined
}
type Guard = ((value: unknown) => unknown) | ContentGuard | null
type GuardsByStatus = ReadonlyMap<number, Guard>

const BARE_STATUSES = [200, 201, 202, 204, 206]

/** The status of a value that a handler returns without `reply`. */
function bareStatusOf(byStatus: GuardsByStatus): number {
  return BARE_STATUSES.find((status) => byStatus.has(status)) ?? 200
}

/** Compiles a route's responses. @throws {SetupError} for invalid schemas and statuses, all of them */
function compileGuards(options: AnyRouteOptions, setup: ResponseSetup): Guards {
  if (options.response === undefined)
    return { place: setup.place, bareStatus: 200, byStatus: undefined, headers: undefined, plain: undefined }
  const problems = strayPartsOf(options).map(([status, name]) =>
    strayPart(`${toPlaceText(setup.place)}, ${status}`, name),
  )
  const byStatus = new Map<number, Guard>()
  const headers = new Map<number, HeaderGuard>()
  const plain = setup.isWritten ? undefined : new Set<number>()
  for (const [name, schema, shape] of responsesOf(options)) {
    const status = Number(name)
    if (!isStatus(status)) problems.push(noStatus(name, toPlaceText(setup.place)))
    else if (schema === null) byStatus.set(status, null)
    else if (isBodyFormat(schema)) problems.push(noFormat(schema, `${toPlaceText(setup.place)}, ${name}`))
    else if (isContent(schema)) byStatus.set(status, new ContentGuard(schema))
    else byStatus.set(status, attempt(problems, () => guardOf(schema, status, { ...setup, plain })) ?? null)
    const guard = attempt(problems, () => headersGuardOf(shape, status, setup))
    if (guard !== undefined) headers.set(status, guard)
  }
  if (problems.length > 0) throw new SetupError(problems)
  return {
    place: setup.place,
    bareStatus: bareStatusOf(byStatus),
    byStatus,
    headers: headers.size === 0 ? undefined : headers,
    plain,
  }
}

function guardOf(
  schema: SchemaLike,
  status: number,
  { mode, place, onUndeclared, plain }: ResponseSetup & { readonly plain: Set<number> | undefined },
): (value: unknown) => unknown {
  const where = (): string => `${toPlaceText(place)}, ${status}`
  const compiled = compileResponse(schema, {
    where,
    onUndeclared: (pointers) => onUndeclared(where(), pointers),
  })
  if (compiled.isPlain) plain?.add(status)
  if (mode === 'check') return (value) => compiled.check(value)
  // The filter removes nothing from `undefined`, but a declared body must not be missing.
  return (value) => (value === undefined ? compiled.check(value) : compiled.filter(value))
}

/** Compiled in production as well, so that its problems are found. */
function headersGuardOf(
  shape: FieldSchemas | undefined,
  status: number,
  { mode, place }: ResponseSetup,
): HeaderGuard | undefined {
  const guard = shape && compileHeaders(shape, `${toPlaceText(place)}, ${status}`)
  return mode === 'check' ? guard : undefined
}

function strayPart(place: string, name: string): SetupProblem {
  const near = nearestName(name, ['body', 'headers'])
  const remedy = near === undefined ? 'It takes body and headers.' : `Did you mean '${near}'?`
  return { code: 'ERR_CORE_OPTION', place, message: `The response has no part '${name}'.`, remedy }
}

function noFormat({ alternatives: [{ kind }] }: BodyFormat, place: string): SetupProblem {
  return {
    code: 'ERR_CORE_OPTION',
    place,
    message: `It has ${kind}(), which says how the body of a request is read.`,
    remedy:
      kind === 'json'
        ? 'Give the schema itself.'
        : "Declare an answer that is not JSON by content('text/csv').",
  }
}

function noStatus(name: string, place: string): SetupProblem {
  return {
    code: 'ERR_CORE_OPTION',
    place,
    message: `Its response has '${name}', which is not a status.`,
    remedy: 'Give a schema, or an object with statuses from 200 to 599.',
  }
}

/** The last step of a plan: calls the handler and checks its result by the response schemas. */
export function handlerTail(
  options: AnyRouteOptions,
  handler: (ctx: never) => unknown,
  setup: ResponseSetup,
): Tail {
  const guards = compileGuards(options, setup)
  const call = handler as (ctx: OperationContext) => unknown
  const finish = setup.mode === 'check' ? toCheckedOutcome : toOutcome
  return (ctx) => {
    const result = call(ctx)
    return isPromise(result)
      ? Promise.resolve(result).then((value) => finish(guards, value))
      : finish(guards, result)
  }
}

/** In development and test: refuses promises in the result, also where no schema checks it. */
function toCheckedOutcome(guards: Guards, result: unknown): Outcome {
  const outcome = toOutcome(guards, result) as PipelineOutcome
  refusePromises(outcome['~value'], 'A handler returned')
  return outcome
}

function toOutcome(guards: Guards, result: unknown): Outcome {
  if (isReply(result)) {
    if (guards.byStatus === undefined) return replyOutcome(result)
    return guarded(guards, new PipelineOutcome(result.status, result.body, true, replyHeaders(result)))
  }
  if (guards.byStatus !== undefined)
    return guarded(guards, new PipelineOutcome(guards.bareStatus, result, true, new ResponseHeaders([])))
  return freeOutcome(result === undefined ? 204 : 200, result, new ResponseHeaders([]))
}

/** Checks an outcome by what is declared for its status. A refused stream is discarded. */
function guarded(guards: Guards, outcome: PipelineOutcome): Outcome {
  const { headers, plain } = guards
  try {
    held(guards, outcome)
    if (headers !== undefined) headers.get(outcome.status)?.check(outcome.headers)
    if (plain?.has(outcome.status) !== true) return prepare(outcome)
    outcome['~text'] = UNWRITTEN
    outcome['~wasJson'] = true
    return outcome
  } catch (error) {
    discardValue(outcome['~value'])
    throw error
  }
}

function held(guards: Guards, outcome: PipelineOutcome): PipelineOutcome {
  const { status, '~value': value } = outcome
  checkValue(value)
  const byStatus = guards.byStatus as GuardsByStatus
  const guard = byStatus.get(status)
  if (guard === undefined)
    throw unlikeDeclared(
      guards,
      `answered with status ${status}, which its route does not declare: it declares ${[...byStatus.keys()].join(', ')}. Add it to \`response\`, or answer with one of these.`,
    )
  if (guard === null) {
    if (value !== undefined && value !== null)
      throw unlikeDeclared(
        guards,
        `gave a body with status ${status}, which its route declares to have none. Declare a schema for it, or give no body.`,
      )
    outcome['~value'] = undefined
    return outcome
  }
  if (typeof guard !== 'function') {
    guard.hold(outcome)
    return outcome.status === status ? outcome : held(guards, outcome)
  }
  if (isStream(value))
    throw unlikeDeclared(
      guards,
      `gave a stream with status ${status}, for which its route declares a schema. Declare content('…'), or give a value.`,
    )
  outcome['~value'] = guard(value)
  return outcome
}

/** Other than declared. Its text is for the log, never for the client. */
function unlikeDeclared({ place }: Guards, what: string): InternalError {
  return new InternalError(`The handler of ${toPlaceText(place)} ${what}`)
}
