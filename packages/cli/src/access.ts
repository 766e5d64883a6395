import type { AccessRule, AnyMiddleware, Plan } from '@keelson/core'

/** The access rules of a route: its own, else those of the nearest router above; none for a public route. */
export function accessRules({ flat }: Plan): readonly AnyMiddleware[] {
  const rule: AccessRule | undefined =
    flat?.route.options.access ?? flat?.routers.findLast((one) => one.access !== undefined)?.access
  return rule === undefined || rule === 'public' ? [] : ([rule].flat() as readonly AnyMiddleware[])
}

/** Who may call a route, as text: `public`, or the names of its rules. */
export function accessText(plan: Plan): string {
  const rules = accessRules(plan)
  return rules.length === 0 ? 'public' : rules.map((one) => one.name).join(' + ')
}

/** Whether a route asks no more of its callers than to be signed in, as `signedIn()` of `@keelson/auth` does. */
export function asksForUserAlone(plan: Plan): boolean {
  const rules = accessRules(plan)
  return rules.length > 0 && rules.every((one) => one.name === 'signed in')
}

/** What the access rules of a route would have somebody look at. */
export function notesOf(plan: Plan): readonly string[] {
  return accessRules(plan).flatMap(
    (one) => (one as { readonly '~notes'?: readonly string[] })['~notes'] ?? [],
  )
}

/**
 * Who reaches the handler of a route.
 *
 * - `open`: anybody: its access is public, and no middleware authenticates or authorizes
 * - `unclear`: its access is public, behind middleware that authenticates and does not say whether it refuses
 * - `guarded`: callers whom its access rule admits, or a middleware that requires credentials or authorizes
 */
export type Openness = 'open' | 'unclear' | 'guarded'

/** Who reaches the handler of a route, and the rules or the middleware that decide it. */
export function opennessOf(plan: Plan): { readonly openness: Openness; readonly by: readonly string[] } {
  const rules = accessRules(plan)
  if (rules.length > 0) return { openness: 'guarded', by: rules.map((one) => one.name) }
  const guards = plan.chain.filter(isGuard)
  if (guards.length > 0) return { openness: 'guarded', by: guards.map((one) => one.name) }
  const silent = plan.chain.filter((one) => one.stage === 'authenticate')
  return { openness: silent.length > 0 ? 'unclear' : 'open', by: silent.map((one) => one.name) }
}

/** Whether it declares that it requires credentials, or authorizes. */
function isGuard({ stage, describe }: AnyMiddleware): boolean {
  const refuses = describe.errors?.some((error) => error.status === 401) === true
  return stage === 'authorize' || describe.security !== undefined || refuses
}
