import type { AppFacts } from '@keelson/core'
import { readStoreOptions, type QuotaStoreOptions } from './options.ts'
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

/** How much room the first limit of each app has. */
const rooms = new WeakMap<AppFacts, number>()

/** All limits of an app count in one part of its store, which has one size. */
export function roomProblems(app: AppFacts, options: QuotaStoreOptions): Problem[] {
  const { maxBytes } = readStoreOptions(options)
  const first = rooms.get(app) ?? maxBytes
  rooms.set(app, first)
  if (first === maxBytes) return []
  return [
    {
      message: `Its maxBytes is ${maxBytes}, and that of another limit of the app ${first}: all of them count in one part of the store.`,
      remedy: `Give each rateLimit and quotas of the app the same maxBytes; the default is ${readStoreOptions({}).maxBytes}.`,
    },
  ]
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
