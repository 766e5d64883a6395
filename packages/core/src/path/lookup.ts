// On the request path: every request asks here which plan is its own.
import { ownText, SetupError, toPlaceText, type PlaceText, type SetupProblem } from '../errors/index.ts'
import { MethodTable, type Leaf, type LookupOptions, type LookupRoute, type Match } from './lookup-tree.ts'
import { Walker } from './lookup-walk.ts'
import { foldCase, isPlainPath, toCanonicalPath, toValue } from './path-encoding.ts'
import { parsePattern } from './path-pattern.ts'

/** One route to be found: `method` is upper case, or `'*'` for every method that has no route of its own there. */
export interface LookupEntry<T> {
  readonly method: string
  readonly pattern: string
  readonly value: T
  /** What messages name: `route orders.show (src/orders.ts:12)`. */
  readonly place: PlaceText
}

/** Finds the value for a request. Made by {@link createLookup}. */
export interface Lookup<T> {
  /**
   * The most specific pattern that takes the path: from the left, segment by segment, static before param before
   * wildcard. HEAD is served by GET where it has no route of its own.
   *
   * @param path - path of the request target, not decoded, without query
   * @throws {PathEncodingError} `ERR_CORE_PATH_ENCODING`, 400, whether or not a route would take the path
   * @throws {DotSegmentError} `ERR_CORE_PATH_DOT_SEGMENT`, 400, likewise
   */
  match(method: string, path: string): Match<T> | undefined
  /**
   * Methods for the `allow` header of a 405 or an answer to OPTIONS (RFC 9110 §10.2.1), sorted: those that have a
   * route for the path, HEAD where GET has, and OPTIONS. Empty when no method has. Throws as `match` does.
   */
  allowed(path: string): readonly string[]
  /** All routes, in the order in which they were given. */
  entries(): readonly LookupRoute<T>[]
}

/** A lookup and what is wrong with its routes. With problems, it lacks the routes that they name. */
export interface CreatedLookup<T> {
  readonly lookup: Lookup<T>
  /** `ERR_CORE_ROUTE_PATTERN` and `ERR_CORE_ROUTE_DUPLICATE`. */
  readonly problems: readonly SetupProblem[]
}

const ANY = '*'
// RFC 9110 §9.3 without CONNECT and TRACE, with PATCH of RFC 5789: what a route for every method is said to allow.
const COMMON_METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']

/** Builds the lookup. Which route a request finds does not depend on their order. */
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
    // Its own routes come first: what it inherits fills the places that they leave.
    for (const parent of parentsOf(method)) {
      for (const route of routes.filter((candidate) => candidate.method === parent)) table.add(route)
    }
    table.compress()
    tables.set(method, table)
  }
  const get = tables.get('GET')
  if (get !== undefined && !tables.has('HEAD')) tables.set('HEAD', get)
  return { lookup: new TableLookup(tables, Object.freeze(routes), options), problems }
}

/**
 * Puts together the entries whose patterns take the same paths, in whatever methods, in their order. Patterns that cannot
 * be used are left out.
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

class TableLookup<T> implements Lookup<T> {
  readonly #tables: ReadonlyMap<string, MethodTable<T>>
  /** For methods without a table. */
  readonly #any: MethodTable<T>
  readonly #routes: readonly LookupRoute<T>[]
  readonly #walker: Walker
  readonly #isCaseSensitive: boolean
  readonly #ignoresSlash: boolean
  /** Paths are compared as they are. */
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

  match(method: string, path: string): Match<T> | undefined {
    const table = this.#tables.get(method) ?? this.#any
    const key = this.#isExact ? path : this.#toKey(path)
    // A path that equals a canonical one is that one, whatever escapes it has: no need to look into it.
    if (table.hasStaticOfLength(key.length)) {
      const found = table.statics.get(key)
      if (found !== undefined) return found
    }
    return isPlainPath(path) ? this.#matchTree(table, path, key) : this.#matchCanonical(table, path)
  }

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
    // The slash at the end that was ignored belongs to the rest.
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

  /** The path as it is compared. */
  #toKey(path: string): string {
    const folded = this.#isCaseSensitive ? path : foldCase(path)
    const last = folded.length - 1
    const isIgnored = this.#ignoresSlash && last > 0 && folded.charCodeAt(last) === SLASH
    // Two slashes at the end are an empty segment, and those are not ignored.
    return isIgnored && folded.charCodeAt(last - 1) !== SLASH ? folded.slice(0, last) : folded
  }
}

const SLASH = 47

function valueAt(path: string, marks: Int32Array, at: number): string {
  return ownText(path, marks[at] as number, marks[at + 1] as number)
}

/** Methods whose routes serve this one too, the nearer first. */
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
  const { method } = route
  const mine = `${method} ${route.pattern.source}`
  const theirs = `${method} ${earlier.pattern.source}`
  return {
    code: 'ERR_CORE_ROUTE_DUPLICATE',
    place: toPlaceText(route.place),
    message:
      mine === theirs
        ? `${mine} is there already: ${toPlaceText(earlier.place)}.`
        : `${mine} takes the same paths as ${theirs}: ${toPlaceText(earlier.place)}.`,
    remedy: 'Remove one of the two, or give them different paths or prefixes.',
  }
}
