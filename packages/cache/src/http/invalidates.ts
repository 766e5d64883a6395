import {
  CLOCK,
  FrameworkError,
  middleware,
  type BaseContext,
  type Clock,
  type Logger,
  type Middleware,
  type Needs,
  type Outcome,
} from '@keelson/core'
import { runOutsideFrame } from '@keelson/core/frames'
import { checkOptions, refuseCall } from '@keelson/core/options'
import { waitUntil } from '@keelson/core/ports'
import { CACHE, noteRouteTags } from '../cache-plugin/index.ts'
import { doAgain } from '../namespace/index.ts'
import { assertTags, MAX_INVALIDATED, quotedTags, tagProblem } from '../tags/index.ts'
import type { Cache } from '../contract/index.ts'
import type { InputContext } from './answer-key.ts'
import type { InvalidatedTags, InvalidatesOptions } from './contract.ts'
import { withKnownParams } from './known-params.ts'
import { idleNeeds, INVALIDATES_OPTIONS } from './options.ts'

/** How long an answer waits for the shared store, ms. This process has dropped the values by then. */
const WAIT_MS = 1_000
/** So many errors are looked at, of which each is the cause of the one before. */
const MAX_CAUSES = 10

/**
 * Makes a miss of all that carries these tags, in all processes, when a route has answered: after the commit where a transaction is open, and
 * before the answer is sent, for at most a second, so that its caller reads what it has written. From then to the commit, reads of these tags
 * in the transaction pass the cache by. An invalidation that the shared store does not take is kept, and tried again.
 *
 * Not where the answer is from 400 to 499: what was refused has changed nothing. Where nobody knows what was changed, since the route failed, its
 * client left, or its deadline passed, it is done as well: one too many costs a miss, one too few serves what is wrong.
 *
 * @param tags - or one function, which is given the request, and the outcome where there is one; or `{ needs, tags }`, where it needs what
 *   middleware adds
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not a tag
 * @example
 * const close = route.post('/orders/:id/close', { access: 'public', use: [invalidates('orders')] }, () => 'closed')
 * const move = route.post('/orders/:id/move', { access: 'public', use: [invalidates(({ params }) => `order:${String(params.id)}`)] }, () => 'moved')
 */
export function invalidates(...tags: readonly [string, ...string[]] | readonly [InvalidatedTags]): Middleware
export function invalidates<TNeeds extends object>(
  options: InvalidatesOptions<TNeeds>,
): Middleware<{}, TNeeds>
export function invalidates(...given: readonly unknown[]): Middleware {
  const { needs, tags } = readOptions(given)
  const fixed = typeof tags === 'function' ? undefined : tags
  if (fixed !== undefined) checkTags(fixed)
  const tagsOf = (ctx: BaseContext, outcome: Outcome | undefined): readonly string[] =>
    fixed ?? tagsBy(tags as InvalidatedTags<never>, ctx, outcome)
  return middleware({
    name: 'invalidates',
    stage: 'handle',
    inject: { cache: CACHE, clock: CLOCK },
    needs: needs as Needs<{}> | undefined,
    for: (route) => {
      if (route.name === undefined || route.isProbe) return null
      noteRouteTags(route, { invalidates: fixed ?? 'any' })
      return undefined
    },
    wrap: async (ctx, next, services) => {
      const parts = { ...services, log: ctx.log }
      let outcome: Outcome
      try {
        outcome = await next()
      } catch (error) {
        if (!isRefused(ctx, error))
          await invalidateUnknown(() => tagsOf(ctx, undefined), { ...parts, isAgain: mayCommit(error) })
        throw error
      }
      if (outcome.status < 400 || outcome.status >= 500) await invalidateWithin(tagsOf(ctx, outcome), parts)
      return outcome
    },
    describe: {
      explain: `${fixed === undefined ? 'tags told by each request' : quotedTags(fixed)}, after the commit and before the answer`,
    },
  })
}

function checkTags(tags: readonly unknown[]): void {
  const problem =
    tags.length === 0
      ? { message: 'No tag is given.', remedy: "Give names, invalidates('orders'), or one function." }
      : tagProblem(tags, MAX_INVALIDATED)
  refuseCall(problem === undefined ? [] : [problem], { name: 'invalidates', below: invalidates })
}

/** One function or list is given by itself, or with what it needs. */
function readOptions(given: readonly unknown[]): InvalidatesOptions<never> {
  const [first] = given
  if (given.length !== 1 || typeof first !== 'object' || first === null)
    return { tags: (given.length === 1 && typeof first === 'function' ? first : given) as readonly string[] }
  checkOptions(INVALIDATES_OPTIONS, first, { name: 'invalidates', below: invalidates as never })
  const options = first as InvalidatesOptions<never>
  const isIdle = options.needs !== undefined && typeof options.tags !== 'function'
  refuseCall(isIdle ? [idleNeeds('tags')] : [], { name: 'invalidates', below: invalidates as never })
  return options
}

/** @throws {ArgumentError} `ERR_CORE_ARGUMENT` for what is not a tag, before a transaction commits */
function tagsBy(
  tags: InvalidatedTags<never>,
  ctx: BaseContext,
  outcome: Outcome | undefined,
): readonly string[] {
  const place = `invalidates of ${ctx.routeName}`
  const given = tags(withKnownParams(ctx as InputContext, place) as never, outcome)
  const list = typeof given === 'string' ? [given] : given
  assertTags(list, place, MAX_INVALIDATED)
  return list
}

/** Whether the error is an answer of the route that says that nothing was changed. */
function isRefused({ frame }: BaseContext, error: unknown): boolean {
  return !frame.isAborted && FrameworkError.is(error) && error.status < 500 && !mayCommit(error)
}

/** Whether the transaction of a handler may commit later: the error says so, or one that it was made of. */
function mayCommit(error: unknown): boolean {
  let one = error
  for (let depth = 0; depth < MAX_CAUSES && one instanceof Error; depth++) {
    if (FrameworkError.is(one) && one.code === 'ERR_DB_OUTCOME_UNKNOWN') return true
    one = one.cause
  }
  return false
}

interface Parts {
  readonly cache: Cache
  readonly clock: Clock
  readonly log: Logger
}

/** The failure of the route goes on, whatever happens here. */
async function invalidateUnknown(
  tagsOf: () => readonly string[],
  { isAgain, ...parts }: Parts & { readonly isAgain: boolean },
): Promise<void> {
  let tags: readonly string[]
  try {
    tags = tagsOf()
  } catch (error) {
    parts.log.error({ err: error }, 'The tags of a route that has failed are not known.')
    return
  }
  if (isAgain) doAgain(parts.cache, () => parts.cache.invalidate(tags))
  await invalidateWithin(tags, parts)
}

/** The change was made: nothing that happens here makes a failure of it. */
async function invalidateWithin(tags: readonly string[], { cache, clock, log }: Parts): Promise<void> {
  // It is told also when the client has left.
  const done = runOutsideFrame(() => cache.invalidate(tags))
  const late = new Error(
    `The shared store took longer than ${WAIT_MS} ms for an invalidation, which goes on.`,
  )
  try {
    await waitUntil(() => done, { limit: { clock, limitMs: WAIT_MS, late: () => late } })
  } catch (error) {
    if (error === late) log.warn(late.message)
    else log.error({ err: error }, 'Tags could not be invalidated.')
  }
}
