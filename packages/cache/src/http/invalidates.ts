import { CLOCK, middleware, type Clock, type Logger, type Middleware } from '@keelson/core'
import { runOutsideFrame } from '@keelson/core/frames'
import { refuseCall } from '@keelson/core/options'
import { CACHE, noteRouteTags } from '../cache-plugin/index.ts'
import { assertTags, tagProblem } from '../tags/index.ts'
import type { InvalidatedTags } from './contract.ts'

/** How long an answer waits for the shared store, ms. This process has dropped the values by then. */
const WAIT_MS = 1_000

/** As many tags as one call of `invalidate` takes. */
const MAX_TAGS = 1_000

/**
 * Makes a miss of all that carries these tags, in all processes, when a route has answered below 400: after the commit where a transaction is
 * open, and before the answer is sent, for at most a second, so that its caller reads what it has written. From then to the commit, reads of
 * these tags in the transaction pass the cache by. An invalidation that the shared store does not take is kept, and tried again.
 *
 * @param tags - or one function, which is given the request and the outcome
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not a tag
 * @example
 * const close = route.post('/orders/:id/close', { access: 'public', use: [invalidates('orders')] }, () => 'closed')
 * const move = route.post('/orders/:id/move', { access: 'public', use: [invalidates(({ params }) => `order:${String(params.id)}`)] }, () => 'moved')
 */
export function invalidates(
  ...tags: readonly [string, ...string[]] | readonly [InvalidatedTags]
): Middleware {
  const [first] = tags
  const fixed = typeof first === 'function' ? undefined : (tags as readonly string[])
  if (fixed !== undefined) checkTags(fixed)
  return middleware({
    name: 'invalidates',
    stage: 'handle',
    inject: { cache: CACHE, clock: CLOCK },
    for: (route) => {
      if (route.name === undefined || route.isProbe) return null
      noteRouteTags(route, { invalidates: fixed ?? 'any' })
      return undefined
    },
    wrap: async (ctx, next, { cache, clock }) => {
      const outcome = await next()
      if (outcome.status >= 400) return outcome
      const given = fixed ?? listed((first as InvalidatedTags)(ctx as never, outcome))
      // The change is made: it is told also when the client has left.
      await within(
        runOutsideFrame(() => cache.invalidate(given)),
        { clock, log: ctx.log },
      )
      return outcome
    },
    describe: { explain: fixed === undefined ? 'tags by outcome' : fixed.join(', ') },
  })
}

function checkTags(tags: readonly unknown[]): void {
  const problem =
    tags.length === 0
      ? { message: 'No tag is given.', remedy: "Give names, invalidates('orders'), or one function." }
      : tagProblem(tags, MAX_TAGS)
  refuseCall(problem === undefined ? [] : [problem], { name: 'invalidates', below: invalidates })
}

/** @throws {ArgumentError} `ERR_CORE_ARGUMENT` for what is not a tag, before a transaction commits */
function listed(given: string | readonly string[]): readonly string[] {
  const tags = typeof given === 'string' ? [given] : given
  assertTags(tags, 'invalidates', MAX_TAGS)
  return tags
}

/** The change was made: nothing that happens here makes a failure of it. */
async function within(
  done: Promise<void>,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<void> {
  let isLate = false
  let timer: ReturnType<Clock['setTimeout']> | undefined
  const late = new Promise<void>((resolve) => {
    timer = clock.setTimeout(() => {
      isLate = true
      resolve()
    }, WAIT_MS)
  })
  try {
    await Promise.race([done, late])
  } catch (error) {
    log.error({ err: error }, 'Tags could not be invalidated.')
  } finally {
    timer?.cancel()
  }
  if (isLate) log.warn(`The shared store took longer than ${WAIT_MS} ms for an invalidation, which goes on.`)
}
