// At set-up: the order in which the parts of a plan's middleware run.
import {
  rulesOf,
  STAGES,
  type AnyMiddleware,
  type FlatRoute,
  type MetaEntry,
  type MiddlewareBehaviour,
  type MiddlewareDescription,
  type PartName,
  type PipelineStage,
} from '../route/index.ts'
import type { MiddlewareOrigin, Plan, PlanStep } from './plan.ts'

/** A middleware of a plan, and where it comes from. */
export interface Placed {
  readonly origin: MiddlewareOrigin
  readonly middleware: AnyMiddleware
  /** As it runs in the plan: the same, or with other parts. */
  readonly served: AnyMiddleware
}

/** What `for` of a middleware gives in place of its own. */
export interface GivenParts extends MiddlewareBehaviour {
  readonly describe?: MiddlewareDescription
}

/** The stages of `run` and `wrap`. */
const EARLY = STAGES.filter((stage) => stage !== 'respond' && stage !== 'record')

/** The middleware of a route, from the app's to its own, and its access rules, which are innermost. */
export function placedOf(flat: FlatRoute, use: readonly AnyMiddleware[]): Placed[] {
  const { route, routers } = flat
  return [
    ...from('app', use),
    ...routers.flatMap((one) => from('router', one.use)),
    ...from('meta', broughtBy([...routers.map((one) => one.meta), route.options.meta])),
    ...from('factory', route.middleware),
    ...from('route', route.options.use),
    ...from('access rule', rulesOf(flat)),
  ]
}

/** The same without its access rules. */
export function middlewareOf(flat: FlatRoute, { use }: { use: readonly AnyMiddleware[] }): AnyMiddleware[] {
  return placedOf(flat, use)
    .filter(({ origin }) => origin !== 'access rule')
    .map(({ middleware }) => middleware)
}

/** The same, of those of one name that are single only the nearest, where the outermost stands: that one sees every answer. */
export function withSingles(placed: readonly Placed[]): Placed[] {
  const nearest = new Map(placed.filter(isSingle).map((one) => [one.middleware.name, one]))
  return placed.flatMap((one) => {
    if (!isSingle(one)) return [one]
    const standing = nearest.get(one.middleware.name)
    nearest.delete(one.middleware.name)
    return standing ?? []
  })
}

function isSingle({ middleware }: Placed): boolean {
  return middleware.isSingle === true
}

function from(origin: MiddlewareOrigin, list: readonly AnyMiddleware[] = []): Placed[] {
  return list.map((middleware) => ({ origin, middleware, served: middleware }))
}

/** The middleware of facts, outermost first: of one key the nearest counts. */
export function broughtBy(lists: readonly (readonly MetaEntry[] | undefined)[]): AnyMiddleware[] {
  const entries = new Map(lists.flatMap((list) => list ?? []).map((one) => [one.key, one]))
  return [...entries.values()].flatMap(({ middleware }) => middleware ?? [])
}

/** The same middleware with other parts. */
export function withParts(middleware: AnyMiddleware, parts: GivenParts): AnyMiddleware {
  const own = Object.entries(parts).map(([name, value]) => [name, { value, enumerable: true }])
  if (own.length === 0) return middleware
  // Not spread, which would read the place of its definition.
  return Object.create(middleware, Object.fromEntries(own)) as AnyMiddleware
}

/** The middleware by stage, each once, as the plan describes it. Rules are last in their stage, so that they see what its other middleware adds. */
export function chainOf(placed: readonly Placed[]): AnyMiddleware[] {
  return STAGES.flatMap((stage) => inStage(placed, stage).map(describedAs))
}

function describedAs({ middleware, served: { describe } }: Placed): AnyMiddleware {
  return describe === middleware.describe ? middleware : withParts(middleware, { describe })
}

/** The middleware of a stage, those first that say so. */
function inStage(placed: readonly Placed[], stage: PipelineStage): Placed[] {
  const all = placed.filter(({ middleware }) => middleware.stage === stage)
  const isFirst = ({ middleware }: Placed): boolean => middleware.isFirst === true
  return [...all.filter(isFirst), ...all.filter((one) => !isFirst(one))]
}

/**
 * The parts in the order in which they run. Parts before the handler run from the app inwards; those of `respond` in reverse,
 * so that the first of a list sees the answer after all others.
 */
export function stepsOf(placed: readonly Placed[]): PlanStep[] {
  const inwards = (stage: PipelineStage, part: PartName, list: readonly Placed[] = placed): PlanStep[] =>
    list.filter(({ served }) => served[part] !== undefined).map((one) => ({ stage, part, ...one }))
  const outwards = placed.toReversed()
  return [
    ...EARLY.flatMap((stage) =>
      inStage(placed, stage).flatMap((one) => [
        ...inwards(stage, 'run', [one]),
        ...inwards(stage, 'wrap', [one]),
      ]),
    ),
    ...inwards('respond', 'transform', outwards),
    ...inwards('respond', 'encode', outwards),
    ...inwards('record', 'observe'),
  ]
}

/** The parts that run after the outcome. */
export function lateParts(
  steps: readonly PlanStep[],
): Pick<Plan, 'transforms' | 'transformNames' | 'encoders' | 'encoderNames' | 'observers'> {
  const parts = <T>(name: PartName): readonly T[] =>
    steps.filter(({ part }) => part === name).map(({ served }) => served[name] as unknown as T)
  const names = (name: PartName): readonly string[] =>
    steps.filter(({ part }) => part === name).map(({ middleware }) => middleware.name)
  return {
    transforms: parts('transform'),
    transformNames: names('transform'),
    encoders: parts('encode'),
    encoderNames: names('encode'),
    observers: parts('observe'),
  }
}

/** The middleware with a `run` or `wrap` in a stage. */
export function early(steps: readonly PlanStep[], stage: PipelineStage): AnyMiddleware[] {
  return steps
    .filter((one) => one.stage === stage && (one.part === 'run' || one.part === 'wrap'))
    .map((one) => one.served)
}
