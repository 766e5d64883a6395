// On the request path: params before the access rule, everything else after it.
import { StartError, ValidationError, type SetupProblem, type Violation, isPromise } from '../errors/index.ts'
import { isContent, type AnyRouteOptions, type FlatRoute, type JsonSettings } from '../routing/index.ts'
import {
  compileInput,
  explainCookies,
  parseJson,
  type InputParser,
  type Place,
  type SchemaLike,
  type Shape,
} from '../schema/index.ts'
import { attempt } from './attempt.ts'
import { formTypes, missingParams, noInput, producedTypes } from './check-input.ts'
import { acceptCheck, contentTypeCheck } from './negotiation.ts'
import type { BodyTail, OperationContext, Tail } from './plan.ts'
import type { Around, Step } from './steps.ts'

/** Where the parsed value of a place goes on the context. */
const FIELDS = {
  params: '~params',
  query: '~query',
  headers: '~headers',
  cookies: '~cookies',
  body: '~body',
} as const
type InputPlace = keyof typeof FIELDS

/** Compiled input of a route: the step before its access rule and the one after it. */
export interface InputSteps {
  readonly params: Step | undefined
  readonly rest: Around | undefined
}

/**
 * Compiles the schemas of a route's input into steps.
 *
 * @param paramNames - those of the route's path, where that is in order
 * @throws {StartError} for invalid schemas, with the problems of all places
 */
export function inputSteps(
  { route, place }: FlatRoute,
  json: JsonSettings,
  paramNames: readonly string[] | undefined,
): InputSteps {
  const { options } = route
  const problems: SetupProblem[] = []
  const parserOf = (one: InputPlace): InputParser | undefined => {
    if (options[one] === undefined) return undefined
    if (!isContent(options[one])) return attempt(problems, () => compile(options, one, place))
    problems.push(noInput(one, place))
    return undefined
  }

  const params = parserOf('params')
  if (params !== undefined && paramNames !== undefined)
    problems.push(...missingParams(params, paramNames, place))
  const checks: Check[] = []
  for (const one of ['query', 'headers', 'cookies'] as const) {
    const parser = parserOf(one)
    if (parser !== undefined) checks.push(placeCheck(one, parser))
  }
  const raw = rawCheck(route)
  if (raw !== undefined) checks.push(raw)
  const body = parserOf('body')
  if (body !== undefined) problems.push(...formTypes(options, place))
  if (problems.length > 0) throw new StartError(problems)
  return {
    params: params === undefined ? undefined : paramsStep(params),
    rest: restOfInput(checks, body === undefined ? undefined : bodyCheck(options, body, json), options),
  }
}

function compile(options: AnyRouteOptions, place: InputPlace, where: string): InputParser {
  // All params of a path are declared.
  const unknown = place === 'params' ? undefined : options.unknown?.[place]
  return compileInput(options[place] as SchemaLike | Shape, place, { where, unknown })
}

/** Keeps a violation until the access rule has spoken: it is told only to a caller who is admitted. */
function paramsStep(parser: InputParser): Step {
  const keep = (ctx: OperationContext, error: unknown): undefined => {
    ctx['~violation'] = error
  }
  return (ctx) => {
    try {
      const value = parser.parse(ctx['~params'])
      if (!isPromise(value)) {
        ctx['~params'] = value
        return undefined
      }
      return Promise.resolve(value).then(
        (parsed) => {
          ctx['~params'] = parsed
          return undefined
        },
        (error: unknown) => keep(ctx, error),
      )
    } catch (error) {
      return keep(ctx, error)
    }
  }
}

/** Parses one place into the context; throws a violation, or promises to. */
type Check = (ctx: OperationContext) => Promise<unknown> | undefined

function placeCheck(place: 'query' | 'headers' | 'cookies', parser: InputParser): Check {
  const field = FIELDS[place]
  if (place === 'cookies') return cookieCheck(parser)
  return (ctx) => assign(ctx, field, parser.parse(ctx[place]))
}

/** Cookies of other servers come along, so a malformed escape is not an error by itself; it is where a schema then refuses the value. */
function cookieCheck(parser: InputParser): Check {
  return (ctx) => {
    const explain = (error: unknown): never => {
      throw ValidationError.is(error) ? explainCookies(error, ctx['~execution'].call.meta('cookie')) : error
    }
    try {
      return assign(ctx, FIELDS.cookies, parser.parse(ctx.cookies))?.catch(explain)
    } catch (error) {
      return explain(error)
    }
  }
}

function assign(
  ctx: OperationContext,
  field: (typeof FIELDS)[InputPlace],
  value: unknown,
): Promise<unknown> | undefined {
  if (isPromise(value)) return Promise.resolve(value).then((parsed) => assign(ctx, field, parsed))
  ctx[field] = value
  return undefined
}

/** A body that the handler reads itself is of a declared media type, and is there. */
function rawCheck({ method, options: { consumes, body } }: FlatRoute['route']): Check | undefined {
  if (consumes === undefined || body !== undefined) return undefined
  const checkType = contentTypeCheck(consumes)
  const isRequired = method !== 'GET' && method !== '*'
  return (ctx) => {
    const { call } = ctx['~execution']
    if (call.hasBody) checkType(call.meta('content-type'))
    else if (isRequired) throw new ValidationError({ place: 'body', violations: [NO_BODY] })
    return undefined
  }
}

const NO_BODY: Violation = { in: 'body', pointer: '', code: 'required', message: 'is required' }

/** The body in two steps, since between them one waits. */
interface BodyCheck {
  /** Whether there is a body to wait for. Throws for one of another media type. */
  expect(ctx: OperationContext): boolean
  /** Parses the bytes into the context; throws a violation, or promises to. */
  take(ctx: OperationContext, bytes: Uint8Array): Promise<unknown> | undefined
}

const NO_BYTES = new Uint8Array(0)

function bodyCheck(options: AnyRouteOptions, parser: InputParser, json: JsonSettings): BodyCheck {
  const checkType = contentTypeCheck(options.consumes ?? ['application/json'], 'utf-8')
  const { duplicates } = { ...json, ...options.json }
  const parseOptions = { duplicates: duplicates ?? 'last', scanDepth: !parser.boundsDepth } as const
  return {
    expect(ctx) {
      if (!ctx['~execution'].call.hasBody) return false
      checkType(ctx['~execution'].call.meta('content-type'))
      return true
    },
    // A missing body has no media type and is not JSON; whether it may be missing is for the schema to say.
    take: (ctx, bytes) =>
      assign(ctx, '~body', parser.parse(bytes.byteLength === 0 ? undefined : parseJson(bytes, parseOptions))),
  }
}

function toCheck(body: BodyCheck): Check {
  return (ctx) =>
    body.expect(ctx)
      ? ctx['~execution'].readBody().then((bytes) => body.take(ctx, bytes))
      : body.take(ctx, NO_BYTES)
}

/** Runs all checks of a request and reports the violations of all places together. */
function restOfInput(
  checks: readonly Check[],
  body: BodyCheck | undefined,
  options: AnyRouteOptions,
): Around | undefined {
  const produced = producedTypes(options)
  const holdsParams = options.params !== undefined
  if (checks.length === 0 && body === undefined && produced.length === 0 && !holdsParams) return undefined
  const checkAccepts = produced.length === 0 ? undefined : acceptCheck(produced)
  const all = body === undefined ? checks : [...checks, toCheck(body)]
  const around = (inner: Tail, isWrapped: boolean): Tail => {
    const last = body === undefined ? inner : bodyTail(body, inner, isWrapped)
    return (ctx) => {
      if (checkAccepts !== undefined) checkAccepts(ctx['~execution'].call.meta('accept'))
      if (ctx['~violation'] !== undefined) return collect(ctx, all) as Promise<never>
      for (let i = 0; i < checks.length; i++) {
        let pending: Promise<unknown> | undefined
        try {
          pending = (checks[i] as Check)(ctx)
        } catch (error) {
          return hold(ctx, error, all.slice(i + 1))
        }
        if (pending !== undefined) {
          const left = all.slice(i + 1)
          return pending.then(
            () => collect(ctx, left).then(() => inner(ctx)),
            (error: unknown) => hold(ctx, error, left),
          )
        }
      }
      return last(ctx)
    }
  }
  return { around }
}

/** The body, when everything before it was in order: what is wrong with it is then all that is. */
function bodyTail(body: BodyCheck, inner: Tail, isWrapped: boolean): Tail {
  const take: BodyTail = (ctx, bytes) => {
    const pending = body.take(ctx, bytes)
    return pending === undefined ? inner(ctx) : pending.then(() => inner(ctx))
  }
  const read: Tail = (ctx) => ctx['~execution'].readBody().then((bytes) => take(ctx, bytes))
  // A wrap around this wants the outcome itself.
  const wait: Tail = isWrapped ? read : (ctx) => ctx['~execution'].awaitBody(take) ?? read(ctx)
  return (ctx) => (body.expect(ctx) ? wait(ctx) : take(ctx, NO_BYTES))
}

/** Goes the slow way with a first violation, which will be told with those that are left to find. */
function hold(ctx: OperationContext, error: unknown, left: readonly Check[]): Promise<never> {
  if (!ValidationError.is(error)) throw error
  ctx['~violation'] = error
  return collect(ctx, left) as Promise<never>
}

/** The slow way: runs the checks that are left, then throws everything found so far. */
async function collect(ctx: OperationContext, checks: readonly Check[]): Promise<void> {
  const found: Violation[] = violationsOf(ctx['~violation'])
  let isCut = isCutShort(ctx['~violation'])
  for (const check of checks) {
    try {
      await check(ctx)
    } catch (error) {
      if (!ValidationError.is(error)) throw error
      found.push(...violationsOf(error))
      isCut ||= isCutShort(error)
    }
  }
  if (found.length === 0) return
  throw new ValidationError({
    place: placeOf(found),
    violations: found.slice(0, MAX_VIOLATIONS),
    isCut: isCut || found.length > MAX_VIOLATIONS,
  })
}

/** Bound of a list over all places of a request. */
const MAX_VIOLATIONS = 100

function placeOf(found: readonly Violation[]): ValidationError['place'] {
  const first = found[0]?.in as Place
  return found.every((one) => one.in === first) ? first : 'request'
}

function isCutShort(error: unknown): boolean {
  return ValidationError.is(error) && error.isCut
}

function violationsOf(error: unknown): Violation[] {
  return ValidationError.is(error) ? [...error.violations] : []
}
