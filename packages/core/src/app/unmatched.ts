import type { ErrorFormat, SetupProblem } from '../errors/index.ts'
import {
  broughtBy,
  buildBarePlan,
  errorFormatOf,
  mergeMeta,
  metaOf,
  middlewareOf,
  type Meta,
  type Plan,
  type PlanSettings,
  type Tail,
} from '../operation/index.ts'
import {
  createLookup,
  groupByPath,
  parsePattern,
  type Lookup,
  type LookupEntry,
  type LookupOptions,
} from '../path/index.ts'
import type { AnyMiddleware, FlatTree } from '../route/index.ts'

/** The plans of a place for requests that none of its routes serves. */
export interface UnmatchedPlace {
  readonly plan: Plan
  /** Plans for preflights by the method that they ask for; undefined where all routes of the path have the same middleware. */
  readonly byMethod: ReadonlyMap<string, Plan> | undefined
}

/** Finds the plan of a request without a route. */
export interface Unmatched {
  /** Places of the paths of routes by pattern. */
  readonly byPattern: ReadonlyMap<string, UnmatchedPlace>
  readonly lookup: Lookup<UnmatchedPlace>
  readonly plans: readonly Plan[]
}

/**
 * Makes the plans for requests that have no route: a known path has the middleware and the error format of its routes,
 * any other path those of the nearest router above.
 *
 * @param routes - with the patterns that are looked up
 */
export function buildUnmatched(
  { routes, routers }: Pick<FlatTree, 'routes' | 'routers'>,
  settings: PlanSettings,
  { tail, routing, problems }: UnmatchedSetup,
): Unmatched {
  const pool = new PlanPool(settings, tail, problems)
  const known = routes.map((flat) => toEntry(flat.pattern, flat))
  const below = routers.map((router) => toEntry(router.prefix, router))
  const byPattern = new Map<string, UnmatchedPlace>()
  const entries = [
    ...groupByPath(known, routing).map((group) => {
      const flats = group.map((one) => one.value)
      const place = placeOfRoutes(flats, settings, pool)
      for (const one of group) byPattern.set(one.pattern, place)
      return toEntry(group[0]!.pattern, place)
    }),
    ...groupByPath(below, routing).flatMap((group) => {
      const chain = commonChain(group.map((one) => one.value.routers))
      const brought = broughtBy(chain.map((one) => one.meta))
      const use = [...settings.use, ...chain.flatMap((one) => one.use ?? []), ...brought]
      const { pattern } = group[0]!
      const paramNames = namesOf(pattern)
      const plan = pool.take({
        use,
        errorFormat: errorFormatOf(chain, settings),
        paramNames,
        meta: mergeMeta(chain.map((one) => one.meta)),
      })
      const place = { plan, byMethod: undefined }
      // A name that differs from all others.
      const rest = [...paramNames, 'rest'].join('_')
      return [toEntry(pattern, place), toEntry(`${pattern.replace(/\/$/, '')}/*${rest}?`, place)]
    }),
  ]
  // Of equal patterns the first counts: that of a route.
  return { lookup: createLookup(entries, routing).lookup, byPattern, plans: pool.plans }
}

function toEntry<T>(pattern: string, value: T): LookupEntry<T> {
  return { method: '*', pattern, value, place: pattern }
}

function namesOf(pattern: string): readonly string[] {
  return parsePattern(pattern, pattern).paramNames
}

function placeOfRoutes(flats: FlatTree['routes'], settings: PlanSettings, pool: PlanPool): UnmatchedPlace {
  const parts = flats.map((flat) => ({
    use: middlewareOf(flat, settings),
    errorFormat: errorFormatOf(flat.routers, settings),
    paramNames: namesOf(flat.pattern),
    injects: flat.route.injects,
    meta: metaOf(flat, []),
  }))
  const [first] = parts as [(typeof parts)[number]]
  const plan = pool.take({
    ...first,
    use: useOfAll(parts.map((one) => one.use)),
    meta: commonMeta(parts.map((one) => one.meta)),
    injects: Object.assign({}, ...parts.map((one) => one.injects).toReversed()) as Plan['injects'],
  })
  const own = parts.map((one) => pool.take(one))
  const byMethod = own.every((one) => one === plan)
    ? undefined
    : new Map(flats.map(({ route }, at) => [route.method as string, own[at] as Plan]))
  return { plan, byMethod }
}

/** The middleware of all routes of a path. Of those that are single, what all have in common comes before what is of some alone. */
function useOfAll(lists: readonly (readonly AnyMiddleware[])[]): AnyMiddleware[] {
  const all = [...new Set(lists.flat())]
  const singles = all.filter((one) => one.isSingle === true)
  const common = singles.filter((one) => lists.every((list) => list.includes(one)))
  const replaced = singles.filter(
    (one) => !common.includes(one) && common.some(({ name }) => name === one.name),
  )
  return all.filter((one) => !replaced.includes(one))
}

/** What {@link buildUnmatched} makes plans with. */
interface UnmatchedSetup {
  readonly tail: Tail
  readonly routing: LookupOptions | undefined
  /** Receives problems of the middleware. */
  readonly problems: SetupProblem[]
}

type Chain = FlatTree['routers'][number]['routers']

/** The routers that the innermost routers of one prefix have in common; of a single one, its whole chain. */
function commonChain(all: readonly Chain[]): Chain {
  const chains = all.map((chain) =>
    chain.filter((one) => one.use !== undefined || one.errorFormat !== undefined || one.meta !== undefined),
  )
  const isAbove = (chain: Chain, other: Chain) =>
    chain.length < other.length && chain.every((one, at) => one === other[at])
  const innermost = chains.filter((chain) => !chains.some((other) => isAbove(chain, other)))
  const [first = []] = innermost
  const end = first.findIndex((one, at) => innermost.some((chain) => chain[at] !== one))
  return end === -1 ? first : first.slice(0, end)
}

/** The metadata that all routes of a path share. */
function commonMeta([first = new Map(), ...others]: readonly Meta[]): Meta {
  return new Map([...first].filter(([key, value]) => others.every((one) => one.get(key) === value)))
}

const LATE_PARTS = ['transform', 'encode', 'observe'] as const

interface PlanParts {
  readonly use: readonly AnyMiddleware[]
  readonly errorFormat: ErrorFormat
  readonly paramNames: readonly string[]
  readonly injects?: Plan['injects']
  readonly meta: Meta
}

/** One plan for all places that are alike. */
class PlanPool {
  readonly #settings: PlanSettings
  readonly #tail: Tail
  readonly #problems: SetupProblem[]
  readonly #byKey = new Map<string, Plan>()
  readonly #ids = new Map<unknown, number>()

  constructor(settings: PlanSettings, tail: Tail, problems: SetupProblem[]) {
    this.#settings = settings
    this.#tail = tail
    this.#problems = problems
  }

  get plans(): readonly Plan[] {
    return [...this.#byKey.values()]
  }

  take(parts: PlanParts): Plan {
    const key = this.#keyOf(parts)
    let plan = this.#byKey.get(key)
    if (plan === undefined)
      this.#byKey.set(
        key,
        (plan = buildBarePlan(this.#settings, { ...parts, tail: this.#tail, problems: this.#problems })),
      )
    return plan
  }

  #keyOf({ use, errorFormat, paramNames, injects = {}, meta }: PlanParts): string {
    const injected = Object.entries(injects).flatMap(([name, target]) => [name, this.#idOf(target)])
    const facts = [...meta].flat().map((one) => this.#idOf(one))
    const counted = use.filter(
      (one) =>
        one.stage === 'receive' ||
        one.for !== undefined ||
        LATE_PARTS.some((part) => one[part] !== undefined),
    )
    return [counted.map((one) => this.#idOf(one)), this.#idOf(errorFormat), paramNames, injected, facts].join(
      ';',
    )
  }

  #idOf(value: unknown): number {
    let id = this.#ids.get(value)
    if (id === undefined) this.#ids.set(value, (id = this.#ids.size))
    return id
  }
}
