import type { RouteFacts } from '@keelson/core'

/** Where the policy that counts in a plan is found while it runs. */
export interface Slot<TPolicy> {
  readonly policy: TPolicy
}

/**
 * Finds what counts where several middlewares of one piece stand in a plan, of the app, a router and a route: the nearest says what
 * is done, and the outermost does it, since that one sees every answer.
 */
export class NearestPolicy<TPolicy> {
  readonly #byPlan = new WeakMap<RouteFacts, { policy: TPolicy }>()

  /** Called from the app inwards, once for each middleware of the plan. */
  join(route: RouteFacts, policy: TPolicy): { readonly slot: Slot<TPolicy>; readonly isOutermost: boolean } {
    const known = this.#byPlan.get(route)
    if (known !== undefined) {
      known.policy = policy
      return { slot: known, isOutermost: false }
    }
    const slot = { policy }
    this.#byPlan.set(route, slot)
    return { slot, isOutermost: true }
  }
}
