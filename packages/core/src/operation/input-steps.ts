// On the request path: params before the access rule, everything else after it.
import { SetupError, ValidationError, type PlaceText, type SetupProblem, isPromise } from '../errors/index.ts'
import {
  bodiesOf,
  isBodyFormat,
  isContent,
  type AnyRouteOptions,
  type FlatRoute,
  type JsonSettings,
} from '../route/index.ts'
import {
  compileInput,
  type InputParser,
  type Place,
  type SchemaLike,
  type FieldSchemas,
  type Violation,
} from '../schema/index.ts'
import { attempt } from './attempt.ts'
import type { BodyReader, CallKind, CallReader, CompiledBody } from './call-kind.ts'
import { missingParams, noInput } from './input-problems.ts'
import type { InputSource } from './call.ts'
import type { Around, BodyTail, OperationContext, Step, Tail } from './plan.ts'
import { paramsStep } from './params.ts'
import { restorePrefixes } from './prefixed-cookies.ts'
import { typedBody } from './typed-body.ts'
import { typedParams } from './typed-params.ts'

/** The member of the context for the parsed value of a place. */
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

/** Settings for the input of a route. */
export interface InputSetup {
  readonly kind: CallKind
  readonly json: JsonSettings
  /** Names of the params in the route's path; `undefined` if the path is invalid. */
  readonly paramNames: readonly string[] | undefined
}

/**
 * Compiles the schemas of a route's input into steps.
 *
 * @throws {SetupError} for invalid schemas, with the problems of all places
 */
export function inputSteps(flat: FlatRoute, { kind, json, paramNames }: InputSetup): InputSteps {
  const { route } = flat
  const { options } = route
  const place = (): string => flat.place
  const problems: SetupProblem[] = []
  const { isTyped } = kind
  const parserOf = (one: Exclude<InputPlace, 'body'>): InputParser | undefined => {
    if (options[one] === undefined) return undefined
    if (!isContent(options[one]) && !isBodyFormat(options[one]))
      return attempt(problems, () => compile(options, one, { where: place, isTyped }))
    problems.push(noInput(one, options[one], place))
    return undefined
  }

  const params = parserOf('params')
  if (params !== undefined && paramNames !== undefined)
    problems.push(...missingParams(params, paramNames, place))
  const sources = SOURCES.map((source) => ({ source, parser: parserOf(source) }))
  const bodies = compileBodies(options, { place, problems, isTyped })
  if (problems.length > 0) throw new SetupError(problems)
  const reader = kind.reader(route, { json, bodies })
  const checks: Check[] = sources.flatMap(({ source, parser }) =>
    parser === undefined ? [] : sourceCheck(source, parser, reader),
  )
  const { rawBody } = reader
  if (rawBody !== undefined)
    checks.push((ctx) => {
      rawBody(ctx['~execution'].call)
      return undefined
    })
  if (isTyped && bodies.length > 0) checks.push(valueCheck(bodies))
  const path = isTyped && paramNames !== undefined ? typedParams(flat.pattern, params) : params
  return {
    params: path === undefined ? undefined : paramsStep(path),
    rest: restOfInput({
      checks,
      body: reader.body === undefined ? undefined : bodyCheck(reader.body),
      accept: reader.accept,
      holdsParams: path !== undefined,
    }),
  }
}

const SOURCES = ['query', 'headers', 'cookies'] as const

interface BodySetup {
  readonly place: PlaceText
  readonly isTyped: boolean
  readonly problems: SetupProblem[]
}

/** Compiles the schemas of all formats of a route's body. */
function compileBodies(options: AnyRouteOptions, { place, problems, isTyped }: BodySetup): CompiledBody[] {
  if (isContent(options.body)) {
    problems.push(noInput('body', options.body, place))
    return []
  }
  const unknown = options.unknown?.body
  return bodiesOf(options).flatMap((format): CompiledBody[] => {
    const { schema, coerces } = format
    if (schema === undefined) return [{ format, parser: undefined }]
    const isText = coerces && !isTyped
    const make = (): InputParser => compileInput(schema, 'body', { where: place, unknown, isText })
    const parser = attempt(problems, make)
    return parser === undefined ? [] : [{ format, parser }]
  })
}

function compile(
  options: AnyRouteOptions,
  place: Exclude<InputPlace, 'body'>,
  setup: { readonly where: PlaceText; readonly isTyped: boolean },
): InputParser {
  // All params of a path are declared.
  const unknown = place === 'params' ? undefined : options.unknown?.[place]
  return compileInput(options[place] as SchemaLike | FieldSchemas, place, { ...setup, unknown })
}

/** Parses one place into the context; throws a violation, or promises to. */
type Check = (ctx: OperationContext) => Promise<unknown> | undefined

function sourceCheck(source: InputSource, parser: InputParser, { explain }: CallReader): Check {
  const field = FIELDS[source]
  const restore = source === 'cookies' ? restorePrefixes(parser.jsonSchema) : undefined
  return (ctx) => {
    restore?.(ctx[source], ctx['~execution'].call, ctx.app)
    const tell = (error: unknown): never => {
      throw ValidationError.is(error) ? explain(error, source, ctx['~execution'].call) : error
    }
    try {
      return assign(ctx, field, parser.parse(ctx[source]))?.catch(tell)
    } catch (error) {
      return tell(error)
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

/** A body that comes as a value. */
function valueCheck(bodies: readonly CompiledBody[]): Check {
  const read = typedBody(bodies)
  return (ctx) => assign(ctx, '~body', read(ctx['~execution'].call.body?.()))
}

/** The check of a body, in two steps, since the transport waits between them. */
interface BodyCheck {
  /** Whether there is a body to wait for. Throws for one of another kind. */
  expect(ctx: OperationContext): boolean
  /** Parses the bytes into the context; throws a violation, or promises to. */
  take(ctx: OperationContext, bytes: Uint8Array): Promise<unknown> | undefined
}

const NO_BYTES = new Uint8Array(0)

function bodyCheck(reader: BodyReader): BodyCheck {
  return {
    expect: (ctx) => reader.expects(ctx['~execution'].call),
    take: (ctx, bytes) => assign(ctx, '~body', reader.parse(bytes, ctx['~execution'].call)),
  }
}

function toCheck(body: BodyCheck): Check {
  return (ctx) =>
    body.expect(ctx)
      ? ctx['~execution'].readBody().then((bytes) => body.take(ctx, bytes))
      : body.take(ctx, NO_BYTES)
}

interface RestOfInput {
  readonly checks: readonly Check[]
  readonly body: BodyCheck | undefined
  readonly accept: CallReader['accept']
  /** Whether a violation of the params may be pending. */
  readonly holdsParams: boolean
}

/** Runs all checks of a call and reports the violations of all places together. */
function restOfInput({ checks, body, accept, holdsParams }: RestOfInput): Around | undefined {
  if (checks.length === 0 && body === undefined && accept === undefined && !holdsParams) return undefined
  const all = body === undefined ? checks : [...checks, toCheck(body)]
  const around = (inner: Tail, isWrapped: boolean): Tail => {
    const last = body === undefined ? inner : bodyTail(body, inner, isWrapped)
    return (ctx) => {
      if (accept !== undefined) accept(ctx['~execution'].call)
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

/** The body, after all other input was valid: its violations are then the only ones. */
function bodyTail(body: BodyCheck, inner: Tail, isWrapped: boolean): Tail {
  const take: BodyTail = (ctx, bytes) => {
    const pending = body.take(ctx, bytes)
    return pending === undefined ? inner(ctx) : pending.then(() => inner(ctx))
  }
  const read: Tail = (ctx) => ctx['~execution'].readBody().then((bytes) => take(ctx, bytes))
  // A wrap around this needs the outcome itself.
  const wait: Tail = isWrapped ? read : (ctx) => ctx['~execution'].awaitBody(take) ?? read(ctx)
  return (ctx) => (body.expect(ctx) ? wait(ctx) : take(ctx, NO_BYTES))
}

/** Collects, after a first violation, those of the remaining checks. */
function hold(ctx: OperationContext, error: unknown, left: readonly Check[]): Promise<never> {
  if (!ValidationError.is(error)) throw error
  ctx['~violation'] = error
  return collect(ctx, left) as Promise<never>
}

/** Runs the remaining checks, then throws all violations found. */
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

/** Most violations of a request that are listed. */
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
