import { nameOf, readClassNeeds, readNeedList } from './class-needs.ts'
import { readDecoratedScope } from './engine.ts'
import { type Fault, FAULTS } from './faults.ts'
import type { Injectable, ServiceScope } from './injectable.ts'
import { isClass, isInjectable, isNativeClass, type NeedEntry } from './needs.ts'
import type { AnyBinding, Provider } from './provider.ts'
import { tokenConstant } from './token.ts'

/** Where an instance comes from; `missing`: nothing provides it. */
export type ServiceKind = 'value' | 'class' | 'factory' | 'alias' | 'provided' | 'missing'

/** A need together with the service that meets it, once the graph is walked. */
export interface Edge {
  readonly kind: NeedEntry['kind']
  readonly target: Injectable
  /** Set by the walk. `undefined`: an optional need that nothing meets. */
  node: ServiceNode | undefined
  /** What to pass: `node`, or what it is an alias of. Set when the graph was found in order. */
  service: ServiceNode | undefined
}

/** How an instance is closed: by its own method if it has one, never, or by the provider's function. */
export type DisposeRule = boolean | ((value: never) => unknown)

/**
 * One service of one app. The first half is the graph as data; the second half is what the request path reads, in the
 * same object because it would otherwise look it up for each need.
 */
export interface ServiceNode {
  readonly target: Injectable
  readonly kind: ServiceKind
  /** Of an alias: `transient`, which holds nothing and passes on the scope of what it stands for. */
  readonly scope: ServiceScope
  readonly edges: readonly Edge[]
  readonly faults: readonly Fault[]
  readonly provider: Provider | undefined
  readonly isOverride: boolean
  readonly dispose: DisposeRule
  /** Whether it lives for one request, itself or through transient needs. Set by the walk. */
  isPerRequest: boolean
  /** The need through which it does. Set by the walk. */
  perRequestThrough: ServiceNode | undefined

  /** The class to construct or the function to call. */
  readonly create: Function | undefined
  /** Place of a request-scoped service's instance in a scope; given when the graph was found in order. */
  slot: number
  /** Whether `instance` is there. */
  isReady: boolean
  instance: unknown
  isConstructing: boolean
  /** A singleton whose `make` gave a promise that is not yet settled. */
  pending: Promise<unknown> | undefined
}

type Part = Pick<ServiceNode, 'kind' | 'scope'> &
  Partial<Pick<ServiceNode, 'faults' | 'dispose' | 'create' | 'instance'>> & {
    readonly needs?: readonly NeedEntry[]
  }

const SCOPES: ReadonlySet<unknown> = new Set(['singleton', 'request', 'transient'])

/** Makes the node of a target out of its provider, or out of the class itself when it has none. */
export function createNode(
  target: Injectable,
  provider: Provider | undefined,
  isOverride: boolean,
): ServiceNode {
  const part = provider === undefined ? fromUnbound(target) : fromBinding(target, provider.binding)
  return {
    target,
    kind: part.kind,
    scope: part.scope,
    edges: (part.needs ?? []).map((need) => ({
      kind: need.kind,
      target: need.target,
      node: undefined,
      service: undefined,
    })),
    faults: part.faults ?? [],
    provider,
    isOverride,
    dispose: part.dispose ?? true,
    isPerRequest: part.scope === 'request',
    perRequestThrough: undefined,
    create: part.create,
    slot: -1,
    isReady: part.kind === 'value',
    instance: part.instance,
    isConstructing: false,
    pending: undefined,
  }
}

function fromUnbound(target: Injectable): Part {
  if (!isInjectable(target)) return { kind: 'value', scope: 'singleton', faults: [FAULTS.target(target)] }
  if (!isClass(target) || isNativeClass(target)) return { kind: 'missing', scope: 'singleton' }
  return fromClass(target, undefined)
}

function fromBinding(target: Injectable, binding: AnyBinding): Part {
  const name = labelOf(target)
  const kinds = (['value', 'class', 'make', 'alias', 'provided'] as const).filter((kind) => kind in binding)
  const broken = (fault: Fault): Part => ({ kind: 'value', scope: 'singleton', faults: [fault] })
  if (kinds.length !== 1) return broken(FAULTS.binding(name, kinds))
  switch (kinds[0]!) {
    case 'value':
      return { kind: 'value', scope: 'singleton', dispose: binding.dispose ?? false, instance: binding.value }
    case 'alias':
      if (!isInjectable(binding.alias)) return broken(FAULTS.bindingPart(name, 'alias', binding.alias))
      return { kind: 'alias', scope: 'transient', needs: [{ kind: 'direct', target: binding.alias }] }
    case 'provided':
      return { kind: 'provided', scope: 'request' }
    case 'class':
      if (!isClass(binding.class)) return broken(FAULTS.bindingPart(name, 'class', binding.class))
      return fromClass(binding.class, binding.scope)
    case 'make':
      if (typeof binding.make !== 'function') return broken(FAULTS.bindingPart(name, 'make', binding.make))
      return fromFactory(name, binding)
  }
}

function fromFactory(name: string, binding: AnyBinding): Part {
  const faults: Fault[] = []
  const scope = readScope(name, binding.scope ?? 'singleton', faults)
  const list: unknown = binding.needs ?? []
  if (!Array.isArray(list)) faults.push(FAULTS.bindingPart(name, 'needs', list))
  const entries = Array.isArray(list) ? list : []
  const needs = readNeedList(entries, (position) => [`bind(${name})`, `Entry ${position} of needs`], faults)
  return { kind: 'factory', scope, needs, faults, dispose: binding.dispose ?? true, create: binding.make }
}

function fromClass(target: Function, bound: ServiceScope | undefined): Part {
  const declared = readClassNeeds(target)
  const faults = [...declared.faults]
  const own = Object.hasOwn(target, 'scope') ? (target as { scope?: unknown }).scope : undefined
  const inherited = (target as { scope?: unknown }).scope
  const wanted = bound ?? own ?? readDecoratedScope(target) ?? inherited ?? 'singleton'
  const scope = readScope(nameOf(target), wanted, faults)
  if (scope !== 'singleton' && hasStart(target)) faults.push(FAULTS.unstarted(nameOf(target), scope))
  return { kind: 'class', scope, needs: declared.needs, faults, create: target }
}

/** Whether it is a singleton whose class has a start; what a `make` gives is not known before it is made. */
export function isStartable({ kind, scope, create }: ServiceNode): boolean {
  return kind === 'class' && scope === 'singleton' && create !== undefined && hasStart(create)
}

/** Whether instances of a class have a start. One that a constructor gives them is not seen. */
function hasStart({ prototype }: Function): boolean {
  return typeof (prototype as { readonly onStart?: unknown } | undefined)?.onStart === 'function'
}

function readScope(name: string, value: unknown, faults: Fault[]): ServiceScope {
  if (SCOPES.has(value)) return value as ServiceScope
  faults.push(FAULTS.scope(name, value))
  return 'singleton'
}

/** What messages call a target: the class's name, or the token as a constant. */
export function labelOf(target: Injectable): string {
  if (typeof target === 'symbol') return tokenConstant(target)
  return isClass(target) ? nameOf(target) : String(target)
}
