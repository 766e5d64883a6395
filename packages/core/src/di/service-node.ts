import { nameOf, readClassNeeds, readNeedList } from './class-needs.ts'
import { readDecoratedScope } from './engine.ts'
import type { Injectable, ServiceScope } from './injectable.ts'
import { describeValue } from './message-values.ts'
import type { ServiceProblem } from './messages.ts'
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
  /** What to pass: `node`, or what it is an alias of. Set when the graph has no problems. */
  service: ServiceNode | undefined
}

/** How an instance is closed: by its own method if it has one, never, or by the provider's function. */
export type DisposeRule = boolean | ((value: never) => unknown)

/**
 * One service of one app. The first half is the graph as data; the second half is what the request path reads, in the
 * same object so that no need is looked up.
 */
export interface ServiceNode {
  readonly target: Injectable
  readonly kind: ServiceKind
  /** Of an alias: `transient`, which holds nothing and passes on the scope of what it stands for. */
  readonly scope: ServiceScope
  readonly edges: readonly Edge[]
  readonly problems: readonly ServiceProblem[]
  readonly provider: Provider | undefined
  readonly isOverride: boolean
  readonly dispose: DisposeRule
  /** Whether it lives for one request, itself or through transient needs. Set by the walk. */
  isPerRequest: boolean
  /** The need through which it does. Set by the walk. */
  perRequestThrough: ServiceNode | undefined

  /** The class to construct or the function to call. */
  readonly create: Function | undefined
  /** Place of a request-scoped service's instance in a scope; set when the graph has no problems. */
  slot: number
  /** Whether `instance` is there. */
  isReady: boolean
  instance: unknown
  isConstructing: boolean
  /** A singleton whose `make` gave a promise that is not yet settled. */
  pending: Promise<unknown> | undefined
}

type Part = Pick<ServiceNode, 'kind' | 'scope'> &
  Partial<Pick<ServiceNode, 'problems' | 'dispose' | 'create' | 'instance'>> & {
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
    edges: (part.needs ?? []).map((need) => ({ ...need, node: undefined, service: undefined })),
    problems: part.problems ?? [],
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
  if (!isInjectable(target)) return broken({ name: 'target', values: { value: describeValue(target) } })
  if (!isClass(target) || isNativeClass(target)) return { kind: 'missing', scope: 'singleton' }
  return fromClass(target, undefined)
}

function fromBinding(target: Injectable, binding: AnyBinding): Part {
  const name = labelOf(target)
  const kinds = (['value', 'class', 'make', 'alias', 'provided'] as const).filter((kind) => kind in binding)
  if (kinds.length !== 1) {
    const said = kinds.map((kind) => `\`${kind}\``).join(' and ')
    return broken({
      name: 'binding',
      values: { owner: name, kinds: said || 'none of `value`, `class`, `make` and `alias`' },
    })
  }
  switch (kinds[0]!) {
    case 'value':
      return { kind: 'value', scope: 'singleton', dispose: binding.dispose ?? false, instance: binding.value }
    case 'alias':
      if (!isInjectable(binding.alias)) return broken(partProblem(name, 'alias', binding.alias))
      return { kind: 'alias', scope: 'transient', needs: [{ kind: 'direct', target: binding.alias }] }
    case 'provided':
      return { kind: 'provided', scope: 'request' }
    case 'class':
      if (!isClass(binding.class)) return broken(partProblem(name, 'class', binding.class))
      return fromClass(binding.class, binding.scope)
    case 'make':
      if (typeof binding.make !== 'function') return broken(partProblem(name, 'make', binding.make))
      return fromFactory(name, binding)
  }
}

function broken(problem: ServiceProblem): Part {
  return { kind: 'value', scope: 'singleton', problems: [problem] }
}

const ACCEPTED = {
  alias: 'a token or a class',
  class: 'a class',
  make: 'a function',
  needs: 'a list of tokens and classes',
}

function partProblem(owner: string, part: keyof typeof ACCEPTED, value: unknown): ServiceProblem {
  const shown = typeof value === 'string' ? 'a string' : describeValue(value)
  return { name: 'bindingPart', values: { owner, part, value: shown, accepted: ACCEPTED[part] } }
}

function fromFactory(name: string, binding: AnyBinding): Part {
  const problems: ServiceProblem[] = []
  const scope = readScope(name, binding.scope ?? 'singleton', problems)
  const list: unknown = binding.needs ?? []
  if (!Array.isArray(list)) problems.push(partProblem(name, 'needs', list))
  const entries = Array.isArray(list) ? list : []
  const needs = readNeedList(entries, { owner: `bind(${name})`, list: 'needs' }, problems)
  return { kind: 'factory', scope, needs, problems, dispose: binding.dispose ?? true, create: binding.make }
}

function fromClass(target: Function, bound: ServiceScope | undefined): Part {
  const declared = readClassNeeds(target)
  const problems = [...declared.problems]
  const own = Object.hasOwn(target, 'scope') ? (target as { scope?: unknown }).scope : undefined
  const inherited = (target as { scope?: unknown }).scope
  const wanted = bound ?? own ?? readDecoratedScope(target) ?? inherited ?? 'singleton'
  const scope = readScope(nameOf(target), wanted, problems)
  if (scope !== 'singleton' && hasStart(target)) {
    problems.push({ name: 'unstarted', values: { owner: nameOf(target), scope } })
  }
  return { kind: 'class', scope, needs: declared.needs, problems, create: target }
}

/** Whether it is a singleton whose class has a start; what a `make` returns is not known before. */
export function isStartable({ kind, scope, create }: ServiceNode): boolean {
  return kind === 'class' && scope === 'singleton' && create !== undefined && hasStart(create)
}

/** Whether instances of a class have a start. One that a constructor assigns is not seen. */
function hasStart({ prototype }: Function): boolean {
  return typeof (prototype as { readonly onStart?: unknown } | undefined)?.onStart === 'function'
}

function readScope(name: string, value: unknown, problems: ServiceProblem[]): ServiceScope {
  if (SCOPES.has(value)) return value as ServiceScope
  problems.push({ name: 'scope', values: { owner: name, value: describeValue(value) } })
  return 'singleton'
}

/** What messages call a target: the class's name, or the token as a constant. */
export function labelOf(target: Injectable): string {
  if (typeof target === 'symbol') return tokenConstant(target)
  return isClass(target) ? nameOf(target) : String(target)
}
