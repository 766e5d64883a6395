import { type SetupProblem, StartError } from '../errors/index.ts'
import type {
  Container,
  ContainerOptions,
  DisposeOptions,
  RequestScope,
  ServiceFacts,
  WarmOptions,
} from './contract.ts'
import { createEngine } from './engine.ts'
import { Graph } from './graph.ts'
import type { Injectable } from './injectable.ts'
import { describeProblems, describeProviderProblems } from './problems.ts'
import type { Provider } from './provider.ts'
import { Scope, type ScopeParent } from './request-scope.ts'
import { closedError, notMadeError } from './service-error.ts'
import { isStartable, type ServiceNode } from './service-node.ts'
import { Singletons } from './singletons.ts'
import { type Root, type Walk, walkGraph, type WalkRoot } from './walk.ts'

/**
 * Makes the container of one app. Nothing is read or constructed yet.
 *
 * @example
 * const container = createContainer([bind(CLOCK, { value: systemClock })])
 * const problems = container.check([{ target: Orders, place: 'route orders.show' }])
 * if (problems.length > 0) throw new StartError(problems)
 * const orders = container.resolve(Orders)
 */
export function createContainer(providers: readonly Provider[], options: ContainerOptions = {}): Container {
  return new AppContainer(providers, options.overrides ?? [])
}

class AppContainer implements Container, ScopeParent {
  readonly #graph: Graph
  readonly #singletons = new Singletons(createEngine())
  /** What is in order, by target. An alias is there as what it stands for. */
  readonly #services = new Map<Injectable, ServiceNode>()
  slotCount = 0

  constructor(providers: readonly Provider[], overrides: readonly Provider[]) {
    this.#graph = new Graph(providers, overrides)
  }

  check(roots: readonly Root[]): SetupProblem[] {
    const bound = [...this.#graph.providers.keys()].map((target): WalkRoot => ({ target }))
    const all = [...roots, ...bound]
    const walk = walkGraph(this.#graph, all)
    const problems = [
      ...describeProblems(this.#graph, walk, all),
      ...describeProviderProblems(this.#graph, walk),
    ]
    if (problems.length === 0) this.#admit(walk)
    return problems
  }

  resolve<T>(target: Injectable<T>): T {
    const node = this.serviceOf(target)
    if (this.#singletons.isClosed) throw closedError(node)
    return this.#singletons.giveLater(node) as T
  }

  resolveMade<T>(target: Injectable<T>): T {
    this.assertMade(target)
    return this.resolve(target)
  }

  assertMade(target: Injectable): void {
    const node = this.serviceOf(target)
    const unmade = this.#singletons.findUnmade(node)
    if (unmade !== undefined) throw notMadeError(node, unmade)
  }

  isProvided(target: Injectable): boolean {
    return this.#graph.nodeOf(target).kind !== 'missing'
  }

  factsOf(target: Injectable): ServiceFacts {
    this.serviceOf(target)
    const { scope, edges } = this.#graph.nodeOf(target)
    return { scope, needs: edges.filter((edge) => edge.node !== undefined) }
  }

  async warm(targets: readonly Injectable[], options: WarmOptions = {}): Promise<void> {
    const nodes = targets.map((target) => this.serviceOf(target))
    await this.#singletons.warm(nodes, options)
  }

  startable(): Injectable[] {
    return [...this.#graph.providers.keys()].filter((target) => isStartable(this.serviceOf(target)))
  }

  isRequestScoped(target: Injectable): boolean {
    return this.serviceOf(target).scope !== 'singleton'
  }

  createScope(): RequestScope {
    return new Scope(this)
  }

  mark(): number {
    return this.#singletons.size
  }

  async dispose(options: DisposeOptions = {}): Promise<void> {
    const bound = new Set([...this.#graph.providers.keys(), ...this.#graph.overrides.keys()])
    const values = [...bound]
      .map((target) => this.#graph.nodeOf(target))
      .filter((node) => node.kind === 'value')
    await this.#singletons.dispose(values, options)
  }

  serviceOf(target: Injectable): ServiceNode {
    return this.#services.get(target) ?? this.#verify(target)
  }

  providedService(target: Injectable): ServiceNode | undefined {
    const known = this.#services.get(target)
    if (known !== undefined) return known
    return this.#graph.nodeOf(target).kind === 'missing' ? undefined : this.#verify(target)
  }

  give(node: ServiceNode): unknown {
    return this.#singletons.give(node)
  }

  #verify(target: Injectable): ServiceNode {
    const roots = [{ target }]
    const walk = walkGraph(this.#graph, roots)
    const problems = describeProblems(this.#graph, walk, roots)
    if (problems.length > 0) throw new StartError(problems)
    this.#admit(walk)
    return this.#services.get(target)!
  }

  /** Takes over what a walk found in order. */
  #admit(walk: Walk): void {
    for (const node of walk.order) {
      if (this.#services.has(node.target)) continue
      for (const edge of node.edges) edge.service = edge.node === undefined ? undefined : meant(edge.node)
      this.#services.set(node.target, meant(node))
      if (node.scope === 'request') node.slot = this.slotCount++
    }
  }
}

/** What an alias stands for, through any number of aliases; every other node itself. */
function meant(node: ServiceNode): ServiceNode {
  let current = node
  while (current.kind === 'alias') current = current.edges[0]!.node!
  return current
}
