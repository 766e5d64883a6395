import type { AccessRule, AnyMiddleware, Plan } from '@keelson/core'
import { takesAnybody } from '@keelson/core/spi'

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
 * - `open`: anybody: its access is public, and no middleware requires credentials or authorizes
 * - `unclear`: its access is public, behind middleware that authenticates and does not say whether it refuses
 * - `guarded`: callers whom its access rule admits, or a middleware that requires credentials or authorizes
 */
export type Openness = 'open' | 'unclear' | 'guarded'

/** Who reaches the handler of a route, and the rules or the middleware that decide it. */
export function opennessOf(plan: Plan): { readonly openness: Openness; readonly by: readonly string[] } {
  const rules = accessRules(plan)
  if (rules.length > 0) return { openness: 'guarded', by: rules.map((one) => one.name) }
  const { chain } = plan
  const guards = chain.filter((one) => isGuard(one, chain))
  if (guards.length > 0) return { openness: 'guarded', by: guards.map((one) => one.name) }
  const silent = chain.filter((one) => one.stage === 'authenticate' && !takesAnybody(one, chain))
  return { openness: silent.length > 0 ? 'unclear' : 'open', by: silent.map((one) => one.name) }
}

/** Whether it authorizes, or declares that it requires credentials. */
function isGuard(one: AnyMiddleware, chain: readonly AnyMiddleware[]): boolean {
  if (one.stage === 'authorize') return true
  const { security, errors = [] } = one.describe
  const asks = security !== undefined || errors.some(({ status }) => status === 401)
  return asks && !takesAnybody(one, chain)
}
