import type { DescribedAnswer } from '@keelson/contract'
import {
  anything,
  callable,
  callSite,
  checkOptions,
  flag,
  listOf,
  nested,
  ofKind,
  oneOf,
  optionTable,
  required,
  text,
  type ErrorDefinition,
  toCallError,
} from '../errors/index.ts'
import { DESCRIBE_OPTIONS } from './describe-options.ts'
import { SERVICES_OPTION } from './option-tables.ts'
import {
  STAGES,
  type Middleware,
  type MiddlewareDescription,
  type PipelineStage,
} from './middleware-contract.ts'
import type {
  Adds,
  Injected,
  MiddlewareDefinition,
  Narrowing,
  Needs,
  PartsForRoute,
  StageFits,
} from './middleware-definition.ts'
import { findProblems, type DefinedParts } from './middleware-problems.ts'

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

/** The statuses that a middleware describes; those that only the start knows are not in any type. */
type Answers<TResponses> = number extends keyof TResponses
  ? never
  : { [S in keyof TResponses & number]: DescribedAnswer<S> }[keyof TResponses & number]

/** The stage is in the type where it matters: a middleware of another stage than `authorize` is not an access rule. */
type OfStage<M, TStage, TNeeds, TNarrow> = 'authorize' extends TStage
  ? M & Narrowing<TNeeds, TNarrow>
  : M & { readonly stage: TStage }

/**
 * Makes a middleware: named parts of the pipeline in one value. Write its members in the order of
 * {@link MiddlewareDefinition}: the compiler takes types from above to below.
 *
 * @throws {SetupError} `ERR_CORE_MIDDLEWARE` when the parts do not fit together
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
  TStage extends PipelineStage = PipelineStage,
  TResponses extends MiddlewareDescription['responses'] = {},
  TServices extends Injected = {},
  TState = never,
  const TNarrow extends string = never,
>(
  definition: MiddlewareDefinition<
    {
      stage: TStage
      services: TServices
      name: TName
      needs: TNeeds
      narrows: TNarrow
      errors: TErrors
      responses: TResponses
    },
    TState,
    TResult
  > &
    StageFits[TStage],
): OfStage<
  Middleware<Adds<TResult>, TNeeds, NonNullable<TErrors['~error']> | Answers<TResponses>>,
  TStage,
  TNeeds,
  TNarrow
> {
  checkOptions(MIDDLEWARE_OPTIONS, definition, { name: 'middleware', below: middleware as never })
  const source = callSite(middleware as never)
  const { name, stage, isFirst, isSingle, isPerCaller, transaction, kinds, state } = definition
  const problems = findProblems(definition as DefinedParts, source())
  if (problems.length > 0) throw toCallError('middleware', problems)
  const value = {
    kind: 'middleware' as const,
    name,
    stage,
    isFirst,
    isSingle,
    kinds: kinds && Object.freeze([...kinds]),
    inject: Object.freeze({ ...definition.inject }),
    state,
    isPerCaller,
    transaction,
    adds: Object.freeze([...((definition as DefinedParts).adds ?? [])]),
    needs: Object.freeze([...((definition as DefinedParts).needs?.names ?? [])]),
    describe: Object.freeze({ ...definition.describe }),
    narrows: definition.narrows && Object.freeze([...definition.narrows]),
    challenge: definition.challenge,
    ...partsOf(definition as DefinedParts),
    get source() {
      return source()
    },
  }
  return Object.freeze(value) as never
}

function partsOf(definition: DefinedParts): object {
  const { for: ask, principal, tenant, run, wrap, transform, encode, observe } = definition
  return { for: ask, principal, tenant, run, wrap, transform, encode, observe }
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

const PART_OPTIONS = {
  run: callable('Gives additions, a reply, or nothing.'),
  wrap: callable('Goes around the rest of its stage and the stages up to `handle`.'),
  transform: callable('Changes the outcome.'),
  encode: callable('Changes the answer as it goes out.'),
  observe: callable('Is called for every request that ended.'),
}

/** What `for` of a middleware may give. */
export const FOR_ROUTE_OPTIONS = optionTable<PartsForRoute<unknown, unknown, unknown>>({
  ...PART_OPTIONS,
  describe: nested(DESCRIBE_OPTIONS, 'In place of its own description.'),
  problems: listOf(
    nested(
      optionTable<{ readonly message: string; readonly remedy: string }>({
        message: required(text('What is wrong, as a sentence.')),
        remedy: required(text('What to do about it.')),
      }),
      'Why the route cannot have it.',
    ),
  ),
})

/** Parts of {@link middleware}. */
const MIDDLEWARE_OPTIONS = optionTable<MiddlewareDefinition>({
  name: required(anything('Shown by `explain` and in messages.', { what: 'a text' })),
  stage: required(anything('Where it stands.', { what: `one of ${STAGES.join(', ')}` })),
  isFirst: flag('Whether it stands before others of its stage.'),
  isSingle: flag('Whether of those of its name only the nearest stands.'),
  kinds: listOf(text('Kinds of call in whose plans it stands.'), undefined, { minItems: 1 }),
  inject: SERVICES_OPTION,
  state: callable('Makes what its parts hold besides.'),
  adds: listOf(text('Names that `run` adds to the context.')),
  isPerCaller: flag('Whether what it adds differs from caller to caller.'),
  transaction: oneOf(['opens', 'outside'], 'Whether it opens a transaction, or works outside of one alone.'),
  needs: NEEDS_OPTION,
  narrows: listOf(text('Names that an access rule proves to be there.')),
  for: callable('Says which parts run in a plan.'),
  principal: callable('Says who the caller is.'),
  tenant: callable('Says which tenant the request works for.'),
  ...PART_OPTIONS,
  // Looked at where its stage is.
  challenge: anything('What a 401 of its routes says of how to authenticate.'),
  describe: nested(DESCRIBE_OPTIONS, 'Goes into the OpenAPI document and the typed client.'),
})
