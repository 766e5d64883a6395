import type { ErrorFormat, SetupProblem } from '../errors/index.ts'
import {
  accessRuleOf,
  rulesOf,
  STAGES,
  type AnyMiddleware,
  type FlatRoute,
  type JsonSettings,
  type Stage,
} from '../route/index.ts'
import { parsePattern } from '../path/index.ts'
import { attempt } from './attempt.ts'
import type { CallKind } from './call-kind.ts'
import { bareErrorRules, errorRules, type ErrorRulesSetup } from './error-rules.ts'
import { inputSteps } from './input.ts'
import type { Plan, Tail } from './plan.ts'
import { CONTEXT_NAMES, createContextClass } from './request-context.ts'
import { handlerTail } from './response.ts'
import type { ResponseMode } from './response-mode.ts'
import { compose, type Around, type Step } from './steps.ts'
import { checkNames } from './name-problems.ts'
import { unanswerable } from './response-problems.ts'
import { withoutPromises } from './unawaited.ts'

/** What the app says about all its routes. */
export interface PlanSettings {
  readonly kind: CallKind
  /** Names the protection space of the app (RFC 9110 §11.5). */
  readonly realm: string
  readonly use: readonly AnyMiddleware[]
  readonly errorFormat: ErrorFormat
  readonly errors: ErrorRulesSetup
  readonly maxBodyBytes: number
  readonly deadlineMs: number
  readonly responses: ResponseMode
  readonly json: JsonSettings
  /** Told in development and test which undeclared properties a response had. */
  readonly onUndeclared: (place: string, pointers: readonly string[]) => void
}

type ByStage = Record<Stage, AnyMiddleware[]>

/** Turns a route and everything above it into its frozen plan, or says what is wrong with it. */
export function buildPlan(
  flat: FlatRoute,
  settings: PlanSettings,
): { plan: Plan | undefined; problems: SetupProblem[] } {
  const problems: SetupProblem[] = [...settings.kind.problems(flat), ...unanswerable(flat)]
  const access = accessOf(flat)
  if (access === undefined) problems.push(noAccess(flat))
  const listed = middlewareOf(flat, settings)
  if (problems.length > 0) return { plan: undefined, problems }

  const byStage = groupByStage(listed)
  problems.push(...placeAccess(flat, access ?? [], byStage))
  const chain = STAGES.flatMap((stage) => byStage[stage])
  problems.push(...checkNames(flat, chain))
  const plan = assemble(flat, settings, { byStage, chain, problems })
  return { plan: problems.length > 0 ? undefined : plan, problems }
}

/** The middleware of a route from the app's to its own, without its access rule. */
export function middlewareOf({ route, routers }: FlatRoute, { use }: PlanSettings): AnyMiddleware[] {
  const all = [...use]
  for (const one of routers) if (one.use !== undefined) all.push(...one.use)
  all.push(...route.middleware)
  if (route.options.use !== undefined) all.push(...route.options.use)
  return all
}

/** The format of the nearest router that has one, else the app's. */
export function errorFormatOf(routers: FlatRoute['routers'], settings: PlanSettings): ErrorFormat {
  return routers.reduce((format, one) => one.errorFormat ?? format, settings.errorFormat)
}

interface Parts {
  readonly byStage: ByStage
  /** The same as one list. */
  readonly chain: readonly AnyMiddleware[]
  /** Gets what is wrong with the schemas. */
  readonly problems: SetupProblem[]
}

function assemble(
  flat: FlatRoute,
  settings: PlanSettings,
  { byStage, chain, problems }: Parts,
): Plan | undefined {
  const { route, routers } = flat
  const { options } = route
  const place = (): string => flat.place
  const json = Object.assign({}, settings.json, ...routers.map((one) => one.json ?? {})) as JsonSettings
  const pattern = attempt(problems, () => parsePattern(flat.pattern, place))
  const input = attempt(problems, () =>
    inputSteps(flat, { kind: settings.kind, json, paramNames: pattern?.paramNames }),
  )
  const { responses: mode, onUndeclared } = settings
  const tail = attempt(problems, () => handlerTail(options, route.handler, { mode, place, onUndeclared }))
  if (pattern === undefined || input === undefined || tail === undefined) return undefined
  const served = heldTo(mode, byStage)
  const parts: (Step | Around | AnyMiddleware)[] = [
    ...served.receive,
    ...served.authenticate,
    ...(input.params === undefined ? [] : [input.params]),
    ...served.authorize,
    ...(input.rest === undefined ? [] : [input.rest]),
    ...served.validate,
    ...served.handle,
  ]
  return Object.freeze({
    name: flat.name,
    pattern: flat.pattern,
    Context: createContextClass({ adds: chain.flatMap((one) => one.adds), injects: route.injects }),
    paramNames: pattern.paramNames,
    run: compose(parts, tail),
    ...late(served),
    errorFormat: errorFormatOf(routers, settings),
    errors: errorRules(flat, chain, { ...settings.errors, problems }),
    complete: settings.kind.completion(chain, settings.realm),
    maxBodyBytes: options.maxBodyBytes ?? settings.maxBodyBytes,
    deadlineMs: options.deadlineMs ?? settings.deadlineMs,
    injects: route.injects,
    chain,
    flat,
  })
}

/** What runs for requests that have no route. */
export interface BarePlan {
  /** Its `receive`, `respond` and `record` middleware is taken. */
  readonly use: readonly AnyMiddleware[]
  readonly errorFormat: ErrorFormat
  /** Answers. */
  readonly tail: Tail
  readonly paramNames?: readonly string[]
  readonly injects?: Plan['injects']
}

/** A plan for what has no route: middleware around a tail that answers. Nothing is authenticated. */
export function buildBarePlan(settings: PlanSettings, bare: BarePlan): Plan {
  const { errorFormat, tail, paramNames = [], injects = {} } = bare
  const byStage = groupByStage(bare.use)
  byStage.receive = withNeedsMet(byStage.receive, injects)
  const chain = [...byStage.receive, ...byStage.respond, ...byStage.record]
  const served = heldTo(settings.responses, byStage)
  return Object.freeze({
    name: undefined,
    pattern: undefined,
    Context: createContextClass({ adds: chain.flatMap((one) => one.adds), injects }),
    paramNames,
    run: compose(served.receive, tail),
    ...late(served),
    errorFormat,
    errors: bareErrorRules(settings.errors),
    complete: settings.kind.completion([], settings.realm),
    maxBodyBytes: settings.maxBodyBytes,
    deadlineMs: settings.deadlineMs,
    injects,
    chain,
    flat: undefined,
  })
}

/** A router's middleware may need what only routes below have: without it, it cannot run. */
function withNeedsMet(receive: readonly AnyMiddleware[], injects: Plan['injects']): AnyMiddleware[] {
  const there = new Set(Object.keys(injects))
  return receive.filter((one) => {
    const isMet = one.needs.every((name) => there.has(name) || CONTEXT_NAMES.has(name))
    if (isMet) for (const name of one.adds) there.add(name)
    return isMet
  })
}

/** The middleware that runs: in development and test, such as looks at what it gives. */
function heldTo(mode: ResponseMode, byStage: ByStage): ByStage {
  if (mode === 'filter') return byStage
  return Object.fromEntries(
    STAGES.map((stage) => [stage, byStage[stage].map(withoutPromises)]),
  ) as unknown as ByStage
}

function late(byStage: ByStage): Pick<Plan, 'transforms' | 'transformNames' | 'observers'> {
  return {
    transforms: byStage.respond.map((one) => one.transform as unknown as Plan['transforms'][number]),
    transformNames: byStage.respond.map((one) => one.name),
    observers: byStage.record.map((one) => one.observe as unknown as Plan['observers'][number]),
  }
}

function groupByStage(list: readonly AnyMiddleware[]): ByStage {
  const groups = Object.fromEntries(STAGES.map((stage) => [stage, [] as AnyMiddleware[]])) as ByStage
  for (const one of list) groups[one.stage].push(one)
  return groups
}

/** The rule that holds for a route, as a list. */
function accessOf(flat: FlatRoute): readonly AnyMiddleware[] | undefined {
  const rule = accessRuleOf(flat)
  // An empty list admits nobody and refuses nobody: it says nothing.
  if (rule === undefined || (Array.isArray(rule) && rule.length === 0)) return undefined
  return rulesOf(flat)
}

/** Access rules run last of their stage, so that they find what other middleware of it adds. */
function placeAccess(flat: FlatRoute, access: readonly AnyMiddleware[], byStage: ByStage): SetupProblem[] {
  byStage.authorize.push(...access.filter((one) => one.stage === 'authorize'))
  return access
    .filter((one) => one.stage !== 'authorize')
    .map((one) => ({
      code: 'ERR_CORE_ACCESS_STAGE',
      place: flat.place,
      message: `Its access rule '${one.name}' is a middleware of stage '${one.stage}'.`,
      remedy: "Give access middleware of stage 'authorize', or 'public'.",
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
