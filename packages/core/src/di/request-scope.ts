// On the path of requests that have a scope: finds, constructs and closes the services of one request.
import { construct, type Owner } from './construct.ts'
import { closeAll, type Constructed, isDisposable } from './dispose.ts'
import type { Injectable } from './injectable.ts'
import { serviceError } from './service-error.ts'
import type { ServiceNode } from './service-node.ts'

/** What a scope uses of its app's container. */
export interface ScopeParent {
  /** The node of a target whose graph has no problems. */
  serviceOf(target: Injectable): ServiceNode
  /** The same; `undefined` if nothing provides the target. */
  providedService(target: Injectable): ServiceNode | undefined
  /** A singleton. */
  give(node: ServiceNode): unknown
  /** How many request-scoped services the app has, so far. */
  readonly slotCount: number
}

// Stands for an instance that is `undefined`, in a list where `undefined` means "not yet constructed".
const kUndefined = Symbol('undefined')

/**
 * The services of one request. tsyringe's child containers do the same, but each copies a registry and costs some 1,300 ns;
 * this one is an object with two fields that are filled at first use.
 */
export class Scope implements Owner {
  readonly #parent: ScopeParent
  /** By slot. A list, since a Map of five entries costs four times as much. */
  #instances: unknown[] | undefined
  #constructed: Constructed[] | undefined
  /** Lazy needs that are being constructed: one asked for again within itself would never end. */
  #asked: Set<ServiceNode> | undefined
  #isClosed = false

  constructor(parent: ScopeParent) {
    this.#parent = parent
  }

  /**
   * Gives the request's instance; singletons come from the app. Throws like `Container.resolve`, and
   * `ERR_CORE_DI_NOT_PROVIDED` for a value that the scope did not receive.
   */
  resolve<T>(target: Injectable<T>): T {
    return this.give(this.#parent.serviceOf(target)) as T
  }

  give(node: ServiceNode): unknown {
    if (node.isReady) return node.instance
    if (this.#isClosed) throw serviceError('closed', node)
    if (node.scope === 'singleton') return this.#parent.give(node)
    if (node.scope === 'transient') return construct(node, this)
    const instances = (this.#instances ??= this.#allot())
    const known = instances[node.slot]
    if (known !== undefined) return known === kUndefined ? undefined : known
    if (node.kind === 'provided') throw serviceError('notProvided', node)
    const instance = construct(node, this)
    instances[node.slot] = instance === undefined ? kUndefined : instance
    return instance
  }

  giveLater(node: ServiceNode): unknown {
    const asked = (this.#asked ??= new Set())
    if (asked.has(node)) throw serviceError('circularCall', node)
    asked.add(node)
    try {
      return this.give(node)
    } finally {
      asked.delete(node)
    }
  }

  keep(node: ServiceNode, instance: unknown): void {
    if (!isDisposable(node, instance)) return
    if (this.#constructed === undefined) this.#constructed = [{ node, instance }]
    else this.#constructed.push({ node, instance })
  }

  #allot(): unknown[] {
    // Its length is known: filled one by one it would be copied as it grows.
    // oxlint-disable-next-line unicorn/no-new-array -- `Array.from` visits every place, 20 times slower
    return new Array<unknown>(this.#parent.slotCount)
  }

  /**
   * Sets the value of a token bound by `bindRequest`, or of a request-scoped service
   * that is not yet constructed. The scope does not close it. It has no effect for a token that is not bound.
   *
   * @throws {ServiceError} `ERR_CORE_DI_PROVIDE` for a singleton or transient
   */
  provide<T>(target: Injectable<T>, value: T): void {
    const node = this.#parent.providedService(target)
    if (node === undefined || (node.isOverride && node.kind !== 'provided')) return
    if (this.#isClosed) throw serviceError('closed', node)
    if (node.scope !== 'request') throw serviceError('provide', node, `is a ${node.scope}`)
    const instances = (this.#instances ??= this.#allot())
    if (instances[node.slot] !== undefined) throw serviceError('provide', node, 'has one already')
    instances[node.slot] = value === undefined ? kUndefined : value
  }

  /**
   * Closes what the scope constructed, in reverse order, once.
   *
   * @returns `undefined` when there was nothing to wait for, so that a request needs no promise
   * @throws {DisposeError} through the promise, never synchronously
   */
  dispose(): Promise<void> | undefined {
    const constructed = this.#constructed
    this.#isClosed = true
    this.#instances = undefined
    this.#constructed = undefined
    return constructed === undefined ? undefined : closeAll(constructed)
  }
}
