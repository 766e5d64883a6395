import {
  anything,
  callable,
  callSite,
  checkOptions,
  isToken,
  listOf,
  nearestName,
  nested,
  ofKind,
  optionTable,
  required,
  StartError,
  text,
  type ErrorDefinition,
  type SetupProblem,
  type TypeMessage,
} from '../errors/index.ts'
import { DESCRIBE_OPTIONS } from './describe-options.ts'
import {
  STAGES,
  type DescribedAnswer,
  type Middleware,
  type MiddlewareDescription,
  type RequestSummary,
  type Stage,
} from './middleware-contract.ts'
import type { MiddlewareContext } from './context.ts'
import type { Outcome, Reply } from './outcome.ts'

/** Names and types that a middleware must find on the context; made by {@link needs}. */
export interface Needs<TNeeds> {
  readonly names: readonly string[]
  readonly '~types': TNeeds
}

/**
 * Declares what a middleware must find on the context.
 *
 * @example
 * middleware({
 *   name: 'limits',
 *   stage: 'authorize',
 *   adds: ['limits'],
 *   needs: needs<{ user: User }>('user'),
 *   run: ({ user }) => ({ limits: user.plan.limits }),
 * })
 */
export function needs<TNeeds extends object>(...names: readonly (keyof TNeeds & string)[]): Needs<TNeeds> {
  return { names } as unknown as Needs<TNeeds>
}

/** Parts of a middleware; exactly one of `run`, `wrap`, `transform`, `observe` is given. */
export interface MiddlewareDefinition<
  TName extends string,
  TResult,
  TNeeds,
  TErrors extends ErrorDefinition,
  TResponses = MiddlewareDescription['responses'],
> {
  /** Shown by `explain` and in messages. */
  readonly name: string
  readonly stage: Stage
  /** Names that `run` adds to the context; the compiler holds the two to each other, both ways. */
  readonly adds?: readonly TName[] | undefined
  readonly needs?: Needs<TNeeds> | undefined
  /** Gives additions, a reply that ends the request, or nothing. Synchronous ones cost no promise. */
  readonly run?: ((ctx: MiddlewareContext<TNeeds>) => TResult & SameNames<TName, TResult>) | undefined
  /** Goes around the rest of its stage and all later stages up to `handle`. `next` may be called once. */
  readonly wrap?:
    | ((ctx: MiddlewareContext<TNeeds>, next: () => Promise<Outcome>) => Promise<Outcome>)
    | undefined
  /**
   * Changes the outcome, rendered errors included; stage `respond`. What it needs is optional here and in `observe`: a
   * request may have been refused before the middleware that adds it.
   */
  readonly transform?:
    | ((ctx: MiddlewareContext<Partial<TNeeds>>, outcome: Outcome) => Outcome | Promise<Outcome>)
    | undefined
  /** Hears of every request that ended, once, after the last byte; stage `record`. */
  readonly observe?: ((ctx: MiddlewareContext<Partial<TNeeds>>, summary: RequestSummary) => void) | undefined
  /**
   * The challenge, RFC 9110 §11.6.1, of a 401 that has none of its own: `Bearer realm="shop", scope="orders"`. Default: by
   * what `describe.security` says. Stage `authenticate` or `authorize`.
   */
  readonly challenge?: string | undefined
  /** Goes into the OpenAPI document and the typed client of every route that it covers. */
  readonly describe?:
    | (Omit<MiddlewareDescription, 'errors' | 'responses'> & {
        readonly errors?: readonly TErrors[]
        readonly responses?: TResponses
      })
    | undefined
}

type Given<TResult> = Exclude<Awaited<TResult>, Reply | undefined | void | null>
type KeysOf<T> = T extends unknown ? keyof T & string : never
type MayGiveNothing<TResult> = Extract<Awaited<TResult>, undefined | void | null>
type Adds<TResult> = [Given<TResult>] extends [never]
  ? {}
  : [MayGiveNothing<TResult>] extends [never]
    ? Given<TResult>
    : Partial<Given<TResult>>

/** `unknown` when `adds` and the result of `run` name the same things, else the sentence. */
type SameNames<TName extends string, TResult> = [Exclude<KeysOf<Given<TResult>>, TName>] extends [never]
  ? [Exclude<TName, KeysOf<Given<TResult>>>] extends [never]
    ? unknown
    : TypeMessage<`adds names '${Exclude<TName, KeysOf<Given<TResult>>>}', which run does not return.`>
  : TypeMessage<`run returns '${Exclude<KeysOf<Given<TResult>>, TName>}', which adds does not name.`>

/** The statuses that a middleware describes; those that only the start knows are not in any type. */
type Answers<TResponses> = number extends keyof TResponses
  ? never
  : { [S in keyof TResponses & number]: DescribedAnswer<S> }[keyof TResponses & number]

type Misplaced<TStage> = TStage extends 'respond'
  ? 'run' | 'wrap' | 'observe'
  : TStage extends 'record'
    ? 'run' | 'wrap' | 'transform'
    : 'transform' | 'observe'
interface StageOf {
  readonly run: "a stage up to 'handle'"
  readonly wrap: "a stage up to 'handle'"
  readonly transform: "stage 'respond'"
  readonly observe: "stage 'record'"
}
/** `unknown` where the stage is not known, else a sentence for each part that it does not run. */
type PartsFit<TStage extends Stage> = Stage extends TStage
  ? unknown
  : {
      readonly [K in Misplaced<TStage>]?:
        | TypeMessage<`${K} cannot stand in stage '${TStage}': it belongs to ${StageOf[K]}.`>
        | undefined
    }

/** The stage is in the type where it matters: a middleware of another stage than `authorize` is not an access rule. */
type OfStage<M, TStage> = 'authorize' extends TStage ? M : M & { readonly stage: TStage }

/**
 * Makes a middleware: one named step of one stage of the pipeline.
 *
 * @throws {StartError} `ERR_CORE_MIDDLEWARE` when the parts do not fit together
 * @example
 * const tenant = middleware({
 *   name: 'tenant',
 *   stage: 'receive',
 *   adds: ['tenant'],
 *   run: (ctx) => ({ tenant: ctx.header('x-tenant') ?? 'main' }),
 * })
 */
export function middleware<
  const TName extends string = never,
  TResult = void,
  TNeeds = {},
  TErrors extends ErrorDefinition = never,
  TStage extends Stage = Stage,
  TResponses extends MiddlewareDescription['responses'] = {},
>(
  definition: MiddlewareDefinition<TName, TResult, TNeeds, TErrors, TResponses> & {
    readonly stage: TStage
  } & PartsFit<TStage>,
): OfStage<Middleware<Adds<TResult>, TNeeds, NonNullable<TErrors['~error']> | Answers<TResponses>>, TStage> {
  checkOptions(MIDDLEWARE_OPTIONS, definition, { name: 'middleware', below: middleware as never })
  const source = callSite(middleware as never)
  const { name, stage, run, wrap, transform, observe } = definition
  const problems = findProblems(definition as Parts, source())
  if (problems.length > 0) throw new StartError(problems)
  const value = {
    kind: 'middleware' as const,
    name,
    stage,
    adds: Object.freeze([...((definition as Parts).adds ?? [])]),
    needs: Object.freeze([...((definition as Parts).needs?.names ?? [])]),
    describe: Object.freeze({ ...definition.describe }),
    challenge: definition.challenge,
    run,
    wrap,
    transform,
    observe,
    get source() {
      return source()
    },
  }
  return Object.freeze(value) as never
}

/** What {@link needs} made. */
export const NEEDS_OPTION = ofKind(
  {
    what: 'what needs() made',
    test: (value) => Array.isArray((value as Needs<unknown>).names),
    remedy: () => "Write needs<{ user: User }>('user').",
  },
  'Names that must be on the context.',
)

/** Parts of {@link middleware}. */
const MIDDLEWARE_OPTIONS = optionTable<MiddlewareDefinition<string, unknown, unknown, ErrorDefinition>>({
  name: required(anything('Shown by `explain` and in messages.', { what: 'a text' })),
  stage: required(anything('Where it stands.', { what: `one of ${STAGES.join(', ')}` })),
  adds: listOf(text('Names that `run` adds to the context.')),
  needs: NEEDS_OPTION,
  run: callable('Gives additions, a reply, or nothing.'),
  wrap: callable('Goes around the rest of its stage and the stages up to `handle`.'),
  transform: callable('Changes the outcome.'),
  observe: callable('Hears of every request that ended.'),
  // Looked at where its stage is.
  challenge: anything('What a 401 of its routes says of how to authenticate.'),
  describe: nested(DESCRIBE_OPTIONS, 'Goes into the OpenAPI document and the typed client.'),
})

type Parts = Omit<MiddlewareDefinition<string, unknown, unknown, ErrorDefinition>, 'adds'> & {
  readonly adds?: readonly string[]
}

const FUNCTIONS = ['run', 'wrap', 'transform', 'observe'] as const

function findProblems(parts: Parts, source: string | undefined): SetupProblem[] {
  const problems: SetupProblem[] = []
  const place = `middleware ${parts.name}${source === undefined ? '' : ` (${source})`}`
  const add = (message: string, remedy: string) =>
    problems.push({ code: 'ERR_CORE_MIDDLEWARE', place, message, remedy })
  const given = FUNCTIONS.filter((name) => parts[name] !== undefined)

  if (typeof parts.name !== 'string' || parts.name === '')
    add('It has no name.', "Give it one: name: 'bearer'.")
  if (!STAGES.includes(parts.stage)) add(`'${parts.stage}' is not a stage.`, remedyForStage(parts.stage))
  if (given.length !== 1)
    add(
      `It has ${given.length === 0 ? 'no function' : given.join(' and ')}.`,
      `Give exactly one of ${FUNCTIONS.join(', ')}.`,
    )
  for (const name of given) {
    if (typeof parts[name] !== 'function') add(`${name} is not a function.`, `Give ${name} a function.`)
    const wrong = wrongStage(name, parts.stage)
    if (wrong !== undefined) add(`${name} cannot stand in stage '${parts.stage}'.`, wrong)
  }
  if (!isChallenge(parts))
    add(
      'Its challenge cannot be sent.',
      "Give one line, challenge: 'Bearer realm=\"shop\"', in stage 'authenticate' or 'authorize'.",
    )
  if (addsInVain(parts)) add('Only run adds to the context.', 'Omit adds, or use run.')
  return problems
}

function remedyForStage(written: string): string {
  const near = nearestName(String(written), STAGES)
  return near === undefined ? `Use one of ${STAGES.join(', ')}.` : `Did you mean '${near}'?`
}

function isChallenge({ challenge, stage }: Parts): boolean {
  if (challenge === undefined) return true
  const hasPlace = stage === 'authenticate' || stage === 'authorize'
  if (!hasPlace || typeof challenge !== 'string') return false
  // RFC 9110 §11.6.1: a scheme, then what belongs to it.
  return isToken(challenge.split(' ', 1)[0] as string) && /^[\t\x20-\x7e]*$/.test(challenge)
}

function addsInVain({ adds = [], run }: Parts): boolean {
  return adds.length > 0 && run === undefined
}

function wrongStage(name: (typeof FUNCTIONS)[number], stage: Stage): string | undefined {
  const late = stage === 'respond' || stage === 'record'
  if (name === 'transform') return stage === 'respond' ? undefined : "Put it in stage 'respond'."
  if (name === 'observe') return stage === 'record' ? undefined : "Put it in stage 'record'."
  return late ? "Put it in a stage up to 'handle'." : undefined
}
