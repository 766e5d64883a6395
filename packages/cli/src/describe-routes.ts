import type { App, Plan } from '@keelson/core'
import { accessText } from './access.ts'

/** One route as `keelson routes` lists it. */
export interface RouteDescription {
  /** Operation id: `orders.show`. */
  readonly name: string
  /** `*` for a mounted handler, which takes every method. */
  readonly method: string
  /** Full pattern: `/orders/:id`. */
  readonly path: string
  /** `public`, or the names of the access rules. */
  readonly access: string
  /** Names of all middleware in the order in which it runs, access rules included. */
  readonly middleware: readonly string[]
  /** `file:line` of the app, when known. */
  readonly source: string | undefined
}

/**
 * Lists the routes of an app, those of plugins and the probes included, in the order of the tree.
 *
 * @throws {SetupError} when the app could not start
 */
export function describeRoutes(app: App): RouteDescription[] {
  return app.plans.map(describePlan)
}

/** Describes one route by its plan. */
export function describePlan(plan: Plan): RouteDescription {
  const { name = '', pattern = '', chain, flat } = plan
  return {
    name,
    method: flat?.route.method ?? '*',
    path: pattern,
    access: accessText(plan),
    middleware: chain.map((one) => one.name),
    source: flat?.route.source,
  }
}
