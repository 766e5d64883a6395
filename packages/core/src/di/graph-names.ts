import { type Graph, groupBy } from './graph.ts'
import type { Injectable } from './injectable.ts'
import type { Provider } from './provider.ts'
import { labelOf, type ServiceNode } from './service-node.ts'
import { tokenOrigin } from './token.ts'
import type { Walk, WalkRoot } from './walk.ts'

/** How messages call the services of one graph, and the way on which a walk found them. */
export class GraphNames {
  readonly #graph: Graph
  readonly #walk: Walk
  #sameLabel: ReadonlyMap<string, readonly Injectable[]> | undefined

  constructor(graph: Graph, walk: Walk) {
    this.#graph = graph
    this.#walk = walk
  }

  /** Name of a target; two that share one are told apart by where they come from. */
  label(target: Injectable): string {
    const label = labelOf(target)
    const same = this.#named(label)
    if (same.length < 2) return label
    const number = `#${same.indexOf(target) + 1}`
    if (typeof target !== 'symbol') return `${label}${number}`
    const origin = tokenOrigin(target)
    const isUnique =
      same.filter((other) => typeof other === 'symbol' && tokenOrigin(other) === origin).length < 2
    return `${label} (${origin}${isUnique ? '' : ` ${number}`})`
  }

  /** Other targets of the same name. */
  twins(target: Injectable): Injectable[] {
    return this.#named(labelOf(target)).filter((other) => other !== target)
  }

  /** Every target of a label. Not grouped before a message needs it: most checks find nothing. */
  #named(label: string): readonly Injectable[] {
    const graph = this.#graph
    this.#sameLabel ??= groupBy(
      new Set([...graph.providers.keys(), ...graph.overrides.keys(), ...graph.targets()]),
      labelOf,
    )
    return this.#sameLabel.get(label) ?? []
  }

  /** The place of the root that led to a node, or of the provider that no root needs. */
  place(node: ServiceNode): string {
    const { root, first } = this.#origin(node)
    if (root.place !== undefined) return root.place
    const label = this.label(first.target)
    return first.provider === undefined ? label : `bind(${label})${at(first.provider)}`
  }

  /** The way from the root to a node. A provider that no root needs begins its own way. */
  way(node: ServiceNode): string[] {
    const { root, between } = this.#origin(node)
    // `route orders.show` of `route orders.show (GET /orders/:id)`.
    const begin = root.place === undefined ? [] : [root.place.split(' (')[0]!]
    return [...begin, ...[...between, node].map((step) => this.label(step.target))]
  }

  /** The way in brackets, unless it would only repeat the name. */
  chain(node: ServiceNode): string {
    const way = this.way(node)
    return way.length === 1 ? '' : ` (${way.join(' -> ')})`
  }

  /** The root that led to a node, the root's own node, and those from there to before the node. */
  #origin(node: ServiceNode): { root: WalkRoot; first: ServiceNode; between: ServiceNode[] } {
    const between: ServiceNode[] = []
    for (let first = node; ;) {
      const by = this.#walk.foundBy.get(first)!
      if ('root' in by) return { root: by.root, first, between }
      first = by.node
      between.unshift(first)
    }
  }
}

/** Where `bind` was called, for messages. */
export function at(provider: Provider): string {
  const place = provider.place()
  return place === undefined ? '' : ` at ${place}`
}
