import { labelOf, readNeed, type Container, type Injectable, type NeedEntry, type Root } from '../di/index.ts'
import type { SetupProblem } from '../errors/index.ts'
import type { Plugin } from './plugin-contract.ts'
import { partsOf, placeOf } from './plugin-value.ts'

/** One step of a start. */
export type StartStep = { readonly plugin: Plugin } | ServiceStep

/** A service to be made. */
export interface ServiceStep {
  readonly target: Injectable
  /** What needs it, from the outermost to the innermost; for messages. */
  readonly neededBy: () => readonly string[]
}

/** The order in which plugins start and services are made. */
export interface StartOrder {
  readonly steps: readonly StartStep[]
  readonly problems: readonly SetupProblem[]
}

/** What {@link orderStart} puts into order. */
export interface StartParts {
  readonly container: Container
  /** In the order in which they were given, each after those that it `needs`. */
  readonly plugins: readonly Plugin[]
  /** Targets that plugins bound, and by which plugin. An override has the binder of what it replaces. */
  readonly binders: ReadonlyMap<Injectable, Plugin>
  /** What routes and middleware need. */
  readonly roots: readonly Root[]
}

/** The services that plugins inject, for the check of the graph; without optional ones that nothing provides. */
export function pluginRoots(plugins: readonly Plugin[], container: Container): Root[] {
  return plugins.flatMap((plugin) =>
    Object.entries(partsOf(plugin).inject ?? {}).flatMap(([name, value]) => {
      const need = readNeed(value)
      if (need?.kind === 'optional' && !container.isProvided(need.target)) return []
      const target = need === undefined ? (value as Injectable) : need.target
      return [{ target, place: `${placeOf(plugin)}, ${name}`, scope: 'singleton' as const }]
    }),
  )
}

/**
 * Orders the start: a plugin comes after the plugins that it needs, the services that it injects and the plugins that bound
 * these; a service after what it needs, and after the plugin that bound what it needs, unless the same plugin bound the service.
 * Lazy needs do not affect the order: they are made at the end.
 */
export function orderStart(parts: StartParts): StartOrder {
  const walk = new StartWalk(parts)
  for (const plugin of parts.plugins) walk.visitPlugin(plugin, undefined)
  for (const { target, place } of parts.roots) walk.visitRoot(target, place)
  for (const target of parts.container.startable()) walk.visitRoot(target)
  walk.visitLater()
  return walk
}

/** The path to a step, from its end. */
interface Way {
  readonly item: Plugin | Injectable | string
  readonly above: Way | undefined
}

class StartWalk implements StartOrder {
  readonly steps: StartStep[] = []
  readonly problems: SetupProblem[] = []
  readonly #parts: StartParts
  readonly #plugins: ReadonlyMap<string, Plugin>
  readonly #seen = new Set<Plugin | Injectable>()
  readonly #open = new Set<Plugin | Injectable>()
  readonly #later: { readonly target: Injectable; readonly above: Way | undefined }[] = []

  constructor(parts: StartParts) {
    this.#parts = parts
    this.#plugins = new Map(parts.plugins.map((plugin) => [plugin.name, plugin]))
  }

  visitPlugin(plugin: Plugin, above: Way | undefined): void {
    if (!this.#enter(plugin, above)) return
    const way = { item: plugin, above }
    const { needs = [], inject = {} } = partsOf(plugin)
    for (const name of needs) this.visitPlugin(this.#plugins.get(name)!, way)
    const needed = Object.values(inject).flatMap((value) => readNeed(value) ?? [])
    this.#visitNeeds(
      needed.filter(({ kind, target }) => kind !== 'optional' || this.#parts.container.isProvided(target)),
      plugin,
      way,
    )
    this.#open.delete(plugin)
    this.steps.push({ plugin })
  }

  visitRoot(target: Injectable, place?: string): void {
    this.#visitService(target, place === undefined ? undefined : { item: place, above: undefined })
  }

  visitLater(): void {
    for (let next = this.#later.shift(); next !== undefined; next = this.#later.shift())
      this.#visitService(next.target, next.above)
  }

  #visitService(target: Injectable, above: Way | undefined): void {
    if (!this.#enter(target, above)) return
    const { needs, scope } = this.#parts.container.factsOf(target)
    this.#visitNeeds(needs, this.#parts.binders.get(target), { item: target, above })
    this.#open.delete(target)
    // Others are made on demand; what they need is made by then.
    if (scope === 'singleton') this.steps.push({ target, neededBy: () => labelsOf(above) })
  }

  /** @param owner - the plugin that needs them, or that bound the service which needs them */
  #visitNeeds(needs: readonly NeedEntry[], owner: Plugin | undefined, way: Way): void {
    for (const { kind, target } of needs) {
      if (kind === 'lazy') {
        this.#later.push({ target, above: way })
        continue
      }
      const binder = this.#parts.binders.get(target)
      if (binder !== undefined && binder !== owner) this.visitPlugin(binder, way)
      this.#visitService(target, way)
    }
  }

  /** Whether a step has not been visited before. */
  #enter(item: Plugin | Injectable, above: Way | undefined): boolean {
    if (this.#open.has(item)) this.problems.push(circleProblem(item, above))
    if (this.#seen.has(item)) return false
    this.#seen.add(item)
    this.#open.add(item)
    return true
  }
}

/** From the outermost to the innermost. */
function labelsOf(way: Way | undefined): string[] {
  const labels: string[] = []
  for (let step = way; step !== undefined; step = step.above) labels.unshift(labelOfItem(step.item))
  return labels
}

function labelOfItem(item: Way['item']): string {
  if (typeof item === 'string') return item
  return typeof item === 'object' ? placeOf(item) : labelOf(item)
}

function circleProblem(item: Plugin | Injectable, above: Way | undefined): SetupProblem {
  const circle: Way['item'][] = []
  for (let step = above; step !== undefined; step = step.above) {
    circle.unshift(step.item)
    if (step.item === item) break
  }
  // There is a plugin in it: the graph of services has no circle.
  const first = circle.findIndex((one) => typeof one === 'object')
  const turned = [...circle.slice(first), ...circle.slice(0, first + 1)]
  const service = turned.find((one) => typeof one !== 'object')
  return {
    code: 'ERR_CORE_PLUGIN',
    place: placeOf(turned[0] as Plugin),
    message: `It starts after itself: ${turned.map(labelOfItem).join(' -> ')}.`,
    remedy:
      service === undefined
        ? 'Remove one of these needs.'
        : `Remove one of these needs, or make one that is only used later lazy: lazy(() => ${labelOfItem(service)}).`,
  }
}
