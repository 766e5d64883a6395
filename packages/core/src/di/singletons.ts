import { ignore, isPromise, waitFor } from '../errors/index.ts'
import { construct, instantiate, type Owner } from './construct.ts'
import type { DisposeOptions, WarmOptions } from './contract.ts'
import { closeAll, type Constructed, createBound, isDisposable } from './dispose.ts'
import type { Engine } from './engine.ts'
import { DisposeError, type DisposeFailure, serviceError } from './service-error.ts'
import { labelOf, type ServiceNode } from './service-node.ts'
import { startOf, toStartFailure, type StartStep } from './start.ts'
import { TransientOwner } from './transient-owner.ts'

/** What lives as long as the app: made at first use, in the order of needs, and closed in reverse. */
export class Singletons implements Owner {
  readonly #engine: Engine
  readonly #registered = new Set<ServiceNode>()
  readonly #constructed: Constructed[] = []
  readonly #pending = new Map<ServiceNode, Promise<unknown>>()
  readonly #started = new Set<ServiceNode>()
  /** One instance may have several targets. */
  readonly #startedInstances = new WeakSet()
  #closing: Promise<void> | undefined
  /** What was closed before, under any target. */
  readonly #closed = new Set<unknown>()
  /** Starts that had not ended when the closing began, and are reported. */
  #late: readonly DisposeFailure[] | undefined
  /** Whether the list was closed already, so that what is made later must be closed by itself. */
  #isEmptied = false

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** How many instances are to be closed. */
  get size(): number {
    return this.#constructed.length
  }

  get isClosed(): boolean {
    return this.#closing !== undefined
  }

  give(node: ServiceNode): unknown {
    if (node.isReady) return node.instance
    if (node.scope === 'request') throw serviceError('requestScope', node)
    if (node.scope === 'transient') return construct(node, this)
    this.#begin(node)
    if (!node.isReady) throw serviceError('notStarted', node)
    return node.instance
  }

  /** For code that may ask often: a transient one that must be closed would be kept for each call. */
  giveLater(node: ServiceNode): unknown {
    return node.scope === 'transient' ? new TransientOwner(this).construct(node) : this.give(node)
  }

  keep(node: ServiceNode, instance: unknown): void {
    if (!isDisposable(node, instance)) return
    this.#constructed.push({ node, instance })
    if (this.#isEmptied) this.#closeLate()
  }

  /** The first of a node and what it needs that {@link Singletons.warm} has not made. */
  findUnmade(node: ServiceNode): ServiceNode | undefined {
    if (this.#started.has(node) || node.kind === 'value') return undefined
    if (node.scope === 'singleton') return node
    const needs = node.edges.flatMap(({ service, kind }) =>
      service === undefined || kind === 'lazy' ? [] : (this.findUnmade(service) ?? []),
    )
    return needs[0]
  }

  async warm(nodes: readonly ServiceNode[], options: WarmOptions): Promise<void> {
    const order = new Map<ServiceNode, readonly ServiceNode[]>()
    for (const node of nodes) this.#addInOrder(node, order, [])
    for (const [node, trail] of order) {
      if (node.scope !== 'singleton') continue
      let step: StartStep = 'made'
      try {
        await this.#warmOne(node, options, () => (step = 'started'))
      } catch (error) {
        throw toStartFailure(error, { trail, step }, options)
      }
    }
  }

  async #warmOne(node: ServiceNode, { signal }: WarmOptions, onMade: () => void): Promise<void> {
    if (!node.isReady) {
      signal?.throwIfAborted()
      this.#begin(node)
      if (node.pending !== undefined) await waitFor(node.pending, { signal })
    }
    if (this.#started.has(node)) return
    this.#started.add(node)
    const { instance } = node
    if (node.kind === 'value') this.keep(node, instance)
    const start =
      node.kind === 'value' || this.#startedInstances.has(instance as object) ? undefined : startOf(instance)
    if (start === undefined) return
    this.#startedInstances.add(instance as object)
    onMade()
    signal?.throwIfAborted()
    const starting = start(signal ?? NEVER)
    if (!isPromise(starting)) return
    const pending = Promise.resolve(starting).finally(() => this.#pending.delete(node))
    pending.catch(ignore)
    // The end of the app waits for it before it closes what the start may use.
    this.#pending.set(node, pending)
    await waitFor(pending, { signal })
  }

  /** Adds everything that a node needs and that is not made, then the node, each with the way that led to it. */
  #addInOrder(
    node: ServiceNode,
    order: Map<ServiceNode, readonly ServiceNode[]>,
    above: readonly ServiceNode[],
  ): void {
    if (order.has(node) || this.#started.has(node)) return
    const trail = [...above, node]
    for (const edge of node.edges) {
      if (edge.service !== undefined && edge.kind !== 'lazy') this.#addInOrder(edge.service, order, trail)
    }
    order.set(node, trail)
  }

  /** @param values - nodes with values of the user, to be closed last if their binding says so */
  dispose(values: readonly ServiceNode[], options: DisposeOptions): Promise<void> {
    const close = () => this.#close(values, options)
    return (this.#closing = this.#closing === undefined ? close() : this.#closing.catch(ignore).then(close))
  }

  /**
   * Starts making a singleton; afterwards it is ready, or pending. tsyringe gets a factory even for a decorated
   * class: its own construction wraps what a constructor throws in an error without its cause, and keeps a list of
   * disposables that is never emptied.
   */
  #begin(node: ServiceNode): void {
    if (node.pending !== undefined) return
    if (this.#closing !== undefined) throw serviceError('closed', node)
    if (!this.#registered.has(node)) {
      // Once: tsyringe keeps every registration of a target, and a failing constructor is tried again.
      this.#registered.add(node)
      this.#engine.register(node.target, () => this.#make(node))
    }
    this.#engine.resolve(node.target)
  }

  #make(node: ServiceNode): unknown {
    if (node.isConstructing) throw serviceError('circularCall', node)
    node.isConstructing = true
    try {
      const made = instantiate(node, this)
      if (node.kind === 'factory' && isPromise(made)) this.#await(node, made)
      else this.#settle(node, made)
      return made
    } finally {
      node.isConstructing = false
    }
  }

  #settle(node: ServiceNode, instance: unknown): void {
    node.instance = instance
    node.isReady = true
    this.keep(node, instance)
  }

  #await(node: ServiceNode, made: PromiseLike<unknown>): void {
    const forget = (): void => {
      node.pending = undefined
      this.#pending.delete(node)
    }
    const pending = Promise.resolve(made)
      .finally(forget)
      .then((instance) => this.#settle(node, instance))
    // The caller that warms the node gets the rejection; without one it would be unhandled.
    pending.catch(ignore)
    node.pending = pending
    this.#pending.set(node, pending)
  }

  async #close(values: readonly ServiceNode[], { since = 0, ...options }: DisposeOptions): Promise<void> {
    const bound = createBound(options)
    const isFirst = this.#late === undefined
    const late = (this.#late ??= await this.#awaitStarts(options))
    const failures = isFirst ? [...late] : []
    this.#isEmptied = true
    const given = values
      .filter((node) => since === 0 && !this.#started.has(node) && isDisposable(node, node.instance))
      .map((node) => ({ node, instance: node.instance }))
    try {
      await closeAll([...given, ...this.#constructed.splice(since)], bound, this.#closed)
    } catch (error) {
      // What is still starting can often not be closed in time, either: that is reported once.
      const isReported = (one: DisposeFailure): boolean =>
        one.error === bound.reason() && late.some(({ service }) => service === one.service)
      failures.push(...(error as DisposeError).failures.filter((one) => !isReported(one)))
    }
    bound.end()
    if (failures.length > 0) throw new DisposeError(failures)
  }

  /** Waits for what is still being made or started, and names what takes too long. */
  async #awaitStarts({
    signal,
    timeoutMs,
    startingMs = timeoutMs,
  }: DisposeOptions): Promise<DisposeFailure[]> {
    if (this.#pending.size === 0) return []
    const bound = createBound({ signal, timeoutMs: startingMs })
    const age = bound.startAge?.()
    await bound.wait(Promise.allSettled(this.#pending.values()))
    bound.end()
    return [...this.#pending.keys()].map((node) => ({
      service: labelOf(node.target),
      error: new DOMException('Its start has not ended.', 'TimeoutError'),
      ageMs: age?.(),
    }))
  }

  /** Closes what a promise made after the app had ended, when nothing can report a failure any more. */
  #closeLate(): void {
    closeAll(this.#constructed.splice(0))?.catch(ignore)
  }
}

const NEVER = new AbortController().signal
