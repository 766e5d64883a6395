import type { Plan } from '../pipeline/index.ts'
import { createLookup } from '../routing/index.ts'
import type { App } from '../server/index.ts'
import { CliFault } from './cli-fault.ts'

/**
 * Finds a route by name (`orders.show`), by method and pattern (`GET /orders/:id`) or by a path that it serves
 * (`GET /orders/42`).
 *
 * @throws {CliFault} when there is none; names those that are like it
 * @throws {StartError} when the app could not start
 */
export function findPlan(app: App, wanted: string): Plan {
  const { plans } = app
  const found = plans.find((plan) => plan.name === wanted) ?? byPath(app, wanted)
  if (found !== undefined) return found
  const like = plans.flatMap(({ name = '' }) => (isLike(name, wanted) ? [name] : []))
  const hint = like.length > 0 ? `Did you mean ${like.slice(0, 5).join(', ')}?` : 'keelson routes lists all.'
  throw new CliFault(`There is no route '${wanted}'. ${hint}`)
}

function byPath({ plans, '~internal': { options } }: App, wanted: string): Plan | undefined {
  const [, method = '', path = ''] = /^([A-Za-z*]+)\s+(\/\S*)$/.exec(wanted.trim()) ?? []
  if (path === '') return undefined
  const upper = method.toUpperCase()
  const exact = plans.find((plan) => plan.pattern === path && plan.flat?.route.method === upper)
  if (exact !== undefined) return exact
  const entries = plans.flatMap((plan) =>
    plan.flat === undefined
      ? []
      : [{ method: plan.flat.route.method, pattern: plan.flat.pattern, value: plan, place: plan.flat.place }],
  )
  const { lookup } = createLookup(entries, options.routing)
  return lookup.match(upper, path)?.value ?? (upper === 'HEAD' ? lookup.match('GET', path)?.value : undefined)
}

function isLike(name: string, wanted: string): boolean {
  const last = (text: string): string => text.split('.').at(-1)?.toLowerCase() ?? ''
  return wanted !== '' && (name.toLowerCase().includes(wanted.toLowerCase()) || last(name) === last(wanted))
}
