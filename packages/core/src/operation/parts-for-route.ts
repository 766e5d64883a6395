// At set-up: which parts of a middleware run in a plan.
import {
  describeValue,
  ignorePromise,
  isPromise,
  optionProblems,
  SetupError,
  reasonOf,
  type SetupProblem,
} from '../errors/index.ts'
import {
  FOR_ROUTE_OPTIONS,
  isMiddleware,
  PARTS,
  type AnyMiddleware,
  type MiddlewareBehaviour,
  type MiddlewareDescription,
  type RouteFacts,
} from '../route/index.ts'
import { bindHeld, type Holdings } from './holding.ts'
import { withParts, type GivenParts, type Placed } from './placed-middleware.ts'
import type { MiddlewareOrigin } from './plan.ts'
import { middlewareAt } from './problem-groups.ts'

/** What the parts of a plan depend on. */
export interface PartsSetup {
  readonly facts: RouteFacts
  /** The route, for messages. */
  readonly place: () => string
  /** Whether nothing relies on what middleware adds: there is no handler and no rule. */
  readonly isBare: boolean
  readonly holdings: Holdings
  /** Receives the problems. */
  readonly problems: SetupProblem[]
}

/** The middleware of a plan, each with its parts for the route. */
export function partsForRoute(placed: readonly Placed[], setup: PartsSetup): Placed[] {
  return placed.flatMap(({ origin, middleware }) => {
    const parts = partsOf(middleware, setup)
    const served = parts === null ? undefined : withParts(middleware, parts)
    const why = whyNeeded(origin, middleware, served)
    if (why !== undefined && !setup.isBare) setup.problems.push(omitted(setup.place(), middleware, why))
    return served !== undefined && PARTS.some((name) => served[name] !== undefined)
      ? [{ origin, middleware, served }]
      : []
  })
}

/** Binds the parts that run to their services and state. From here on a middleware counts as used. */
export function withHeld(placed: readonly Placed[], holdings: Holdings): Placed[] {
  return placed.map((one) => ({
    ...one,
    served: withParts(one.served, bindHeld(one.served, holdings.of(one.middleware))),
  }))
}

/** Why a part of a middleware that a plan omits must be there. */
function whyNeeded(
  origin: MiddlewareOrigin,
  { adds }: AnyMiddleware,
  served: AnyMiddleware | undefined,
): string | undefined {
  const isRule = origin === 'access rule'
  if (served?.run !== undefined || (isRule && served?.wrap !== undefined)) return undefined
  if (isRule) return 'it is an access rule'
  return adds.length > 0 ? `it adds ${adds.map((name) => `'${name}'`).join(', ')}` : undefined
}

/** The parts that replace a middleware's own, empty for most; `null` if it is omitted. */
function partsOf(middleware: AnyMiddleware, setup: PartsSetup): GivenParts | null {
  const { kinds, for: ask } = middleware
  if (kinds !== undefined && !kinds.includes(setup.facts.kind)) return null
  if (ask === undefined) return {}
  const where = (): string => middlewareAt(setup.place(), middleware.name)
  const add = (message: string, remedy: string) =>
    void setup.problems.push({ code: 'ERR_CORE_MIDDLEWARE', place: where(), message, remedy })
  let given: unknown
  try {
    given = ask(setup.facts as never)
  } catch (error) {
    if (SetupError.is(error)) setup.problems.push(...error.problems)
    else
      add(
        `Its for failed: ${reasonOf(error)}`,
        'Correct it; to refuse the route, return { problems: [{ message, remedy }] }.',
      )
    return {}
  }
  if (given === undefined || given === null) return given === null ? null : {}
  const wrong = whyNoParts(given)
  if (wrong !== undefined) {
    add(...wrong)
    return {}
  }
  return partsGiven(given, middleware, { ...setup, place: where })
}

/** The problem of a value that is not parts, and what to do about it. */
function whyNoParts(given: {}): [message: string, remedy: string] | undefined {
  if (isPromise(given)) {
    ignorePromise(given)
    return [
      'Its for is asynchronous: plans are made at once.',
      'Make it synchronous; work that takes time belongs in state.',
    ]
  }
  if (typeof given === 'object' && !isMiddleware(given)) return undefined
  return [
    `Its for gives ${isMiddleware(given) ? 'a middleware' : describeValue(given)}, which is not parts.`,
    'Give the parts for this route, { run }; undefined for those it has, null for none, or { problems }.',
  ]
}

function partsGiven(given: {}, middleware: AnyMiddleware, { place, problems }: PartsSetup): GivenParts {
  const found = optionProblems(FOR_ROUTE_OPTIONS, given, { name: `${place()}, for` })
  if (found.length > 0) {
    problems.push(...found)
    return {}
  }
  const {
    problems: refused = [],
    describe,
    ...parts
  } = given as GivenParts & { readonly problems?: readonly Words[] }
  const wrong = [
    ...refused,
    ...partProblems(parts, middleware),
    ...(describe === undefined ? [] : describeProblems(describe, middleware)),
  ]
  for (const { message, remedy } of wrong)
    problems.push({ code: 'ERR_CORE_MIDDLEWARE', place: place(), message, remedy })
  return describe === undefined ? parts : { ...parts, describe }
}

type Words = Pick<SetupProblem, 'message' | 'remedy'>

function partProblems(parts: MiddlewareBehaviour, { stage, run, wrap }: AnyMiddleware): Words[] {
  const problems: Words[] = []
  const all = { run, wrap, ...parts }
  if (all.run !== undefined && all.wrap !== undefined)
    problems.push({
      message: 'With the parts that its for gives, it has both run and wrap.',
      remedy: 'Give undefined for one of them: { run: undefined, wrap }.',
    })
  const early = parts.run ?? parts.wrap
  if (early !== undefined && (stage === 'respond' || stage === 'record'))
    problems.push({
      message: `Its for gives a part that cannot stand in stage '${stage}'.`,
      remedy: "Put the middleware in a stage up to 'handle'.",
    })
  return problems
}

/** What its own description lacks, no type of a client has. */
function describeProblems(given: MiddlewareDescription, { describe: own }: AnyMiddleware): Words[] {
  const codes = new Set(own.errors?.map(({ code }) => code))
  const statuses = own.responses ?? {}
  const unknown = [
    ...(given.errors ?? []).flatMap(({ code }) => (codes.has(code) ? [] : [`the error ${code}`])),
    ...Object.keys(given.responses ?? {}).flatMap((one) =>
      Object.hasOwn(statuses, one) ? [] : [`the status ${one}`],
    ),
  ]
  return unknown.map((what) => ({
    message: `Its for describes ${what}, which its own describe does not have.`,
    remedy: 'Put it into describe of the middleware, from which clients have their types.',
  }))
}

function omitted(place: string, { name }: AnyMiddleware, why: string): SetupProblem {
  return {
    code: 'ERR_CORE_MIDDLEWARE',
    place: middlewareAt(place, name),
    message: `A route cannot omit it: ${why}.`,
    remedy: 'Give other parts for this route, or put it only on the routes that it is meant for.',
  }
}
