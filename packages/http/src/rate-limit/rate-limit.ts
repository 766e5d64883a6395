import {
  CLOCK,
  KEY_VALUE_STORE,
  middleware,
  ServiceUnavailableError,
  TooManyRequestsError,
  type BaseContext,
  type RouteFacts,
} from '@keelson/core'
import { admit, chargeOf, type Charge } from './admit.ts'
import { costProblems, nameProblems, roomProblems } from './plan-problems.ts'
import type { QuotaStoreOptions, RateLimit, RateLimitOptions } from './options.ts'
import { ProxyHint } from './proxy-hint.ts'
import { RATE_COST } from './rate-cost.ts'
import { readOptions, type ReadyOptions, type ReadyQuota } from './read-options.ts'
import type { StoreWatch } from './store-watch.ts'
import { watchOf } from './watch-of.ts'

/**
 * Limits how much each caller may ask for within a time, by the app's `KEY_VALUE_STORE`: 429 with `retry-after` beyond it (RFC
 * 6585 §4), and `ratelimit` and `ratelimit-policy` (draft-ietf-httpapi-ratelimit-headers-10) in every answer. Gives a list for `use`.
 * What stands in the app limits requests that no route takes as well. Probes of the app's health are exempt.
 *
 * What was taken comes back evenly, one unit each `windowMs / limit`: who asks at that rate is always admitted, and in any time of
 * `part × windowMs` at most `limit × (1 + part)` units are. What is refused is not counted.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`; at start for a name that two of one app have, two sizes of `maxBytes`, and for a `rateCost` that no quota has
 * @example
 * const limited = route.use(rateLimit({ limit: 100, windowMs: 60_000 }))
 */
export function rateLimit<const TFailure extends 'open' | 'closed' = 'open'>(
  options: RateLimitOptions<TFailure>,
): RateLimit<TFailure> {
  const ready = readOptions(options, { name: 'rateLimit', below: rateLimit })
  const stages = (['receive', 'authorize'] as const).flatMap((stage) => {
    const quotas = ready.quotas.filter((quota) => quota.stage === stage)
    return quotas.length > 0 ? [atStage(stage, quotas, { ...ready, store: options })] : []
  })
  return Object.freeze(stages) as RateLimit<TFailure>
}

/** The part of a stage; that of `authorize` before all others, since what is refused is not to cost anything. */
function atStage(
  stage: 'receive' | 'authorize',
  quotas: readonly ReadyQuota[],
  options: ReadyOptions & { readonly store: QuotaStoreOptions },
) {
  const describe = descriptionOf(quotas, options)
  const usual = chargeOf(quotas, 1, options)
  const isByAddress = quotas.some((quota) => quota.isByAddress)
  const self = {}
  /** Plans in which it stands already: one value in an app and in a router counts a request once. */
  const plans = new WeakSet<RouteFacts>()
  return middleware({
    name: 'rateLimit',
    stage,
    isFirst: stage === 'authorize',
    kinds: ['http'],
    inject: { store: KEY_VALUE_STORE, clock: CLOCK },
    state: ({ store, clock }) => ({
      watch: watchOf(store, clock, options.store),
      hint: isByAddress ? new ProxyHint() : undefined,
    }),
    for: (route: RouteFacts) => {
      const cost = route.meta(RATE_COST) ?? 1
      if (route.isProbe || cost === 0 || plans.has(route)) return null
      plans.add(route)
      const problems = [
        ...nameProblems(route.app, quotas, self),
        ...roomProblems(route.app, options.store),
        ...costProblems(quotas, cost),
      ]
      if (problems.length > 0) return { problems }
      if (cost === 1) return undefined
      const charge = chargeOf(quotas, cost, options)
      return {
        run: (ctx, { state }) => lookAndAdmit(ctx, charge, state),
        describe: { ...describe, explain: `${describe.explain}; a request takes ${cost}` },
      }
    },
    run: (ctx, { state }) => lookAndAdmit(ctx, usual, state),
    describe,
  })
}

function descriptionOf(quotas: readonly ReadyQuota[], { isClosed, hasHeaders }: ReadyOptions) {
  return {
    errors: isClosed ? [TooManyRequestsError, ServiceUnavailableError] : [TooManyRequestsError],
    headers: hasHeaders
      ? {
          ratelimit: 'What is left of each quota: `r` units, and more in `t` seconds.',
          'ratelimit-policy': `The quotas: \`q\` units in \`w\` seconds. \`${quotas.map(({ policy }) => policy).join(', ')}\``,
        }
      : {},
    explain: quotas.map(({ text }) => text).join('; '),
  }
}

interface State {
  readonly watch: StoreWatch
  readonly hint: ProxyHint | undefined
}

function lookAndAdmit(ctx: BaseContext, charge: Charge, { watch, hint }: State): void | Promise<void> {
  hint?.look(ctx)
  return admit(ctx, charge, watch)
}
