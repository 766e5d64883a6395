import { type SetupProblem, SetupError } from '../errors/index.ts'
import type { ContainerOptions, DisposeOptions, ServiceFacts, WarmOptions } from './contract.ts'
import { createEngine } from './engine.ts'
import { Graph } from './graph.ts'
import type { Injectable } from './injectable.ts'
import { describeProblems, describeProviderProblems } from './problems.ts'
import type { Provider } from './provider.ts'
import { Scope, type ScopeParent } from './request-scope.ts'
import { serviceError } from './service-error.ts'
import { isStartable, labelOf, type ServiceNode } from './service-node.ts'
import { Singletons } from './singletons.ts'
import { type Root, type Walk, walkGraph, type WalkRoot } from './walk.ts'

/**
 * Makes the container of one app. Nothing is read or constructed yet.
 *
 * @example
 * const container = createContainer([bind(CLOCK, { value: systemClock })])
 * const problems = container.check([{ target: Orders, place: 'route orders.show' }])
 * if (problems.length > 0) throw new SetupError(problems)
 * const orders = container.resolve(Orders)
 */
export function createContainer(providers: readonly Provider[], options: ContainerOptions = {}): Container {
  return new Container(providers, options.overrides ?? [])
}

/** The services of one app: checked as a graph, constructed on demand, closed in reverse order. */
export class Container implements ScopeParent {
  readonly #graph: Graph
  readonly #singletons = new Singletons(createEngine())
  /** What has no problems, by target. Under an alias stands what it stands for. */
  readonly #services = new Map<Injectable, ServiceNode>()
  slotCount = 0

  constructor(providers: readonly Provider[], overrides: readonly Provider[]) {
    this.#graph = new Graph(providers, overrides)
  }

  /**
   * Verifies everything that the roots need and every provider, without constructing anything.
   *
   * @returns all problems, none if the app may start
   */
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

  /**
   * Gives a singleton, constructing it and what it needs at the first call; a new instance of a transient.
   *
   * @throws {SetupError} when what it needs has problems and `check` was not called before
   * @throws {ServiceError} `ERR_CORE_DI_REQUEST_SCOPE`, `ERR_CORE_DI_NOT_STARTED`, `ERR_CORE_DI_TRANSIENT_DISPOSABLE`,
   *   `ERR_CORE_DI_CIRCULAR_CALL`, `ERR_CORE_DI_CLOSED`
   */
  resolve<T>(target: Injectable<T>): T {
    const node = this.serviceOf(target)
    if (this.#singletons.isClosed) throw serviceError('closed', node)
    return this.#singletons.giveLater(node) as T
  }

  /**
   * Does what {@link Container.resolve} does, while the app starts: only for services whose needs are all made.
   *
   * @throws {ServiceError} `ERR_CORE_DI_NOT_STARTED` for what is not made yet
   */
  resolveMade<T>(target: Injectable<T>): T {
    this.assertMade(target)
    return this.resolve(target)
  }

  /** Throws as {@link Container.resolveMade} does. */
  assertMade(target: Injectable): void {
    const node = this.serviceOf(target)
    const unmade = this.#singletons.findUnmade(node)
    if (unmade === undefined) return
    throw serviceError(
      'notMade',
      node,
      unmade.target === node.target ? '' : `, since ${labelOf(unmade.target)} is not`,
    )
  }

  /** Whether a target has a provider, or is a class that can be constructed without one. */
  isProvided(target: Injectable): boolean {
    return this.#graph.nodeOf(target).kind !== 'missing'
  }

  /** What is known of a target without constructing it. @throws {SetupError} when it has problems */
  factsOf(target: Injectable): ServiceFacts {
    this.serviceOf(target)
    const { scope, edges } = this.#graph.nodeOf(target)
    return { scope, needs: edges.filter((edge) => edge.node !== undefined) }
  }

  /**
   * Constructs every singleton that the targets need, in dependency order, awaiting those made by a promise, and starts
   * those that are `Startable`. What is needed lazily is not constructed: the app orders its start. Afterwards no request
   * constructs a singleton.
   *
   * @throws {SetupError} `ERR_CORE_SERVICE_START`, with the service, who needed it, and the cause
   * @throws the signal's reason, unless that is a `TimeoutError`
   */
  async warm(targets: readonly Injectable[], options: WarmOptions = {}): Promise<void> {
    const nodes = targets.map((target) => this.serviceOf(target))
    await this.#singletons.warm(nodes, options)
  }

  /** Bound targets whose class is `Startable`: they are started even where no route needs them. */
  startable(): Injectable[] {
    return [...this.#graph.providers.keys()].filter((target) => isStartable(this.serviceOf(target)))
  }

  /** Whether each request needs an instance of its own: the target is request-scoped or transient. */
  isRequestScoped(target: Injectable): boolean {
    return this.serviceOf(target).scope !== 'singleton'
  }

  /** Opens the scope of one request. Costs one object; the rest is made at first use. */
  createScope(): Scope {
    return new Scope(this)
  }

  /** How much has been constructed so far, for `dispose({ since })`. */
  mark(): number {
    return this.#singletons.size
  }

  /**
   * Closes what was constructed, in reverse order, once: every one, even if another fails. When time is up, the rest
   * is closed without waiting. After the first call nothing is constructed. A later call waits for the earlier ones.
   *
   * @throws {DisposeError} `ERR_CORE_DI_DISPOSE`, with everything that failed or took too long
   */
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
    if (problems.length > 0) throw new SetupError(problems)
    this.#admit(walk)
    return this.#services.get(target)!
  }

  /** Admits what a walk found without problems. */
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
