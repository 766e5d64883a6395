import type { RouteBrand, RouteTree } from '@keelson/contract'
import {
  describeValue,
  isPlain,
  isPromise,
  SetupError,
  withSource,
  type SetupProblem,
} from '../errors/index.ts'
import { joinPatterns } from '../path/index.ts'
import type { AnyMiddleware } from './middleware-contract.ts'
import type { AccessRule, RouterOptions, RouterValue, RouteValue } from './route-contract.ts'

/** A route with all that the tree above it says. */
export interface FlatRoute {
  /** Operation id: the names from the root, joined by dots. */
  readonly name: string
  /** Full pattern, prefixes included. */
  readonly pattern: string
  readonly route: RouteValue
  /** Options of the routers above, outermost first. */
  readonly routers: readonly RouterOptions[]
  /** For messages: `route orders.show (GET /orders/:id, orders.ts:12)`. */
  readonly place: string
}

/** The access rule that holds for a route: its own, else that of the nearest router above. */
export function accessRuleOf({ route, routers }: FlatRoute): AccessRule | undefined {
  return route.options.access ?? routers.findLast((one) => one.access !== undefined)?.access
}

/** The access rule as a list; none for `public` and for a route that has no rule. */
export function rulesOf(flat: FlatRoute): readonly AnyMiddleware[] {
  const rule = accessRuleOf(flat)
  return rule === undefined || rule === 'public' ? [] : ([rule].flat() as readonly AnyMiddleware[])
}

/** A router and where it lies in the tree. */
export interface FlatRouter {
  /** Full prefix. */
  readonly prefix: string
  /** Options of the routers above and its own, outermost first. */
  readonly routers: readonly RouterOptions[]
}

/** What {@link flattenRoutes} found. */
export interface FlatTree {
  readonly routes: FlatRoute[]
  readonly routers: FlatRouter[]
  readonly problems: SetupProblem[]
}

interface Position {
  readonly names: readonly string[]
  readonly prefix: string
  readonly routers: readonly RouterOptions[]
  /** The trees above, by place. */
  readonly trees: ReadonlyMap<RouteTree, string>
}

/**
 * Walks a tree of routes in the order in which it was written. The one reader of the tree; every output is derived from its list.
 */
export function flattenRoutes(tree: RouteTree): FlatTree {
  const found: FlatTree = { routes: [], routers: [], problems: [] }
  walk(tree, { names: [], prefix: '', routers: [], trees: new Map() }, found)
  return found
}

function walk(tree: RouteTree, above: Position, found: FlatTree): void {
  const place = placeOfNames(above.names)
  const same = above.trees.get(tree)
  if (same !== undefined) return void found.problems.push(circle(place, same))
  const at = { ...above, trees: new Map(above.trees).set(tree, place) }
  for (const key of Reflect.ownKeys(tree)) {
    if (!Object.prototype.propertyIsEnumerable.call(tree, key)) continue
    const names = [...at.names, String(key)]
    if (!isName(key)) found.problems.push(badName(names))
    try {
      visit(tree[key as string], { ...at, names }, found)
    } catch (error) {
      if (!SetupError.is(error)) throw error
      found.problems.push(...error.problems)
    }
  }
}

/** Whether a key can be part of an operation id. */
function isName(key: string | symbol): boolean {
  return typeof key === 'string' && key !== '__proto__' && /^[A-Za-z_$][\w$-]*$/.test(key)
}

function visit(node: RouteTree[string] | undefined, at: Position, found: FlatTree): void {
  if (isRoute(node)) visitRoute(node, at, found)
  else if (isRouter(node)) {
    const place = (): string => withSource(`router ${at.names.join('.')}`, node.source)
    if (node['~problems'].length > 0) {
      found.problems.push(...toldAt(place(), node))
      return
    }
    const prefix = joinPatterns(at.prefix, node.prefix, place)
    const routers = [...at.routers, node.options]
    found.routers.push({ prefix, routers })
    walk(node.tree, { ...at, prefix, routers }, found)
  } else if (isTree(node)) walk(node, at, found)
  else found.problems.push(notARoute(at.names, node))
}

function visitRoute(route: RouteValue, at: Position, found: FlatTree): void {
  if (route['~problems'].length === 0) found.routes.push(toFlat(route, at))
  // Its path may be what is wrong: it is not joined.
  else found.problems.push(...toldAt(placeOf(route, at.names.join('.'), route.path), route))
}

function toldAt(place: string, node: RouteValue | RouterValue): SetupProblem[] {
  return (node['~problems'] as readonly SetupProblem[]).map((problem) => ({ ...problem, place }))
}

/** A route in messages: `route orders.show (GET /orders/:id, orders.ts:12)`. */
function placeOf({ method, source }: RouteValue, name: string, pattern: string): string {
  return `route ${name} (${method} ${pattern}${source === undefined ? '' : `, ${source}`})`
}

function toFlat(route: RouteValue, at: Position): FlatRoute {
  const name = at.names.join('.')
  const pattern = joinPatterns(at.prefix, route.path, () => placeOf(route, name, route.path))
  return {
    name,
    pattern,
    route,
    routers: at.routers,
    // Where the route was written is only read for a problem.
    get place() {
      return placeOf(route, name, pattern)
    },
  }
}

function placeOfNames(names: readonly string[]): string {
  return ['routes', ...names].join('.')
}

function circle(place: string, same: string): SetupProblem {
  return {
    code: 'ERR_CORE_ROUTE_TREE',
    place,
    message: `This is ${same} once more: the tree contains itself.`,
    remedy: 'Remove it.',
  }
}

function badName(names: readonly string[]): SetupProblem {
  return {
    code: 'ERR_CORE_ROUTE_NAME',
    place: placeOfNames(names),
    message: `'${names.at(-1)}' cannot be part of an operation id.`,
    remedy: 'Use letters, digits, _ and -, beginning with a letter.',
  }
}

function notARoute(names: readonly string[], node: unknown): SetupProblem {
  return {
    code: 'ERR_CORE_ROUTE_TREE',
    place: placeOfNames(names),
    message: `This is ${describeValue(node)}, not a route, a router or a plain object of them.`,
    remedy: isPromise(node)
      ? 'Await it first.'
      : 'Put what route.get(…) or router(…) returned there; a handler written elsewhere may be undefined through an import cycle.',
  }
}

/** Whether a value is a tree: of another object, such as a promise or a `Map`, the routes would not be seen. */
export function isTree(value: unknown): value is RouteTree {
  return (
    typeof value === 'object' &&
    value !== null &&
    isPlain(value) &&
    !isPromise(value) &&
    !('~internal' in value)
  )
}

/** Whether a value was made by a route factory. */
function isRoute(value: unknown): value is RouteValue {
  return (
    typeof value === 'object' && value !== null && (value as Partial<RouteBrand>)['~internal'] === 'route'
  )
}

function isRouter(value: unknown): value is RouterValue {
  return (
    typeof value === 'object' && value !== null && (value as Partial<RouteBrand>)['~internal'] === 'router'
  )
}
