import type { Graph } from './graph.ts'
import type { Injectable } from './injectable.ts'
import type { ServiceNode } from './service-node.ts'

/** Where a walk begins. */
export interface Root {
  /** What is needed there. */
  readonly target: Injectable
  /** What needs it, for messages: `route orders.show (GET /orders/:id)`. */
  readonly place: string
  /** `singleton`: it is kept as long as the app, so what lives for one request is not available there. Default: any. */
  readonly scope?: 'singleton' | undefined
}

/** A root as the walk sees it. Without a place it is a provider, verified even if no root needs it. */
export interface WalkRoot extends Omit<Root, 'place'> {
  readonly place?: string | undefined
}

/** How a node was first reached. */
export type FoundBy = { readonly node: ServiceNode } | { readonly root: WalkRoot }

/** Follows every need from the roots once, constructing nothing. */
export function walkGraph(graph: Graph, roots: readonly WalkRoot[]): Walk {
  const walk = new Walk(graph)
  for (const root of roots) walk.visitRoot(root)
  markPerRequest(walk)
  return walk
}

/** What a walk found out about everything that the roots need. */
export class Walk {
  /** Every node reached, each after what it needs. */
  readonly order: ServiceNode[] = []
  readonly foundBy = new Map<ServiceNode, FoundBy>()
  /** For each node those that need it. */
  readonly consumers = new Map<ServiceNode, ServiceNode[]>()
  /** Cycles of needs, each from the first node reached to its last. */
  readonly cycles: ServiceNode[][] = []
  /** Edges followed: the cost of the walk, for the test that it is linear. */
  steps = 0
  readonly #graph: Graph
  readonly #open = new Set<ServiceNode>()
  // Lazy needs are followed after the rest: they close no cycle, since they are looked up after construction.
  readonly #later: { readonly node: ServiceNode; readonly by: ServiceNode }[] = []

  constructor(graph: Graph) {
    this.#graph = graph
  }

  visitRoot(root: WalkRoot): void {
    this.#visit(this.#graph.nodeOf(root.target), { root })
    for (let next = this.#later.shift(); next !== undefined; next = this.#later.shift()) {
      this.#visit(next.node, { node: next.by })
    }
  }

  #visit(node: ServiceNode, by: FoundBy): void {
    this.steps++
    if (this.#open.has(node)) {
      if ('node' in by) this.cycles.push(this.#cycle(node, by.node))
      return
    }
    if (this.foundBy.has(node)) return
    this.foundBy.set(node, by)
    this.#open.add(node)
    for (const edge of node.edges) {
      const needed = this.#graph.nodeOf(edge.target)
      edge.node = edge.kind === 'optional' && needed.kind === 'missing' ? undefined : needed
      if (edge.node === undefined) continue
      const consumers = this.consumers.get(needed)
      if (consumers === undefined) this.consumers.set(needed, [node])
      else consumers.push(node)
      if (edge.kind === 'lazy') this.#later.push({ node: needed, by: node })
      else this.#visit(needed, { node })
    }
    this.#open.delete(node)
    this.order.push(node)
  }

  /** The way from an open node down to the one that needs it again. */
  #cycle(start: ServiceNode, end: ServiceNode): ServiceNode[] {
    const cycle = [end]
    for (let node = end; node !== start;) {
      const by = this.foundBy.get(node)!
      if (!('node' in by)) break
      node = by.node
      cycle.unshift(node)
    }
    return cycle
  }
}

/** Carries "lives for one request" up from request-scoped nodes to the transient ones that hold them. */
function markPerRequest({ order, consumers }: Walk): void {
  const marked = order.filter((node) => node.isPerRequest)
  for (let node = marked.pop(); node !== undefined; node = marked.pop()) {
    for (const consumer of consumers.get(node) ?? []) {
      if (consumer.isPerRequest || consumer.scope !== 'transient') continue
      consumer.isPerRequest = true
      consumer.perRequestThrough = node
      marked.push(consumer)
    }
  }
}
