// On the path of requests that have a scope: constructs one service out of its needs.
import type { Edge, ServiceNode } from './service-node.ts'

/** Gives services to those that need them: the app's container, or one request's scope. */
export interface Owner {
  /** The instance of a node whose graph was verified. */
  give(node: ServiceNode): unknown
  /** What `lazy` needs return when they are called, after the construction. */
  giveLater(node: ServiceNode): unknown
  /** Notes an instance that may have to be closed. */
  keep(node: ServiceNode, instance: unknown): void
}

/** Makes an instance which the owner will close. */
export function construct(node: ServiceNode, owner: Owner): unknown {
  const instance = instantiate(node, owner)
  owner.keep(node, instance)
  return instance
}

/** Makes an instance. Needs are passed one by one up to four: a list and a spread cost as much as the rest. */
export function instantiate(node: ServiceNode, owner: Owner): unknown {
  return node.kind === 'class' ? newInstance(node, owner) : callFactory(node, owner)
}

function newInstance(node: ServiceNode, owner: Owner): unknown {
  const Class = node.create as new (...needs: unknown[]) => unknown
  const needs = node.edges
  switch (needs.length) {
    case 0:
      return new Class()
    case 1:
      return new Class(meet(needs[0]!, owner))
    case 2:
      return new Class(meet(needs[0]!, owner), meet(needs[1]!, owner))
    case 3:
      return new Class(meet(needs[0]!, owner), meet(needs[1]!, owner), meet(needs[2]!, owner))
    case 4:
      return new Class(
        meet(needs[0]!, owner),
        meet(needs[1]!, owner),
        meet(needs[2]!, owner),
        meet(needs[3]!, owner),
      )
    default:
      return new Class(...meetAll(needs, owner))
  }
}

function callFactory(node: ServiceNode, owner: Owner): unknown {
  const make = node.create as (...needs: unknown[]) => unknown
  const needs = node.edges
  switch (needs.length) {
    case 0:
      return make()
    case 1:
      return make(meet(needs[0]!, owner))
    case 2:
      return make(meet(needs[0]!, owner), meet(needs[1]!, owner))
    default:
      return make(...meetAll(needs, owner))
  }
}

function meetAll(needs: readonly Edge[], owner: Owner): unknown[] {
  const values: unknown[] = []
  for (const need of needs) values.push(meet(need, owner))
  return values
}

function meet(need: Edge, owner: Owner): unknown {
  const node = need.service
  if (node === undefined) return undefined
  if (need.kind === 'lazy') return () => owner.giveLater(node)
  return node.isReady ? node.instance : owner.give(node)
}
