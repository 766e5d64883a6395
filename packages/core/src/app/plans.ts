import type { SetupProblem } from '../errors/index.ts'
import { problemFormat } from '../errors/index.ts'
import type { Injectable, Root } from '../di/index.ts'
import {
  type CallKind,
  buildBarePlan,
  buildPlan,
  grouped,
  ErrorDetails,
  type InjectionSource,
  type Plan,
  type PlanSettings,
} from '../operation/index.ts'
import type { Logger } from '../log/index.ts'
import { createLookup, type Lookup } from '../path/index.ts'
import { flattenRoutes, type AppFacts, type RouteTree } from '../route/index.ts'
import { CallPlans } from './call/call-plans.ts'
import { notFoundTail } from './dispatcher.ts'
import { buildUnmatched, type Unmatched } from './unmatched.ts'
import type { ApplicationOptions } from './options.ts'
import { createUndeclaredErrorWarning, createUndeclaredWarning, createUnfitWarning } from './undeclared.ts'

/** Largest request body by default: 1 MiB. */
const DEFAULT_MAX_BODY_BYTES = 1_048_576
/** Time for a request by default: 30 s. */
const DEFAULT_DEADLINE_MS = 30_000

/** All plans of an app and how to find them. */
export interface Plans {
  readonly plans: readonly Plan[]
  readonly lookup: Lookup<Plan>
  /** For requests that no route serves, by their place. */
  readonly unmatched: Unmatched
  /** For requests below no router. */
  readonly notFound: Plan
  readonly refused: Plan
  /** For calls within the process. */
  readonly calls: CallPlans
  readonly problems: readonly SetupProblem[]
}

/** The app in which the plans run. */
export interface PlanSurroundings {
  /** Whether the plans of calls within the process are built as well. */
  readonly calls: boolean
  readonly app: AppFacts
  readonly log: Logger
  readonly kind: CallKind
  /** Middleware of the app and its plugins. */
  readonly use: PlanSettings['use']
  readonly holdings: PlanSettings['holdings']
}

/** Turns the tree of routes into plans, and gathers all problems. */
export function buildPlans(tree: RouteTree, options: ApplicationOptions, around: PlanSurroundings): Plans {
  const { app, log, use, holdings } = around
  const responses = app.mode === 'production' ? 'filter' : 'check'
  const onUndeclared = createUndeclaredWarning(log)
  const settings: PlanSettings = {
    kind: around.kind,
    app,
    realm: options.name ?? 'app',
    use,
    holdings,
    errorFormat: options.errorFormat ?? problemFormat,
    errors: {
      details: new ErrorDetails({ mode: responses, onUndeclared, onUnfit: createUnfitWarning(log) }),
      onUndeclaredError: responses === 'check' ? createUndeclaredErrorWarning(log) : undefined,
    },
    maxBodyBytes: options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    deadlineMs: options.deadlineMs ?? DEFAULT_DEADLINE_MS,
    responses,
    json: options.json ?? {},
    onUndeclared,
  }
  const { routes, routers, problems } = flattenRoutes(tree)
  const built = routes.map((flat) => buildPlan(flat, settings))
  problems.push(...built.flatMap((one) => one.problems))
  const plans = built.flatMap((one) => one.plan ?? [])
  const entries = routes.flatMap((flat, at) => {
    const value = built[at]?.plan
    const { method } = flat.route
    return value === undefined ? [] : [{ method, pattern: flat.pattern, value, place: () => flat.place }]
  })
  const { lookup, problems: clashes } = createLookup(entries, options.routing)
  problems.push(...clashes)
  const { errorFormat } = settings
  const tail = notFoundTail(lookup)
  const unmatched = buildUnmatched({ routes, routers }, settings, {
    tail,
    routing: options.routing,
    problems,
  })
  const notFound = buildBarePlan(settings, { use, errorFormat, tail, problems })
  const refused = buildBarePlan(settings, {
    use,
    errorFormat,
    isRefusal: true,
    problems,
    tail: (ctx) => {
      throw ctx['~execution'].refusal
    },
  })
  const calls = new CallPlans(routes, settings)
  // Each problem of a route is reported once.
  if (around.calls && problems.length === 0) problems.push(...calls.buildAll())
  return { plans, lookup, unmatched, notFound, refused, calls, problems: grouped(problems) }
}

/** The services that plans inject, for the check of the graph. */
export function injectionRoots(plans: readonly Plan[]): Root[] {
  return plans.flatMap((plan) =>
    Object.entries(plan.injects).map(([name, target]) => ({
      target: target as Injectable,
      place: `${plan.flat?.place ?? 'route'}, ctx.${name}`,
    })),
  )
}

/**
 * Puts injected services on the contexts of plans: singletons once, on the prototype; request-scoped ones by a getter that
 * resolves them when they are first read.
 */
export function fillContexts(plans: readonly Plan[], injection: InjectionSource): void {
  for (const plan of plans) {
    for (const [name, target] of Object.entries(plan.injects)) {
      const descriptor: PropertyDescriptor = injection.isRequestScoped(target)
        ? {
            get(this: InstanceType<Plan['Context']>) {
              const value = this['~execution'].resolve(target)
              // A transient service has one instance for its request, not one for each read of the name.
              Object.defineProperty(this, name, { value, enumerable: true })
              return value
            },
          }
        : { value: injection.resolve(target) }
      Object.defineProperty(plan.Context.prototype, name, {
        ...descriptor,
        enumerable: true,
        configurable: true,
      })
    }
  }
}
