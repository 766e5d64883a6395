// On the request path: finds the plan of every request.
import { ownText, SetupError, toPlaceText, type PlaceText, type SetupProblem } from '../errors/index.ts'
import { MethodTable, type Leaf, type LookupOptions, type LookupRoute, type Match } from './lookup-tree.ts'
import { Walker } from './lookup-walk.ts'
import { foldCase, isPlainPath, toCanonicalPath, toValue } from './path-encoding.ts'
import { parsePattern } from './path-pattern.ts'

/** A route to find: `method` is upper case, or `'*'` for each method that has no route of its own there. */
export interface LookupEntry<T> {
  readonly method: string
  readonly pattern: string
  readonly value: T
  /** Named in messages: `route orders.show (src/orders.ts:12)`. */
  readonly place: PlaceText
}

/** A lookup and the problems of its routes. A route with a problem is not in the lookup. */
export interface CreatedLookup<T> {
  readonly lookup: Lookup<T>
  /** `ERR_CORE_ROUTE_PATTERN` and `ERR_CORE_ROUTE_DUPLICATE`. */
  readonly problems: readonly SetupProblem[]
}

const ANY = '*'
// What a route for every method allows: the methods of RFC 9110 §9.3 without CONNECT and TRACE, and PATCH of RFC 5789.
const COMMON_METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

/** Builds the lookup. The order of the routes does not decide which one a request finds. */
export function createLookup<T>(
  entries: readonly LookupEntry<T>[],
  options: LookupOptions = {},
): CreatedLookup<T> {
  const problems: SetupProblem[] = []
  const routes = entries.flatMap((entry) => toRoute(entry, problems))
  const tables = new Map<string, MethodTable<T>>()
  for (const method of new Set(routes.map((route) => route.method))) {
    const table = new MethodTable<T>(options)
    for (const route of routes.filter((candidate) => candidate.method === method)) {
      const earlier = table.add(route)
      if (earlier !== undefined) problems.push(toDuplicate(route, earlier))
    }
    // Its own routes are added first: inherited ones fill only the places that are left.
    for (const parent of parentsOf(method)) {
      for (const route of routes.filter((candidate) => candidate.method === parent)) table.add(route)
    }
    table.compress()
    tables.set(method, table)
  }
  const get = tables.get('GET')
  if (get !== undefined && !tables.has('HEAD')) tables.set('HEAD', get)
  return { lookup: new Lookup(tables, Object.freeze(routes), options), problems }
}

/**
 * Groups the entries whose patterns match the same paths, whatever their methods, in their order. Entries with an invalid
 * pattern are omitted.
 */
export function groupByPath<T>(
  entries: readonly LookupEntry<T>[],
  options: LookupOptions = {},
): readonly (readonly LookupEntry<T>[])[] {
  const table = new MethodTable<T>(options)
  const groups = new Map<LookupRoute<T>, LookupEntry<T>[]>()
  for (const entry of entries) {
    for (const route of toRoute(entry, [])) {
      const earlier = table.add(route)
      if (earlier === undefined) groups.set(route, [entry])
      else groups.get(earlier)?.push(entry)
    }
  }
  return [...groups.values()]
}

/** Finds the value for a request. Made by {@link createLookup}. */
export class Lookup<T> {
  readonly #tables: ReadonlyMap<string, MethodTable<T>>
  /** For methods without a table. */
  readonly #any: MethodTable<T>
  readonly #routes: readonly LookupRoute<T>[]
  readonly #walker: Walker
  readonly #isCaseSensitive: boolean
  readonly #ignoresSlash: boolean
  /** Whether paths are compared as they are. */
  readonly #isExact: boolean

  constructor(
    tables: ReadonlyMap<string, MethodTable<T>>,
    routes: readonly LookupRoute<T>[],
    options: LookupOptions,
  ) {
    this.#tables = tables
    this.#any = tables.get(ANY) ?? new MethodTable(options)
    this.#routes = routes
    this.#walker = new Walker(Math.max(0, ...[...tables.values()].map((table) => table.maxParams)))
    this.#isCaseSensitive = options.caseSensitive !== false
    this.#ignoresSlash = options.trailingSlash === 'ignore'
    this.#isExact = this.#isCaseSensitive && !this.#ignoresSlash
  }

  /**
   * Finds the most specific pattern that matches the path: segment by segment from the left, static before param before
   * wildcard. GET serves HEAD where HEAD has no route of its own.
   *
   * @param path - path of the request target, not decoded, without query
   * @throws {PathEncodingError} `ERR_CORE_PATH_ENCODING`, 400, whether or not a route matches the path
   * @throws {DotSegmentError} `ERR_CORE_PATH_DOT_SEGMENT`, 400, likewise
   */
  match(method: string, path: string): Match<T> | undefined {
    const table = this.#tables.get(method) ?? this.#any
    const key = this.#isExact ? path : this.#toKey(path)
    // A path that equals a static one is canonical: it needs no decoding.
    if (table.hasStaticOfLength(key.length)) {
      const found = table.statics.get(key)
      if (found !== undefined) return found
    }
    return isPlainPath(path) ? this.#matchTree(table, path, key) : this.#matchCanonical(table, path)
  }

  /**
   * Methods for the `allow` header of a 405 or an answer to OPTIONS (RFC 9110 §10.2.1), sorted: those that have a
   * route for the path, HEAD where GET has one, and OPTIONS. Empty when no method has one. Throws as `match` does.
   */
  allowed(path: string): readonly string[] {
    const canonical = toCanonicalPath(path)
    const key = this.#toKey(canonical)
    const methods = new Set<string>()
    for (const [method, table] of this.#tables) {
      if (!table.statics.has(key) && this.#walk(table, key) === null) continue
      methods.add('OPTIONS')
      for (const allowed of method === ANY ? COMMON_METHODS : [method]) methods.add(allowed)
    }
    return [...methods].sort()
  }

  /** All routes, in the order in which they were given. */
  entries(): readonly LookupRoute<T>[] {
    return this.#routes
  }

  #matchCanonical(table: MethodTable<T>, path: string): Match<T> | undefined {
    const canonical = toCanonicalPath(path)
    const key = this.#toKey(canonical)
    const found = table.statics.get(key)
    if (found !== undefined) return found
    const match = this.#matchTree(table, canonical, key)
    if (match === undefined || canonical.indexOf('%') === -1) return match
    return { value: match.value, values: match.values.map(toValue) }
  }

  #matchTree(table: MethodTable<T>, canonical: string, key: string): Match<T> | undefined {
    const leaf = this.#walk(table, key)
    if (leaf === null) return undefined
    const { marks } = this.#walker
    const count = leaf.paramCount
    // A trailing slash that was ignored belongs to the wildcard.
    if (leaf.isWildcard) marks[2 * count - 1] = canonical.length
    const first = valueAt(canonical, marks, 0)
    if (count === 1) return { value: leaf.value, values: [first] }
    const values = [first, valueAt(canonical, marks, 2)]
    for (let at = 4; at < 2 * count; at += 2) values.push(valueAt(canonical, marks, at))
    return { value: leaf.value, values }
  }

  #walk(table: MethodTable<T>, key: string): Leaf<T> | null {
    return key.charCodeAt(0) === SLASH ? this.#walker.walk(table.root, key) : null
  }

  /** The form of a path that is compared. */
  #toKey(path: string): string {
    const folded = this.#isCaseSensitive ? path : foldCase(path)
    const last = folded.length - 1
    const isIgnored = this.#ignoresSlash && last > 0 && folded.charCodeAt(last) === SLASH
    // Two trailing slashes are an empty segment, which is not ignored.
    return isIgnored && folded.charCodeAt(last - 1) !== SLASH ? folded.slice(0, last) : folded
  }
}

const SLASH = 47

function valueAt(path: string, marks: Int32Array, at: number): string {
  return ownText(path, marks[at] as number, marks[at + 1] as number)
}

/** Methods whose routes serve this one too, the nearest first. */
function parentsOf(method: string): readonly string[] {
  if (method === ANY) return []
  return method === 'HEAD' ? ['GET', ANY] : [ANY]
}

function toRoute<T>(entry: LookupEntry<T>, problems: SetupProblem[]): LookupRoute<T>[] {
  const { method, value, place } = entry
  try {
    return [Object.freeze({ method, pattern: parsePattern(entry.pattern, place), value, place })]
  } catch (error) {
    if (!SetupError.is(error)) throw error
    problems.push(...error.problems)
    return []
  }
}

function toDuplicate(route: LookupRoute<unknown>, earlier: LookupRoute<unknown>): SetupProblem {
  const mine = `${route.method} ${route.pattern.source}`
  const theirs = `${route.method} ${earlier.pattern.source}`
  const what = mine === theirs ? 'is already declared' : `matches the same paths as ${theirs}`
  return {
    code: 'ERR_CORE_ROUTE_DUPLICATE',
    place: toPlaceText(route.place),
    message: `${mine} ${what}: ${toPlaceText(earlier.place)}.`,
    remedy: 'Remove one of the two, or give them different paths or prefixes.',
  }
}
