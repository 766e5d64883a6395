import type { SetupProblem } from '../errors/index.ts'
import type { Graph } from './graph.ts'
import { at, GraphNames } from './graph-names.ts'
import type { Injectable } from './injectable.ts'
import { fill, REMEDIES, toProblem } from './messages.ts'
import type { Provider } from './provider.ts'
import { labelOf, type ServiceNode } from './service-node.ts'
import { tokenAmbiguity, tokenName, tokenProvidedBy, tokenRemedy } from './token.ts'
import type { Walk, WalkRoot } from './walk.ts'

const SHOWN_CONSUMERS = 3

/** Writes what a walk found, one problem for each thing to correct. */
export function describeProblems(graph: Graph, walk: Walk, roots: readonly WalkRoot[]): SetupProblem[] {
  const names = new GraphNames(graph, walk)
  return [
    ...walk.order.flatMap((node) => ownProblems(names, node)),
    ...walk.order.filter(({ kind }) => kind === 'missing').map((node) => missing(names, graph, walk, node)),
    ...walk.cycles.map((nodes) => cycle(names, nodes)),
    ...walk.order.flatMap((node) => captiveNeeds(node).map((needed) => captive(names, node, needed))),
    ...roots.filter((root) => isCaptive(graph, root)).map((root) => captiveRoot(names, root)),
  ]
}

/** What is wrong with the list of providers itself, seen when all roots are known. */
export function describeProviderProblems(graph: Graph, walk: Walk): SetupProblem[] {
  const names = new GraphNames(graph, walk)
  const unused = [...graph.overrides.values()].filter(
    ({ target }) => !graph.providers.has(target) && !walk.foundBy.has(graph.nodeOf(target)),
  )
  return [
    ...graph.invalid.map((provider) =>
      toProblem('invalidTarget', `bind${at(provider)}`, { value: String(provider.target) }),
    ),
    ...[...graph.duplicates].map(([target, all]) => duplicate(names.label(target), all)),
    ...unused.map((override) => unusedOverride(names, override)),
  ]
}

/** Request-scoped needs of a singleton, which would always keep the first request's instance. */
function captiveNeeds(node: ServiceNode): ServiceNode[] {
  if (node.scope !== 'singleton') return []
  return node.edges.flatMap((edge) => (edge.node?.isPerRequest === true ? [edge.node] : []))
}

/** Whether a root that lives as long as the app asks for what lives for one request. */
function isCaptive(graph: Graph, { target, scope }: WalkRoot): boolean {
  return scope === 'singleton' && graph.nodeOf(target).isPerRequest
}

function ownProblems(names: GraphNames, node: ServiceNode): SetupProblem[] {
  return node.problems.map(({ name, values }) =>
    toProblem(name, names.place(node), { ...values, chain: names.chain(node) }),
  )
}

// oxlint-disable-next-line max-params -- one call
function missing(names: GraphNames, graph: Graph, walk: Walk, node: ServiceNode): SetupProblem {
  const { target } = node
  const twin = names.twins(target).find((other) => graph.nodeOf(other).kind !== 'missing')
  return toProblem(graph.ambiguous.has(target) ? 'ambiguous' : 'missing', names.place(node), {
    service:
      typeof target === 'symbol'
        ? `the token '${tokenName(target)}'`
        : `the built-in class ${labelOf(target)}`,
    way: names.way(node).join(' -> '),
    others: otherConsumers(names, walk, node),
    twin: twinNote(names, twin),
    remedy: remedyFor(graph, target, twin),
  })
}

function remedyFor(graph: Graph, target: Injectable, twin: Injectable | undefined): string {
  if (graph.ambiguous.has(target)) return tokenAmbiguity(target) ?? ''
  return twin === undefined ? bindRemedy(target) : twinRemedy(target)
}

function otherConsumers(names: GraphNames, walk: Walk, node: ServiceNode): string {
  const by = walk.foundBy.get(node)!
  const others = (walk.consumers.get(node) ?? []).filter((one) => !('node' in by) || one !== by.node)
  if (others.length === 0) return ''
  const more = others.length > SHOWN_CONSUMERS ? ` and ${others.length - SHOWN_CONSUMERS} more` : ''
  const shown = others.slice(0, SHOWN_CONSUMERS).map((one) => names.label(one.target))
  return ` Also needed by ${shown.join(', ')}${more}.`
}

function cycle(names: GraphNames, nodes: readonly ServiceNode[]): SetupProblem {
  const [first, last] = [nodes[0]!, nodes.at(-1)!]
  return toProblem(last.kind === 'alias' || last === first ? 'closedCycle' : 'cycle', names.place(first), {
    way: [...nodes, first].map((node) => names.label(node.target)).join(' -> '),
    chain: names.chain(first),
    first: names.label(first.target),
    last: names.label(last.target),
  })
}

function captive(names: GraphNames, node: ServiceNode, needed: ServiceNode): SetupProblem {
  const down = [node, needed]
  for (let next = needed.perRequestThrough; next !== undefined; next = next.perRequestThrough) down.push(next)
  const scoped = down.map(
    (one) => `${names.label(one.target)} (${one.kind === 'alias' ? 'alias' : one.scope})`,
  )
  const label = names.label(node.target)
  const isUnboundClass = node.kind === 'class' && node.provider === undefined
  return toProblem('captive', names.place(node), {
    holder: label,
    held: names.label(down.at(-1)!.target),
    way: [...names.way(node).slice(0, -1), ...scoped].join(' -> '),
    remedy: fill(isUnboundClass ? REMEDIES.classScope : REMEDIES.bindingScope, { label }),
  })
}

function captiveRoot(names: GraphNames, { target, place = '' }: WalkRoot): SetupProblem {
  return toProblem('captiveRoot', place, { label: names.label(target) })
}

function duplicate(label: string, all: readonly Provider[]): SetupProblem {
  // What a plugin of a package binds has no line of the program.
  const places = all.flatMap((provider) => provider.place() ?? [])
  return toProblem('duplicate', `bind(${label})`, {
    label,
    times: all.length === 2 ? 'twice' : `${all.length} times`,
    places: places.length === 0 ? '' : `: at ${places.join(' and at ')}`,
  })
}

function unusedOverride(names: GraphNames, override: Provider): SetupProblem {
  const { target } = override
  const label = names.label(target)
  const twin = names.twins(target)[0]
  return toProblem('unusedOverride', `override of ${label}${at(override)}`, {
    label,
    twin: twinNote(names, twin),
    remedy: twin === undefined ? REMEDIES.removeOverride : twinRemedy(target),
  })
}

function twinNote(names: GraphNames, twin: Injectable | undefined): string {
  return twin === undefined ? '' : ` ${names.label(twin)} has the same name, but is not the same.`
}

function bindRemedy(target: Injectable): string {
  const provider = typeof target === 'symbol' ? tokenProvidedBy(target) : undefined
  const own = typeof target === 'symbol' ? tokenRemedy(target) : undefined
  const values = { label: labelOf(target), provider: provider ?? '' }
  const unprovided = typeof target === 'symbol' ? REMEDIES.bindToken : REMEDIES.bind
  return own ?? fill(provider === undefined ? unprovided : REMEDIES.provided, values)
}

function twinRemedy(target: Injectable): string {
  if (typeof target !== 'symbol') return REMEDIES.sameClass
  return fill(REMEDIES.sameToken, { token: tokenName(target) })
}
