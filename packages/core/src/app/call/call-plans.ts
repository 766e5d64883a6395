import {
  ArgumentError,
  describeValue,
  nearestName,
  SetupError,
  type SetupProblem,
} from '../../errors/index.ts'
import { buildPlan, type InputSource, type Plan, type PlanSettings } from '../../operation/index.ts'
import { isParamValue, parsePattern, type Pattern } from '../../path/index.ts'
import { declaredCodes, declaredStatuses, type AnyMiddleware, type FlatRoute } from '../../route/index.ts'
import { CALL, whyUncallable } from './in-process-kind.ts'
import { PLACES } from './call-input.ts'

/** What a call needs to know about its route. */
export interface CallTarget {
  readonly name: string
  readonly method: string
  readonly pattern: Pattern
  readonly plan: Plan
  /** The plan that only decides whether the caller is admitted. */
  readonly admission: Plan
  /** Why it cannot be called within the process; `undefined` where it can. */
  readonly whyUncallable: string | undefined
  /** Names that its `authenticate` middleware adds; `undefined` where there is none. */
  readonly callerNames: ReadonlySet<string> | undefined
  /** Codes of the errors in the type of the result. */
  readonly codes: ReadonlySet<string>
  /** Whether a status without an error is in the type of the result. */
  readonly isDeclared: (status: number) => boolean
  /** Whether the route describes a place of its input. */
  declares(place: InputSource | 'params' | 'body'): boolean
}

/** The plans of an app for calls within the process: each is built at the first call of its route, unless all are built at start. */
export class CallPlans {
  readonly #routes: ReadonlyMap<string, FlatRoute>
  readonly #settings: PlanSettings
  readonly #targets = new Map<string, CallTarget>()
  /** Middleware that runs only in calls, whose states were not made at start. */
  readonly #unmade = new Set<AnyMiddleware>()
  #fill: ((plans: readonly Plan[]) => void) | undefined = undefined

  /** @param settings - those of the app, whose kind of call is replaced */
  constructor(routes: readonly FlatRoute[], settings: PlanSettings) {
    this.#routes = new Map(routes.map((flat) => [flat.name, flat]))
    this.#settings = { ...settings, kind: CALL }
  }

  /** Builds all plans and gathers their problems. */
  buildAll(): SetupProblem[] {
    return [...this.#routes.values()]
      .filter((flat) => whyUncallable(flat) === undefined && !this.#targets.has(flat.name))
      .flatMap((flat) => this.#build(flat).problems)
  }

  /** @param fill - puts services on the contexts of plans; called for all plans, those built later too */
  fillWith(fill: (plans: readonly Plan[]) => void): void {
    this.#fill = fill
    fill([...this.#targets.values()].map(({ plan }) => plan))
  }

  /**
   * @throws {ArgumentError} for a name that no route has
   * @throws {SetupError} with the problems of its plan
   */
  target(name: string): CallTarget {
    const known = this.#targets.get(name)
    if (known !== undefined) return known
    const flat = this.#routes.get(name)
    if (flat === undefined) throw noRoute(name, [...this.#routes.keys()])
    const { target, problems } = this.#build(flat)
    if (target === undefined) throw new SetupError(problems)
    return target
  }

  #build(flat: FlatRoute): { target: CallTarget | undefined; problems: SetupProblem[] } {
    const { holdings } = this.#settings
    const made = holdings.all.length
    const { plan, problems } = buildPlan(flat, this.#settings)
    if (plan === undefined) return { target: undefined, problems }
    if (this.#fill !== undefined)
      for (const { middleware } of holdings.all.slice(made)) this.#unmade.add(middleware)
    const unmade = plan.steps.find(({ middleware }) => this.#unmade.has(middleware))?.middleware
    if (unmade !== undefined) return { target: undefined, problems: [comesLate(flat, unmade)] }
    this.#fill?.([plan])
    const target = toTarget(flat, plan)
    this.#targets.set(flat.name, target)
    return { target, problems }
  }
}

function toTarget(flat: FlatRoute, plan: Plan): CallTarget {
  const { route, name } = flat
  const pattern = parsePattern(flat.pattern, flat.place)
  const authenticates = plan.chain.filter((one) => one.stage === 'authenticate')
  return {
    name,
    method: route.method,
    pattern,
    plan,
    admission: { ...plan, run: plan.admit ?? plan.run, transforms: [], transformNames: [], observers: [] },
    whyUncallable: whyUncallable(flat),
    callerNames: authenticates.length === 0 ? undefined : new Set(authenticates.flatMap((one) => one.adds)),
    codes: declaredCodes(flat),
    isDeclared: declaredStatuses(flat),
    declares: (place) =>
      place === 'params' ? pattern.paramNames.length > 0 : route.options[place] !== undefined,
  }
}

function comesLate({ place }: FlatRoute, { name }: AnyMiddleware): SetupProblem {
  return {
    code: 'ERR_CORE_MIDDLEWARE',
    place,
    message: `Its middleware ${name} runs only in calls within the process, so its services and state were not made at start.`,
    remedy: 'Write createApp({ calls: true }).',
  }
}

const MAX_NAMES = 20

function noRoute(name: unknown, names: readonly string[]): ArgumentError {
  if (typeof name !== 'string')
    return new ArgumentError(`invoke: The name of a route must be a text, not ${typeof name}.`)
  const near = nearestName(name, names)
  const isRouter = names.some((one) => one.startsWith(`${name}.`))
  const list = names.length > MAX_NAMES ? [...names.slice(0, MAX_NAMES), '…'] : names
  const hint = isRouter
    ? `It is a router: ${list.filter((one) => one.startsWith(`${name}.`)).join(', ')}.`
    : near === undefined
      ? `Routes: ${list.join(', ')}.`
      : `Did you mean '${near}'?`
  return new ArgumentError(`invoke('${name}'): No route has this name. ${hint}`)
}

/** @throws {ArgumentError} for an input that is not an object of places which the route declares */
export function assertInput(input: unknown, target: CallTarget): asserts input is object {
  if (typeof input !== 'object' || input === null)
    throw new ArgumentError(
      `invoke('${target.name}'): The input is ${describeValue(input)}. Give an object of ${PLACES.join(', ')}.`,
    )
  for (const [place, value] of Object.entries(input) as [string, unknown][])
    if (value !== undefined) assertPlace(place, value, target)
}

function assertPlace(place: string, value: unknown, { name, declares, pattern }: CallTarget): void {
  if (!isPlace(place)) {
    const near = nearestName(place, PLACES)
    const hint = near === undefined ? `It has ${PLACES.join(', ')}.` : `Did you mean '${near}'?`
    throw new ArgumentError(`invoke('${name}'): The input has no member '${place}'. ${hint}`)
  }
  if (!declares(place)) {
    const hint =
      place === 'headers' ? ' Pass other headers as meta: invoke(name, input, { meta: { … } }).' : ''
    throw new ArgumentError(`invoke('${name}'): The route does not declare ${place}.${hint}`)
  }
  if (place !== 'body' && (typeof value !== 'object' || value === null))
    throw new ArgumentError(`invoke('${name}'): The ${place} must be an object.`)
  if (place === 'params') assertParams(value as object, name, pattern)
}

type Params = Readonly<Record<string, unknown>>

function isPlace(name: string): name is (typeof PLACES)[number] {
  return PLACES.some((place) => place === name)
}

function assertParams(params: object, name: string, { source, paramNames }: Pattern): void {
  const invalid = paramNames.find((param) => {
    const value: unknown = Object.hasOwn(params, param) ? (params as Params)[param] : undefined
    return typeof value === 'string' && !isParamValue(value)
  })
  if (invalid !== undefined)
    throw new ArgumentError(
      `invoke('${name}'): The param '${invalid}' cannot be part of a path. Give a text that is not empty, without NUL and without a segment '.' or '..'.`,
    )
  const unknown = Object.keys(params).find((param) => !paramNames.includes(param))
  if (unknown === undefined) return
  const near = nearestName(unknown, paramNames)
  const hint = near === undefined ? `It has ${paramNames.join(', ')}.` : `Did you mean '${near}'?`
  throw new ArgumentError(`invoke('${name}'): The path '${source}' has no ':${unknown}'. ${hint}`)
}
