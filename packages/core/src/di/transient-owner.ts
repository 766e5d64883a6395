import { ignore } from '../errors/index.ts'
import { construct, type Owner } from './construct.ts'
import { closeAll, type Constructed, isDisposable } from './dispose.ts'
import { serviceError } from './service-error.ts'
import type { ServiceNode } from './service-node.ts'

/**
 * Makes a transient service that is asked for directly, outside of any request. The caller holds it, and nothing closes it:
 * so one that must be closed, or whose transient needs must, is refused instead of kept for each call.
 */
export class TransientOwner implements Owner {
  readonly #singletons: Owner
  readonly #kept: Constructed[] = []

  constructor(singletons: Owner) {
    this.#singletons = singletons
  }

  construct(node: ServiceNode): unknown {
    if (node.isPerRequest) throw serviceError('requestScope', node)
    const instance = construct(node, this)
    const offender = this.#kept[0]
    if (offender === undefined) return instance
    // What was made is closed at once; the caller sees the refusal, not a failure of the closing.
    closeAll(this.#kept)?.catch(ignore)
    throw serviceError('transientDisposable', offender.node)
  }

  give(node: ServiceNode): unknown {
    return node.scope === 'transient' ? construct(node, this) : this.#singletons.give(node)
  }

  giveLater(node: ServiceNode): unknown {
    return this.#singletons.giveLater(node)
  }

  keep(node: ServiceNode, instance: unknown): void {
    if (isDisposable(node, instance)) this.#kept.push({ node, instance })
  }
}
