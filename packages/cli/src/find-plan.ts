import type { App, Plan } from '@keelson/core'
import { nearestName } from '@keelson/core/options'
import { createLookup } from '@keelson/core/spi'
import { UsageError } from './cli-errors.ts'

/**
 * Finds a route by name (`orders.show`), by method and pattern (`GET /orders/:id`) or by a path that it serves
 * (`GET /orders/42`).
 *
 * @throws {UsageError} when it is not found; the message names similar ones
 * @throws {SetupError} when the app could not start
 */
export function findPlan(app: App, wanted: string): Plan {
  return findCall(app, wanted).plan
}

/** A route, with the input in the path by which it was found. */
export interface FoundCall {
  readonly plan: Plan
  /** Values of a path such as `/orders/42`; none for a name or a pattern. */
  readonly params?: Readonly<Record<string, string>>
  /** Of a path with `?`; several values of one key are a list. */
  readonly query?: Readonly<Record<string, string | string[]>>
}

/** As {@link findPlan}, with the input of a path: `GET /orders/42?full=true`. */
export function findCall(app: App, wanted: string): FoundCall {
  const { plans } = app
  const named = plans.find((plan) => plan.name === wanted)
  const found = named === undefined ? byPath(app, wanted) : { plan: named }
  if (found !== undefined) return found
  const like = plans.flatMap(({ name = '' }) => (isLike(name, wanted) ? [name] : []))
  const near = nearestName(
    wanted,
    plans.flatMap(({ name = [] }) => name),
  )
  const meant = like.length > 0 ? like.slice(0, 5) : near === undefined ? [] : [near]
  const hint = meant.length > 0 ? `Did you mean ${meant.join(', ')}?` : 'keelson routes lists all.'
  throw new UsageError(`There is no route '${wanted}'. ${hint}`)
}

function byPath({ plans, '~internal': { options } }: App, wanted: string): FoundCall | undefined {
  const [, method = '', target = ''] = /^([A-Za-z*]+)\s+(\/\S*)$/.exec(wanted.trim()) ?? []
  if (target === '') return undefined
  const upper = method.toUpperCase()
  const exact = plans.find((plan) => plan.pattern === target && plan.flat?.route.method === upper)
  if (exact !== undefined) return { plan: exact }
  const entries = plans.flatMap((plan) =>
    plan.flat === undefined
      ? []
      : [{ method: plan.flat.route.method, pattern: plan.flat.pattern, value: plan, place: plan.flat.place }],
  )
  const { lookup } = createLookup(entries, options.routing)
  const [path = '', search] = target.split('?', 2)
  const match = lookup.match(upper, path)
  if (match === undefined) return undefined
  const { value: plan, values } = match
  const pairs = plan.paramNames.flatMap((name, index): [string, string][] => {
    const text = values[index] ?? ''
    // A pattern, `/orders/:id`, has no values.
    return text.startsWith(':') || text === '' ? [] : [[name, text]]
  })
  return {
    plan,
    ...(pairs.length === 0 ? {} : { params: Object.fromEntries(pairs) }),
    ...(search === undefined ? {} : { query: queryOf(search) }),
  }
}

function queryOf(search: string): Record<string, string | string[]> {
  const query = new URLSearchParams(search)
  return Object.fromEntries(
    [...new Set(query.keys())].map((key) => {
      const all = query.getAll(key)
      return [key, all.length === 1 ? (all[0] as string) : all]
    }),
  )
}

function isLike(name: string, wanted: string): boolean {
  const last = (text: string): string => text.split('.').at(-1)?.toLowerCase() ?? ''
  return wanted !== '' && (name.toLowerCase().includes(wanted.toLowerCase()) || last(name) === last(wanted))
}
