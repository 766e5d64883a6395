import { Graph } from './graph.ts'
import type { Injectable } from './injectable.ts'
import type { Provider } from './provider.ts'
import { walkGraph } from './walk.ts'

/**
 * Lists everything that some targets need, through any number of services, themselves included. Constructs nothing.
 *
 * @param providers - as the container has them
 */
export function reachableTargets(
  targets: readonly Injectable[],
  providers: readonly Provider[],
): ReadonlySet<Injectable> {
  const roots = targets.map((target) => ({ target }))
  return new Set(walkGraph(new Graph(providers, []), roots).order.map((node) => node.target))
}
