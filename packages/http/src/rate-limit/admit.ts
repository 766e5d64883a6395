// On the request path: a request is counted by all quotas of a stage, or refused.
import type { BaseContext, FrameworkError } from '@keelson/core'
import type { ReadyOptions, ReadyQuota } from './read-options.ts'
import { toSeconds, tooMany, uncounted } from './refusal.ts'
import type { Asked, StoreWatch, Taken } from './store-watch.ts'

/** What a request of a plan takes from one quota, and what gives it back. */
interface Item {
  readonly quota: ReadyQuota
  readonly take: Asked
  readonly giveBack: Asked
}

/** What a request of a plan is counted by. */
export interface Charge {
  readonly items: readonly Item[]
  readonly cost: number
  /** Whether a request that cannot be counted is refused. */
  readonly isClosed: boolean
  readonly hasHeaders: boolean
  /** `ratelimit-policy`, where all of them counted. */
  readonly policies: string
}

/** Puts together, once for each plan, what each of its requests is counted by. */
export function chargeOf(quotas: readonly ReadyQuota[], cost: number, options: ReadyOptions): Charge {
  const { isClosed, hasHeaders } = options
  const items = quotas.map((quota) => {
    const { limit, windowMs } = quota
    const asked = (amount: number): Asked => ({ quota, units: { limit, windowMs, amount } })
    return { quota, take: asked(cost), giveBack: asked(-cost) }
  })
  const policies = quotas.map(({ policy }) => policy).join(', ')
  return { items, cost, isClosed, hasHeaders, policies }
}

/** A request and one quota. */
interface Taking {
  readonly item: Item
  readonly key: string
  readonly taken: Taken
}

/**
 * Takes from all quotas. A request that one of them refuses is counted by none.
 *
 * @throws {TooManyRequestsError} when it does not fit
 * @throws {ServiceUnavailableError} when it cannot be counted, and must be
 */
export function admit(ctx: BaseContext, charge: Charge, watch: StoreWatch): void | Promise<void> {
  const takings: Taking[] = []
  let waiting: Promise<Taking>[] | undefined
  for (const item of charge.items) {
    const caller = item.quota.callerOf(ctx, 0)
    if (caller === undefined) continue
    const key = item.quota.prefix + caller
    const taken = watch.take(ctx, key, item.take)
    if (taken instanceof Promise) (waiting ??= []).push(taken.then((one) => ({ item, key, taken: one })))
    else takings.push({ item, key, taken })
  }
  if (waiting === undefined) return settle(ctx, takings, { charge, watch })
  return Promise.all(waiting).then((waited) => settle(ctx, [...takings, ...waited], { charge, watch }))
}

interface Counting {
  readonly charge: Charge
  readonly watch: StoreWatch
}

function settle(ctx: BaseContext, takings: readonly Taking[], counting: Counting): void | Promise<void> {
  const { charge } = counting
  const error = isAdmitted(takings) ? undefined : refusalOf(takings, charge)
  if (charge.hasHeaders) sayQuotas(ctx, takings, { charge, back: error === undefined ? 0 : charge.cost })
  if (error !== undefined) return giveBack(ctx, takings, { ...counting, error })
}

function isAdmitted(takings: readonly Taking[]): boolean {
  for (const { taken } of takings) if (taken?.isTaken !== true) return false
  return true
}

function refusalOf(takings: readonly Taking[], { isClosed }: Charge): FrameworkError | undefined {
  const refused = takings.filter(({ taken }) => taken?.isTaken === false)
  if (refused.length > 0) {
    const names = refused.map(({ item }) => item.quota.name).join(', ')
    return tooMany(names, Math.max(...refused.map(({ taken }) => taken?.resetMs ?? 0)))
  }
  return isClosed ? uncounted() : undefined
}

/** Gives back to those that it was taken from, and throws. */
function giveBack(
  ctx: BaseContext,
  takings: readonly Taking[],
  { watch, error }: Counting & { readonly error: FrameworkError },
): Promise<never> {
  const back = takings
    .filter(({ taken }) => taken?.isTaken === true)
    .map(({ item, key, taken }) =>
      taken !== undefined && 'giveBack' in taken ? taken.giveBack() : watch.take(ctx, key, item.giveBack),
    )
    .filter((one) => one instanceof Promise)
  if (back.length === 0) throw error
  return Promise.all(back).then(() => {
    throw error
  })
}

/** What is said of the quotas of a stage. */
interface Saying {
  readonly charge: Charge
  /** What is given back to those that it was taken from. */
  readonly back: number
}

/** Lists the quotas, after those that an earlier stage listed. */
function sayQuotas(
  { responseHeaders }: BaseContext,
  takings: readonly Taking[],
  { charge, back }: Saying,
): void {
  let limits = ''
  let said = 0
  for (const { item, taken } of takings) {
    if (taken === undefined) continue
    const left = taken.isTaken ? taken.left + back : taken.left
    const comma = said++ === 0 ? '' : ', '
    limits += `${comma}"${item.quota.name}";r=${left};t=${toSeconds(taken.resetMs)}`
  }
  if (said === 0) return
  const policies = said === charge.items.length ? charge.policies : policiesOf(takings)
  const earlier = responseHeaders.get('ratelimit')
  if (earlier === undefined) responseHeaders.set('ratelimit', limits).set('ratelimit-policy', policies)
  else
    responseHeaders
      .set('ratelimit', `${earlier}, ${limits}`)
      .set('ratelimit-policy', `${responseHeaders.get('ratelimit-policy')}, ${policies}`)
}

function policiesOf(takings: readonly Taking[]): string {
  return takings.flatMap(({ item, taken }) => (taken === undefined ? [] : item.quota.policy)).join(', ')
}
