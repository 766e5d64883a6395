import {
  anything,
  callSite,
  describeValue,
  flag,
  ForbiddenError,
  InternalError,
  NotFoundError,
  optionProblems,
  optionTable,
  required,
  text,
  withSource,
  type ErrorDefinition,
  type SetupProblem,
  isPromise,
  listOf,
  toCallError,
} from '../errors/index.ts'
import { isCondition } from '../condition/index.ts'
import { checkValue, isResponse } from './given-value.ts'
import { isReply } from './reply.ts'
import type { BaseContext } from './context.ts'
import type { Middleware } from './middleware-contract.ts'
import { middleware, NEEDS_OPTION } from './middleware.ts'
import { isRefusal, type Refusal } from './refuse.ts'
import type { NamesNeeded, Narrowing, Needs } from './middleware-definition.ts'

type MaybePromise<T> = T | Promise<T>
type Loaded<TAs extends string, TRecord> = [TRecord] extends [never]
  ? {}
  : { readonly [K in TAs]: Exclude<NonNullable<TRecord>, Refusal> }
type WireOf<E extends ErrorDefinition> = NonNullable<E['~error']>

/** What an access rule does; at least one of `load` and `allow` is given. */
export interface AccessRuleDefinition<TNeeds, TRecord, TAs extends string, TNarrow extends string = never> {
  /** Shown by `explain` and in messages. */
  readonly name: string
  /** What it must find on the context; where the rule is written in a route, the compiler knows it. */
  readonly needs?: Needs<TNeeds> | undefined
  /**
   * Names on the context that are there when it admits a request: the handler sees them without `undefined` and `null`. A
   * rule that admits one without them is a 500.
   */
  readonly narrows?: (readonly TNarrow[] & NamesNeeded<TNeeds, TNarrow>) | undefined
  /**
   * Loads the record that the params name. `undefined` or `null` answers 404, {@link refuse} 403; an answer, a condition, or
   * another value that is false, 500, since it was meant to refuse. Params are validated before.
   */
  readonly load?: ((ctx: BaseContext & TNeeds) => MaybePromise<TRecord>) | undefined
  /** Name of the record on the context; default `record`. */
  readonly as?: TAs | undefined
  /** Whether the record differs from caller to caller, where their params are the same: as `isPerCaller` of a middleware. */
  readonly isPerCaller?: boolean | undefined
  /** Whether the caller may go on; `false` answers 403, and so does {@link refuse}, which says why. Another
   * value is a 500. */
  readonly allow?:
    | ((ctx: BaseContext & TNeeds & Loaded<TAs, TRecord>) => MaybePromise<boolean | Refusal>)
    | undefined
}

/**
 * Makes an access rule: loads the record that is asked for, and says whether the caller may have it.
 *
 * @returns middleware of stage `authorize`; adds the record
 * @throws {SetupError} `ERR_CORE_MIDDLEWARE` for a rule that can refuse nobody
 * @throws {NotFoundError} `ERR_CORE_NOT_FOUND`, 404, when there is no record
 * @throws {ForbiddenError} `ERR_CORE_FORBIDDEN`, 403, when `allow` says no
 * @example
 * const ownOrder = accessRule({
 *   name: 'own order',
 *   needs: needs<{ params: { id: string }; orders: Orders; user: User }>('params', 'orders', 'user'),
 *   as: 'order',
 *   load: ({ params, orders }) => orders.find(params.id),
 *   allow: ({ order, user }) => order.ownerId === user.id,
 * })
 */
export function accessRule<
  TNeeds = {},
  TRecord = never,
  const TAs extends string = 'record',
  const TNarrow extends string = never,
>(
  definition: AccessRuleDefinition<TNeeds, TRecord, TAs, TNarrow>,
): Middleware<Loaded<TAs, TRecord>, TNeeds, WireOf<typeof ForbiddenError> | WireOf<typeof NotFoundError>> &
  Narrowing<TNeeds, TNarrow> {
  const source = callSite(accessRule as never)
  const at = { name: 'accessRule', below: accessRule as never }
  const problems = [
    ...optionProblems(ACCESS_RULE_OPTIONS, definition, at),
    ...findProblems((definition ?? {}) as AccessRuleDefinition<unknown, unknown, string>, source()),
  ]
  if (problems.length > 0) throw toCallError(at.name, problems)
  const { name, load, allow, as = 'record', isPerCaller } = definition
  const judge = (ctx: object, record: unknown): unknown => {
    if (load !== undefined) {
      if (record === undefined || record === null) throw new NotFoundError(`There is no such ${as}.`)
      if (isRefusal(record)) return admit(record, ctx as BaseContext, name)
      checkRecord(record, name)
      // At its place at once, since `allow` judges by it.
      ;(ctx as Record<string, unknown>)[as] = record
    }
    if (allow === undefined) return undefined
    const verdict = allow(ctx as never)
    return isPromise(verdict)
      ? Promise.resolve(verdict).then((value) => admit(value, ctx as BaseContext, name))
      : admit(verdict, ctx as BaseContext, name)
  }
  return middleware({
    name,
    stage: 'authorize',
    adds: (load === undefined ? [] : [as]) as never,
    isPerCaller,
    needs: definition.needs,
    narrows: definition.narrows as readonly never[] | undefined,
    describe: { errors: load === undefined ? [ForbiddenError] : [ForbiddenError, NotFoundError] },
    run: (ctx) => {
      if (load === undefined) return judge(ctx, undefined)
      const record = load(ctx as never)
      return isPromise(record) ? Promise.resolve(record).then((one) => judge(ctx, one)) : judge(ctx, record)
    },
  }) as never
}

/** A rule that refuses nobody is a slip: who means it says `access: 'public'`. */
function findProblems(
  { name, load, allow, as, isPerCaller }: AccessRuleDefinition<unknown, unknown, string>,
  source: string | undefined,
): SetupProblem[] {
  const problems: SetupProblem[] = []
  const place = withSource(`accessRule ${name}`, source)
  const add = (message: string, remedy: string) =>
    problems.push({ code: 'ERR_CORE_MIDDLEWARE', place, message, remedy })
  if (load === undefined && allow === undefined)
    add('It can refuse nobody.', "Give allow or load; what is open to all has access: 'public'.")
  for (const [what, value] of Object.entries({ load, allow })) {
    if (value !== undefined && typeof value !== 'function')
      add(`${what} is not a function.`, `Give ${what} a function, or omit it.`)
  }
  if (as !== undefined && load === undefined)
    add("Nothing is loaded for 'as' to name.", 'Omit as, or give load.')
  if (isPerCaller === true && load === undefined)
    add('isPerCaller is about what it loads, and it loads nothing.', 'Omit isPerCaller, or give load.')
  return problems
}

/** Options of {@link accessRule}; what makes a rule is looked at above. */
const ACCESS_RULE_OPTIONS = optionTable<AccessRuleDefinition<unknown, unknown, string>>({
  name: required(text('Shown by `explain` and in messages.', { minLength: 1 })),
  needs: NEEDS_OPTION,
  narrows: listOf(text('Names that are there when it admits a request.')),
  load: anything('Loads the record that the params name.'),
  as: text('Name of the record on the context.', { default: 'record', minLength: 1 }),
  isPerCaller: flag('Whether the record differs from caller to caller.'),
  allow: anything('Whether the caller may go on.'),
})

/** A rule that returns one of these meant to refuse. */
function checkRecord(record: {}, name: string): void {
  checkValue(record)
  const isAnswer = isReply(record) || (typeof record === 'object' && isResponse(record))
  const isJudgement = isCondition(record)
  if (!isAnswer && !isJudgement && Boolean(record)) return
  const what = isAnswer ? 'an answer' : isJudgement ? 'a condition' : describeValue(record, true)
  throw new InternalError(
    `The load of access rule ${name} returned ${what}, which is not a record: return undefined where there is none, or throw.`,
  )
}

function admit(verdict: unknown, ctx: BaseContext, rule: string): undefined {
  if (isRefusal(verdict)) {
    // Only here: the log of a request is made when it is read.
    ctx.log.info({ event: 'access-refused', rule, reason: verdict.reason }, 'An access rule refused.')
    throw new ForbiddenError(verdict.detail)
  }
  checkValue(verdict)
  if (verdict === false) throw new ForbiddenError()
  if (verdict !== true)
    throw new InternalError(
      `The allow of access rule ${rule} returned ${describeValue(verdict)}: return true, false, or refuse(why).`,
    )
}
