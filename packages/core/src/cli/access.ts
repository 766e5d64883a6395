import type { Plan } from '../pipeline/index.ts'
import { rulesOf, type AnyMiddleware } from '../routing/index.ts'

/** The rule that holds for a route, its own or that of the nearest router above: none for a public one. */
export function accessRules({ flat }: Plan): readonly AnyMiddleware[] {
  return flat === undefined ? [] : rulesOf(flat)
}

/** Who may call a route, in words: `public`, or the names of its rules. */
export function accessText(plan: Plan): string {
  const rules = accessRules(plan)
  return rules.length === 0 ? 'public' : rules.map((one) => one.name).join(' + ')
}
