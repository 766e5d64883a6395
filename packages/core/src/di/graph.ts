import type { Injectable } from './injectable.ts'
import { isInjectable } from './needs.ts'
import type { Provider } from './provider.ts'
import { tokenAmbiguity } from './token.ts'
import { createNode, type ServiceNode } from './service-node.ts'

/** The providers of one app as data: a node for each target that is bound or was asked for. */
export class Graph {
  /** Targets that several providers are bound to. */
  readonly duplicates: ReadonlyMap<Injectable, readonly Provider[]>
  /** Targets that stand for the only one of its kind, and are bound to several: to none of them. */
  readonly ambiguous: ReadonlySet<Injectable>
  /** Providers of something that cannot be injected. */
  readonly invalid: readonly Provider[]
  readonly providers: ReadonlyMap<Injectable, Provider>
  readonly overrides: ReadonlyMap<Injectable, Provider>
  readonly #nodes = new Map<Injectable, ServiceNode>()

  constructor(providers: readonly Provider[], overrides: readonly Provider[]) {
    const byTarget = groupBy(providers.filter(isValid), (provider) => provider.target)
    this.invalid = [...providers, ...overrides].filter((provider) => !isValid(provider))
    const several = [...byTarget].filter(([, all]) => all.length > 1)
    this.ambiguous = new Set(several.map(([target]) => target).filter(isForOnlyOne))
    this.duplicates = new Map(several.filter(([target]) => !this.ambiguous.has(target)))
    this.providers = new Map(
      [...byTarget]
        .filter(([target]) => !this.ambiguous.has(target))
        .map(([target, all]) => [target, all[0]!]),
    )
    this.overrides = new Map(overrides.filter(isValid).map((provider) => [provider.target, provider]))
  }

  /** The node of a target; made when it is first asked for. */
  nodeOf(target: Injectable): ServiceNode {
    const known = this.#nodes.get(target)
    if (known !== undefined) return known
    const override = this.overrides.get(target)
    const node = createNode(target, override ?? this.providers.get(target), override !== undefined)
    this.#nodes.set(target, node)
    return node
  }

  /** Every target that has a node. */
  targets(): IterableIterator<Injectable> {
    return this.#nodes.keys()
  }
}

function isForOnlyOne(target: Injectable): boolean {
  return tokenAmbiguity(target) !== undefined
}

function isValid(provider: Provider): boolean {
  return isInjectable(provider.target)
}

/** Lists under their key, in order. */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
