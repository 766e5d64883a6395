import type { SetupProblem } from '../errors/index.ts'
import type { Fault } from './faults.ts'
import { type Graph, groupBy } from './graph.ts'
import type { Injectable } from './injectable.ts'
import type { Provider } from './provider.ts'
import { labelOf, type ServiceNode } from './service-node.ts'
import { tokenName, tokenOrigin, tokenProvidedBy, tokenRemedy } from './token.ts'
import type { Walk, WalkRoot } from './walk.ts'

const SHOWN_CONSUMERS = 3

/** Puts into words what a walk found, one problem for each thing to mend. */
export function describeProblems(graph: Graph, walk: Walk, roots: readonly WalkRoot[]): SetupProblem[] {
  const words = new Words(graph, walk)
  return [
    ...walk.order.flatMap((node) => node.faults.map((fault) => words.fault(node, fault))),
    ...[...walk.missing].map(([node, consumers]) => words.missing(node, consumers)),
    ...walk.circles.map((circle) => words.circle(circle)),
    ...walk.order.flatMap((node) => captiveNeeds(node).map((needed) => words.captive(node, needed))),
    ...roots.filter((root) => isCaptive(graph, root)).map((root) => words.captiveRoot(root)),
  ]
}

/** What is wrong with the list of providers itself, seen when all roots are known. */
export function describeProviderProblems(graph: Graph, walk: Walk): SetupProblem[] {
  const words = new Words(graph, walk)
  const unused = [...graph.overrides.values()].filter(
    ({ target }) => !graph.providers.has(target) && !walk.foundBy.has(graph.nodeOf(target)),
  )
  return [
    ...graph.invalid.map(invalidTarget),
    ...[...graph.duplicates].map(([target, all]) => words.duplicate(target, all)),
    ...unused.map((override) => words.unusedOverride(override)),
  ]
}

/** Request-scoped needs of a singleton, which would keep the first request's instance for ever. */
function captiveNeeds(node: ServiceNode): ServiceNode[] {
  if (node.scope !== 'singleton') return []
  return node.edges.flatMap((edge) => (edge.node?.isPerRequest === true ? [edge.node] : []))
}

/** Whether somebody who lives as long as the app asks for what lives for one request. */
function isCaptive(graph: Graph, { target, scope }: WalkRoot): boolean {
  return scope === 'singleton' && graph.nodeOf(target).isPerRequest
}

function invalidTarget(provider: Provider): SetupProblem {
  return {
    code: 'ERR_CORE_DI_INVALID_PROVIDER',
    place: `bind${at(provider)}`,
    message: `The target is ${String(provider.target)}, neither a token nor a class.`,
    remedy:
      "Bind a class, or a token made with `token<T>('name')`; if it is undefined, break the import cycle.",
  }
}

function at(provider: Provider | undefined): string {
  const place = provider?.place()
  return place === undefined ? '' : ` at ${place}`
}

class Words {
  readonly #graph: Graph
  readonly #walk: Walk
  #sameLabel: ReadonlyMap<string, readonly Injectable[]> | undefined

  constructor(graph: Graph, walk: Walk) {
    this.#graph = graph
    this.#walk = walk
  }

  fault(node: ServiceNode, fault: Fault): SetupProblem {
    return {
      code: fault.code,
      place: this.#place(node),
      message: `${fault.message}${this.#aside(node)}.`,
      remedy: fault.remedy,
    }
  }

  missing(node: ServiceNode, consumers: readonly ServiceNode[]): SetupProblem {
    const twin = this.#providedTwin(node.target)
    const name =
      typeof node.target === 'symbol'
        ? `the token '${tokenName(node.target)}'`
        : `the built-in class ${labelOf(node.target)}`
    return {
      code: 'ERR_CORE_DI_MISSING',
      place: this.#place(node),
      message: `Nothing provides ${name}, needed by ${this.#chain(node)}.${this.#others(consumers)}${this.#twinNote(twin)}`,
      remedy: twin === undefined ? bindRemedy(node.target) : twinRemedy(node.target),
    }
  }

  circle(circle: readonly ServiceNode[]): SetupProblem {
    const [first, last] = [circle[0]!, circle.at(-1)!]
    const labels = [...circle, first].map((node) => this.#label(node.target))
    const name = this.#label(first.target)
    return {
      code: 'ERR_CORE_DI_CIRCULAR',
      place: this.#place(first),
      message: `${labels.join(' -> ')} is a circle of needs, so none can be constructed first${this.#aside(first)}.`,
      remedy:
        last.kind === 'alias' || last === first
          ? `Take ${name} out of what ${this.#label(last.target)} needs.`
          : `Move what they share into a third service, or let ${this.#label(last.target)} take \`lazy<…>(() => ${name})\` instead of ${name}.`,
    }
  }

  captive(holder: ServiceNode, held: ServiceNode): SetupProblem {
    const down = [held]
    for (let next = held.perRequestThrough; next !== undefined; next = next.perRequestThrough) down.push(next)
    const scoped = [holder, ...down].map((node) => `${this.#label(node.target)} (${scopeWord(node)})`)
    return {
      code: 'ERR_CORE_DI_CAPTIVE',
      place: this.#place(holder),
      message: `${this.#label(holder.target)} lives as long as the app and would keep the ${this.#label(down.at(-1)!.target)} of its first request: ${[...this.#above(holder), ...scoped].join(' -> ')}.`,
      remedy: scopeRemedy(holder, this.#label(holder.target)),
    }
  }

  captiveRoot({ target, place = '' }: WalkRoot): SetupProblem {
    const label = this.#label(target)
    return {
      code: 'ERR_CORE_DI_CAPTIVE',
      place,
      message: `It lives as long as the app, and ${label} for one request.`,
      remedy: `Inject ${label} into a route, or take it from the scope of a request.`,
    }
  }

  duplicate(target: Injectable, all: readonly Provider[]): SetupProblem {
    const places = all.map((provider) => provider.place() ?? 'an unknown place')
    const label = this.#label(target)
    return {
      code: 'ERR_CORE_DI_DUPLICATE',
      place: `bind(${label})`,
      message: `${label} is bound ${all.length === 2 ? 'twice' : `${all.length} times`}: at ${places.join(' and at ')}.`,
      remedy: `Keep one of them; to replace it in a test, use \`createApp({ overrides: [bind(${label}, { … })] })\`.`,
    }
  }

  unusedOverride(override: Provider): SetupProblem {
    const label = this.#label(override.target)
    const twins = this.#twins(override.target)
    return {
      code: 'ERR_CORE_DI_OVERRIDE_UNUSED',
      place: `override of ${label}${at(override)}`,
      message: `Nothing needs ${label} and nothing provides it, so the override has no effect.${this.#twinNote(twins[0])}`,
      remedy:
        twins.length === 0
          ? 'Remove the override, or override what the routes need.'
          : twinRemedy(override.target),
    }
  }

  /** Name of a target; two that share one are told apart by where they come from. */
  #label(target: Injectable): string {
    const label = labelOf(target)
    const same = this.#named(label)
    if (same.length < 2) return label
    const number = `#${same.indexOf(target) + 1}`
    if (typeof target !== 'symbol') return `${label}${number}`
    const origin = tokenOrigin(target)
    const isTelling =
      same.filter((other) => typeof other === 'symbol' && tokenOrigin(other) === origin).length < 2
    return `${label} (${origin}${isTelling ? '' : ` ${number}`})`
  }

  /** Every target of a label. Not grouped before a message needs it: most checks find nothing. */
  #named(label: string): readonly Injectable[] {
    const graph = this.#graph
    this.#sameLabel ??= groupBy(
      new Set([...graph.providers.keys(), ...graph.overrides.keys(), ...graph.targets()]),
      labelOf,
    )
    return this.#sameLabel.get(label) ?? []
  }

  #place(node: ServiceNode): string {
    for (let step: ServiceNode = node; ;) {
      const by = this.#walk.foundBy.get(step)!
      if ('root' in by) return by.root.place ?? this.#providerPlace(step)
      step = by.node
    }
  }

  #providerPlace(node: ServiceNode): string {
    const label = this.#label(node.target)
    return node.provider === undefined ? label : `bind(${label})${at(node.provider)}`
  }

  #chain(node: ServiceNode): string {
    return [...this.#above(node), this.#label(node.target)].join(' -> ')
  }

  /** The chain in brackets, unless it would only repeat the name. */
  #aside(node: ServiceNode): string {
    return this.#above(node).length === 0 ? '' : ` (${this.#chain(node)})`
  }

  /** The way from the root to whoever needs the node. A provider that no root needs begins its own way. */
  #above(node: ServiceNode): string[] {
    const above: string[] = []
    for (let step: ServiceNode = node; ;) {
      const by = this.#walk.foundBy.get(step)!
      if ('root' in by) return [...shortPlace(by.root), ...above]
      step = by.node
      above.unshift(this.#label(step.target))
    }
  }

  #others(consumers: readonly ServiceNode[]): string {
    const others = consumers.slice(1).map((node) => this.#label(node.target))
    if (others.length === 0) return ''
    const more = others.length > SHOWN_CONSUMERS ? ` and ${others.length - SHOWN_CONSUMERS} more` : ''
    return ` Also needed by ${others.slice(0, SHOWN_CONSUMERS).join(', ')}${more}.`
  }

  #twins(target: Injectable): Injectable[] {
    return this.#named(labelOf(target)).filter((other) => other !== target)
  }

  #providedTwin(target: Injectable): Injectable | undefined {
    return this.#twins(target).find((other) => this.#graph.nodeOf(other).kind !== 'missing')
  }

  #twinNote(twin: Injectable | undefined): string {
    return twin === undefined
      ? ''
      : ` Another of the same name is there, ${this.#label(twin)}, but it is not the same.`
  }
}

/** `route orders.show` of `route orders.show (GET /orders/:id)`; nothing for a provider, which the chain begins with. */
function shortPlace(root: WalkRoot): string[] {
  return root.place === undefined ? [] : [root.place.split(' (')[0]!]
}

function scopeWord(node: ServiceNode): string {
  return node.kind === 'alias' ? 'alias' : node.scope
}

function bindRemedy(target: Injectable): string {
  const own = typeof target === 'symbol' ? tokenRemedy(target) : undefined
  if (own !== undefined) return own
  const line = `\`bind(${labelOf(target)}, { make: () => … })\` to the providers.`
  const provider = typeof target === 'symbol' ? tokenProvidedBy(target) : undefined
  return provider === undefined ? `Add ${line}` : `Add ${provider}, or ${line}`
}

function twinRemedy(target: Injectable): string {
  if (typeof target !== 'symbol')
    return 'Import the one class in both places; two copies of a package make two.'
  return `Import the one constant in both places, or make both with \`token('${tokenName(target)}', { shared: true })\`.`
}

function scopeRemedy(holder: ServiceNode, label: string): string {
  if (holder.kind === 'class' && holder.provider === undefined) {
    return `Add \`static scope = 'request'\` to ${label}, or pass the value to its methods.`
  }
  return `Add \`scope: 'request'\` to \`bind(${label}, { … })\`, or pass the value to its methods.`
}
