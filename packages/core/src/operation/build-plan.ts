import type { ErrorFormat, SetupProblem } from '../errors/index.ts'
import {
  accessRuleOf,
  PARTS,
  type AnyMiddleware,
  type AppFacts,
  type FlatRoute,
  type JsonSettings,
  type MetaDescription,
  type RouteFacts,
  reply,
} from '../route/index.ts'
import { parsePattern } from '../path/index.ts'
import { attempt } from './attempt.ts'
import { replyOutcome } from './free-outcome.ts'
import { callerOr } from './caller.ts'
import type { CallKind } from './call-kind.ts'
import { bareErrorRules, errorRules, type ErrorRulesSetup } from './error-rules.ts'
import type { Holdings } from './holding.ts'
import { inputSteps } from './input-steps.ts'
import {
  chainOf,
  early,
  lateParts,
  placedOf,
  stepsOf,
  withParts,
  withSingles,
  type Placed,
} from './placed-middleware.ts'
import { partsForRoute, withHeld } from './parts-for-route.ts'
import type { Around, Plan, Step, Tail } from './plan.ts'
import { CONTEXT_NAMES, createContextClass } from './request-context.ts'
import { handlerTail } from './handler-tail.ts'
import { describeMeta, factsOf, metaOf, type Meta } from './facts-for-route.ts'
import type { ResponseMode } from './response-mode.ts'
import { compose } from './steps.ts'
import { checkNames, lostNames } from './name-problems.ts'
import { unanswerable } from './response-problems.ts'
import { checkTransactions } from './transaction-problems.ts'
import { withoutPromises } from './unawaited.ts'

/** Settings of the app for all its routes. */
export interface PlanSettings {
  readonly kind: CallKind
  readonly app: AppFacts
  /** Names the protection space of the app (RFC 9110 §11.5). */
  readonly realm: string
  readonly use: readonly AnyMiddleware[]
  readonly errorFormat: ErrorFormat
  readonly errors: ErrorRulesSetup
  readonly maxBodyBytes: number
  readonly deadlineMs: number
  readonly responses: ResponseMode
  readonly json: JsonSettings
  /** What the app's middleware holds. */
  readonly holdings: Holdings
  /** Called in development and test with the undeclared properties of a response. */
  readonly onUndeclared: (place: string, pointers: readonly string[]) => void
}

/** Makes the frozen plan of a route from it and everything above it, or returns its problems. */
export function buildPlan(
  flat: FlatRoute,
  settings: PlanSettings,
): { plan: Plan | undefined; problems: SetupProblem[] } {
  const problems: SetupProblem[] = [...settings.kind.problems(flat), ...unanswerable(flat)]
  if (!hasAccess(flat)) problems.push(noAccess(flat))
  if (problems.length > 0) return { plan: undefined, problems }

  const given = placedOf(flat, settings.use)
  const all = withSingles(given)
  problems.push(...wrongRules(flat, all), ...twiceSingle(flat), ...lostNames(flat, given, all))
  const place = (): string => flat.place
  const meta = metaOf(flat, problems)
  const middleware = all.map((one) => one.middleware)
  const facts = factsOf({ kind: settings.kind.name, app: settings.app, flat, meta, middleware })
  const { holdings } = settings
  const placed = partsForRoute(all, { facts, place, holdings, isBare: false, problems })
  const chain = chainOf(placed)
  problems.push(...checkNames(flat, chain), ...checkTransactions(place, chain))
  const described = describeMeta(meta, place, problems)
  const plan = assemble(flat, settings, { placed: withHeld(placed, holdings), facts, described, problems })
  return { plan: problems.length > 0 ? undefined : plan, problems }
}

/** The format of the nearest router that has one, else the app's. */
export function errorFormatOf(routers: FlatRoute['routers'], settings: PlanSettings): ErrorFormat {
  return routers.reduce((format, one) => one.errorFormat ?? format, settings.errorFormat)
}

interface Parts {
  readonly placed: readonly Placed[]
  readonly facts: RouteFacts
  readonly described: readonly MetaDescription[]
  /** Receives the problems of the schemas. */
  readonly problems: SetupProblem[]
}

function assemble(
  flat: FlatRoute,
  settings: PlanSettings,
  { placed, facts, described, problems }: Parts,
): Plan | undefined {
  const { route, routers } = flat
  const { options } = route
  const place = (): string => flat.place
  const jsons = [settings, ...routers, options].map((one) => one.json ?? {})
  const json = Object.assign({}, ...jsons) as JsonSettings
  const pattern = attempt(problems, () => parsePattern(flat.pattern, place))
  const input = attempt(problems, () =>
    inputSteps(flat, { kind: settings.kind, json, paramNames: pattern?.paramNames }),
  )
  const { responses: mode, onUndeclared, kind } = settings
  const tail = attempt(problems, () =>
    handlerTail(options, route.handler, { mode, isWritten: kind.isWritten, place, onUndeclared }),
  )
  if (pattern === undefined || input === undefined || tail === undefined) return undefined
  const chain = chainOf(placed)
  const steps = stepsOf(placed)
  const served = stepsOf(heldTo(mode, placed))
  const authenticate = early(served, 'authenticate')
  const admission: (Step | Around | AnyMiddleware)[] = [
    ...(kind.isTyped ? callerOr(authenticate) : authenticate),
    ...(input.params === undefined ? [] : [input.params]),
    ...early(served, 'authorize'),
  ]
  const parts = [
    ...early(served, 'receive'),
    ...admission,
    ...(input.rest === undefined ? [] : [input.rest]),
    ...early(served, 'validate'),
    ...early(served, 'handle'),
  ]
  return Object.freeze({
    kind: kind.name,
    isWritten: kind.isWritten,
    name: flat.name,
    pattern: flat.pattern,
    Context: createContextClass({ adds: chain.flatMap((one) => one.adds), injects: route.injects }),
    paramNames: pattern.paramNames,
    run: compose(parts, tail),
    admit: kind.isTyped ? compose(admission, () => replyOutcome(reply(204))) : undefined,
    ...lateParts(kind.isWritten ? served : served.filter(({ part }) => part !== 'encode')),
    errorFormat: errorFormatOf(routers, settings),
    errors: errorRules(flat, chain, { ...settings.errors, problems }),
    complete: settings.kind.completion(chain, settings.realm),
    maxBodyBytes: options.maxBodyBytes ?? settings.maxBodyBytes,
    deadlineMs: options.deadlineMs ?? settings.deadlineMs,
    json,
    injects: route.injects,
    chain,
    steps,
    facts,
    descriptions: [...chain.map((one) => one.describe), ...described],
    flat,
  })
}

/** What runs for requests without a route. */
export interface BarePlan {
  /** Middleware of stage `receive` runs, and of the others the parts that follow an outcome. */
  readonly use: readonly AnyMiddleware[]
  readonly errorFormat: ErrorFormat
  /** Answers. */
  readonly tail: Tail
  readonly paramNames?: readonly string[]
  readonly injects?: Plan['injects']
  readonly meta?: Meta
  /** Whether the request was refused before there was a plan: no `receive` middleware runs. */
  readonly isRefusal?: boolean
  /** Receives the problems of its middleware. */
  readonly problems: SetupProblem[]
}

/** A plan for requests without a route: middleware around a tail that answers. Nothing is authenticated. */
export function buildBarePlan(settings: PlanSettings, bare: BarePlan): Plan {
  const { errorFormat, tail, paramNames = [], injects = {}, meta = new Map(), problems } = bare
  const { holdings } = settings
  const all = withSingles(bare.use.map((one) => ({ origin: 'app' as const, middleware: one, served: one })))
  const middleware = all.map((one) => one.middleware)
  const facts = factsOf({ kind: settings.kind.name, app: settings.app, flat: undefined, meta, middleware })
  const place = (): string => 'requests without a route'
  const standing = partsForRoute(all, { facts, place, holdings, isBare: true, problems })
  const placed = withHeld(servedBare(standing, bare.isRefusal === true ? undefined : injects), holdings)
  const chain = chainOf(placed)
  const served = stepsOf(heldTo(settings.responses, placed))
  return Object.freeze({
    kind: settings.kind.name,
    isWritten: settings.kind.isWritten,
    name: undefined,
    pattern: undefined,
    Context: createContextClass({ adds: chain.flatMap((one) => one.adds), injects }),
    paramNames,
    admit: undefined,
    run: compose(early(served, 'receive'), tail),
    ...lateParts(served),
    errorFormat,
    errors: bareErrorRules(settings.errors),
    complete: settings.kind.completion([], settings.realm),
    maxBodyBytes: settings.maxBodyBytes,
    deadlineMs: settings.deadlineMs,
    json: settings.json,
    injects,
    chain,
    steps: stepsOf(placed),
    facts,
    descriptions: [],
    flat: undefined,
  })
}

/**
 * The middleware that serves a request without a route. That of a router may need what only the routes below have; without it,
 * its `run` or `wrap` cannot run.
 *
 * @param injects - `undefined` if no `run` and no `wrap` may run
 */
function servedBare(standing: readonly Placed[], injects: Plan['injects'] | undefined): Placed[] {
  const there = new Set(Object.keys(injects ?? {}))
  return standing.flatMap((one) => {
    const { stage, needs, adds } = one.middleware
    const runs =
      injects !== undefined &&
      stage === 'receive' &&
      needs.every((name) => there.has(name) || CONTEXT_NAMES.has(name))
    if (runs) for (const name of adds) there.add(name)
    const served = runs ? one.served : withParts(one.served, { run: undefined, wrap: undefined })
    return PARTS.some((part) => served[part] !== undefined) ? [{ ...one, served }] : []
  })
}

/** The middleware that runs: in development and test, its results are checked for promises. */
function heldTo(mode: ResponseMode, placed: readonly Placed[]): readonly Placed[] {
  if (mode === 'filter') return placed
  return placed.map((one) => ({ ...one, served: withoutPromises(one.served) }))
}

function hasAccess(flat: FlatRoute): boolean {
  const rule = accessRuleOf(flat)
  // An empty list says nothing about who may call.
  return rule !== undefined && !(Array.isArray(rule) && rule.length === 0)
}

function wrongRules(flat: FlatRoute, placed: readonly Placed[]): SetupProblem[] {
  return placed
    .filter(({ origin, middleware }) => origin === 'access rule' && middleware.stage !== 'authorize')
    .map(({ middleware: { name, stage } }) => ({
      code: 'ERR_CORE_ACCESS_STAGE',
      place: flat.place,
      message: `Its access rule '${name}' is a middleware of stage '${stage}'.`,
      remedy: "Give access middleware of stage 'authorize', or 'public'.",
    }))
}

/** Of routers and the app a further one may replace the first; in the list of a route the first is a slip. */
function twiceSingle(flat: FlatRoute): SetupProblem[] {
  const names = (flat.route.options.use ?? [])
    .filter(({ isSingle }) => isSingle === true)
    .map(({ name }) => name)
  const twice = new Set(names.filter((name, at) => names.indexOf(name) < at))
  return [...twice].map((name) => ({
    code: 'ERR_CORE_MIDDLEWARE',
    // Read only here: a line of source takes its time.
    place: flat.place,
    message: `Its use has ${name} twice, of which only the last would stand.`,
    remedy: 'Remove one of them.',
  }))
}

function noAccess(flat: FlatRoute): SetupProblem {
  return {
    code: 'ERR_CORE_ACCESS_MISSING',
    place: flat.place,
    message: 'It does not say who may call it.',
    remedy: "Add access: 'public', or an authorize-stage middleware; or give its router an access rule.",
  }
}
