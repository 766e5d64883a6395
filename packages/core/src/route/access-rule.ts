import {
  anything,
  callSite,
  describeValue,
  ForbiddenError,
  InternalError,
  NotFoundError,
  optionProblems,
  optionTable,
  required,
  StartError,
  text,
  type ErrorDefinition,
  type SetupProblem,
  isPromise,
} from '../errors/index.ts'
import { checkValue, isResponse } from './given-value.ts'
import { isReply } from './reply.ts'
import type { BaseContext } from './context.ts'
import type { Middleware } from './middleware-contract.ts'
import { middleware, NEEDS_OPTION } from './middleware.ts'
import type { Needs } from './middleware-definition.ts'

type MaybePromise<T> = T | Promise<T>
type Loaded<TAs extends string, TRecord> = [TRecord] extends [never]
  ? {}
  : { readonly [K in TAs]: NonNullable<TRecord> }
type WireOf<E extends ErrorDefinition> = NonNullable<E['~error']>

/** What an access rule does; at least one of `load` and `allow` is given. */
export interface AccessRuleDefinition<TNeeds, TRecord, TAs extends string> {
  /** Shown by `explain` and in messages. */
  readonly name: string
  /** What it must find on the context; where the rule is written in a route, the compiler knows it. */
  readonly needs?: Needs<TNeeds> | undefined
  /** Loads the record that the params name. `undefined` or `null` answers 404; an answer, or another value that is
   * false, 500, since it was meant to refuse. Params are validated before. */
  readonly load?: ((ctx: BaseContext & TNeeds) => MaybePromise<TRecord>) | undefined
  /** Name of the record on the context; default `record`. */
  readonly as?: TAs | undefined
  /** Whether the caller may go on; `false` answers 403. */
  readonly allow?: ((ctx: BaseContext & TNeeds & Loaded<TAs, TRecord>) => MaybePromise<boolean>) | undefined
}

/**
 * Makes an access rule: loads the record that is asked for, and says whether the caller may have it.
 *
 * @returns middleware of stage `authorize`; adds the record
 * @throws {StartError} `ERR_CORE_MIDDLEWARE` for a rule that can refuse nobody
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
export function accessRule<TNeeds = {}, TRecord = never, const TAs extends string = 'record'>(
  definition: AccessRuleDefinition<TNeeds, TRecord, TAs>,
): Middleware<Loaded<TAs, TRecord>, TNeeds, WireOf<typeof ForbiddenError> | WireOf<typeof NotFoundError>> {
  const source = callSite(accessRule as never)
  const at = { name: 'accessRule', below: accessRule as never }
  const problems = [
    ...optionProblems(ACCESS_RULE_OPTIONS, definition, at),
    ...findProblems((definition ?? {}) as AccessRuleDefinition<unknown, unknown, string>, source()),
  ]
  if (problems.length > 0) throw new StartError(problems)
  const { name, load, allow, as = 'record' } = definition
  const judge = (ctx: object, record: unknown): unknown => {
    if (load !== undefined) {
      if (record === undefined || record === null) throw new NotFoundError()
      checkRecord(record, name)
      // At its place at once, since `allow` judges by it.
      ;(ctx as Record<string, unknown>)[as] = record
    }
    if (allow === undefined) return undefined
    const verdict = allow(ctx as never)
    return isPromise(verdict) ? Promise.resolve(verdict).then(admit) : admit(verdict)
  }
  const rule = middleware({
    name,
    stage: 'authorize',
    adds: (load === undefined ? [] : [as]) as never,
    needs: definition.needs,
    describe: { errors: load === undefined ? [ForbiddenError] : [ForbiddenError, NotFoundError] },
    run: (ctx) => {
      if (load === undefined) return judge(ctx, undefined)
      const record = load(ctx as never)
      return isPromise(record) ? Promise.resolve(record).then((one) => judge(ctx, one)) : judge(ctx, record)
    },
  })
  // Where the rule was written, not the line above.
  const own = { get: source, enumerable: true }
  return Object.freeze(
    Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(rule), source: own }),
  ) as never
}

/** A rule that refuses nobody is a slip: who means it says `access: 'public'`. */
function findProblems(
  { name, load, allow, as }: AccessRuleDefinition<unknown, unknown, string>,
  source: string | undefined,
): SetupProblem[] {
  const problems: SetupProblem[] = []
  const place = `accessRule ${name}${source === undefined ? '' : ` (${source})`}`
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
  return problems
}

/** Options of {@link accessRule}; what makes a rule is looked at above. */
const ACCESS_RULE_OPTIONS = optionTable<AccessRuleDefinition<unknown, unknown, string>>({
  name: required(text('Shown by `explain` and in messages.', { minLength: 1 })),
  needs: NEEDS_OPTION,
  load: anything('Loads the record that the params name.'),
  as: text('Name of the record on the context.', { default: 'record', minLength: 1 }),
  allow: anything('Whether the caller may go on.'),
})

/** Whoever returned one of these meant to refuse. */
function checkRecord(record: {}, name: string): void {
  checkValue(record)
  const isAnswer = isReply(record) || (typeof record === 'object' && isResponse(record))
  if (!isAnswer && Boolean(record)) return
  throw new InternalError(
    `The load of access rule ${name} returned ${isAnswer ? 'an answer' : describeValue(record, true)}, which is not a record: return undefined where there is none, or throw.`,
  )
}

function admit(verdict: unknown): undefined {
  checkValue(verdict)
  if (verdict !== true) throw new ForbiddenError()
}
