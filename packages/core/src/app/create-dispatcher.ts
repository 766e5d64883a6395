// The global is a getter, called for every request.
import { performance } from 'node:perf_hooks'
import { createRequestIdPolicy, createTimerWheel } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type { InjectionSource } from '../operation/index.ts'
import { PlanDispatcher } from './dispatcher.ts'
import { isReadinessProbe } from './health.ts'
import type { ApplicationOptions } from './options.ts'
import type { Plans } from './plans.ts'
import { requestLogOf } from './request-log.ts'

/** What a dispatcher takes from its app besides the plans. */
export interface DispatcherSource {
  readonly options: ApplicationOptions
  readonly log: Logger
  readonly injection: InjectionSource
  readonly requestIdHeader: string | undefined
  readonly draining: AbortSignal
  readonly isReady: () => boolean
}

/** Makes the dispatcher of an app that has started its services. */
export function createDispatcher(plans: Plans, source: DispatcherSource): PlanDispatcher {
  const { options, log, injection, requestIdHeader, draining, isReady } = source
  const { requestId = {}, trustTrace = true, ports, health } = options
  const clock = ports?.clock
  // Frames use the time base of `performance.now()`: a clock with another origin is shifted to it.
  const skewMs = clock === undefined ? 0 : Math.round(performance.now() - clock.monotonic())
  const now = clock === undefined ? () => performance.now() : () => clock.monotonic() + skewMs
  return new PlanDispatcher({
    log,
    requestLog: requestLogOf(log, ({ name }) => !isReady() && health !== false && isReadinessProbe(name)),
    wheel: createTimerWheel({ now }),
    now,
    injection,
    lookup: plans.lookup,
    unmatched: plans.unmatched,
    notFound: plans.notFound,
    refused: plans.refused,
    requestId: createRequestIdPolicy(requestId),
    inboundIdHeader: requestId.trust === undefined || requestId.trust === false ? undefined : requestIdHeader,
    requestIdHeader,
    trustTrace,
    draining,
    offersUpgrades: plans.plans.some(({ flat }) => flat?.route.options.upgrades !== undefined),
  })
}
