import type { AppFacts } from '@keelson/core'
import type { ReadyQuota } from './read-options.ts'

interface Problem {
  readonly message: string
  readonly remedy: string
}

/** Who has which name in each app. */
const owners = new WeakMap<AppFacts, Map<string, object>>()

/** Two quotas of one name would count together. */
export function nameProblems(
  app: AppFacts,
  quotas: readonly Pick<ReadyQuota, 'name'>[],
  owner: object,
): Problem[] {
  const names = owners.get(app) ?? new Map<string, object>()
  owners.set(app, names)
  return quotas.flatMap(({ name }) => {
    const first = names.get(name) ?? owner
    names.set(name, first)
    if (first === owner) return []
    return [
      {
        message: `Another limit of the app has a quota of the name '${name}', and the two would count together.`,
        remedy: "Give it a name of its own: name: 'sign-in'; or use one value in both places.",
      },
    ]
  })
}

/** What costs more than there ever is would always be refused. */
export function costProblems(quotas: readonly ReadyQuota[], cost: number): Problem[] {
  return quotas
    .filter(({ limit }) => cost > limit)
    .map(({ name, limit }) => ({
      message: `A request costs ${cost} units, and the quota '${name}' has ${limit}.`,
      remedy: 'Lower the rateCost, or raise the limit.',
    }))
}
