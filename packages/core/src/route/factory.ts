import type { Route, RouteMethod } from '@keelson/contract'
import {
  callSite,
  checkArgument,
  checkOptions,
  optionProblems,
  text,
  valueProblems,
  type SetupProblem,
} from '../errors/index.ts'
import { toWholeSchema } from './body-format-contract.ts'
import type { FactoryPlace, RouteDefinition, RouteFactory } from './factory-contract.ts'
import type { AnyMiddleware } from './middleware-contract.ts'
import {
  HANDLER_OPTION,
  MIDDLEWARE_OPTION,
  ROUTE_OPTIONS,
  SERVICES_OPTION,
  USE_OPTION,
} from './option-tables.ts'
import { AT_ROOT, placeBelow, placeRoute } from './placement.ts'
import type { AnyRouteOptions, RouteValue } from './route-contract.ts'
import { flattenUse, type MiddlewareOrList } from './use-list.ts'

interface FactoryState {
  readonly place: FactoryPlace
  readonly middleware: readonly AnyMiddleware[]
  readonly injects: { readonly [name: string]: unknown }
}

type Handler = (ctx: never) => unknown

/** What a route is made of, by a factory or a controller. */
export interface RouteParts extends FactoryState {
  readonly method: RouteMethod | '*'
  readonly path: string
  readonly options: AnyRouteOptions
  readonly handler: Handler
  readonly source: () => string | undefined
  /** What is wrong with it; default: nothing. */
  readonly problems?: readonly SetupProblem[] | undefined
}

/** Freezes the parts of a route into its value. @throws {SetupError} for params that cannot be joined with its place's */
export function createRoute(parts: RouteParts): RouteValue {
  const { source, place, problems = [], ...rest } = parts
  const { path, options } =
    problems.length > 0 ? parts : placeRoute(place, parts.path, withFlatUse(parts.options))
  const value = {
    '~internal': 'route' as const,
    ...rest,
    '~problems': problems,
    path,
    options: Object.freeze(withWholeBody({ ...options })),
    get source() {
      return source()
    },
  }
  return Object.freeze(value) as unknown as RouteValue
}

function withWholeBody(options: AnyRouteOptions): AnyRouteOptions {
  const body = toWholeSchema(options.body)
  return body === options.body ? options : { ...options, body: body as AnyRouteOptions['body'] }
}

/** A route of the framework's own, placed where the user asked for it: `docs() in src/app.ts:12`. */
export function writtenBy<T extends Route>(source: string, route: T): T {
  // Not spread, which would read the source that it had.
  const own = { ...Object.getOwnPropertyDescriptors(route), source: { value: source, enumerable: true } }
  return Object.freeze(Object.defineProperties({}, own) as T)
}

function withFlatUse(options: AnyRouteOptions): AnyRouteOptions {
  return options.use === undefined ? options : { ...options, use: flattenUse(options.use) }
}

function createFactory(state: FactoryState): RouteFactory {
  const method = (name: RouteMethod) => {
    const make = (path: string, options: AnyRouteOptions, handler: Handler): RouteValue => {
      const problems = problemsOf({ path, options, handler })
      const source = callSite(make)
      // The getters of options that are wrong are left alone.
      const parts = problems.length === 0 ? { path, options } : { path: String(path), options: {} }
      return createRoute({ ...state, ...parts, method: name, handler, source, problems })
    }
    return make
  }
  const use = (middleware: MiddlewareOrList): RouteFactory => {
    const kind = Array.isArray(middleware) ? USE_OPTION : MIDDLEWARE_OPTION
    checkArgument(kind, middleware, { name: 'route.use', below: use, argument: 'The argument' })
    return createFactory({ ...state, middleware: [...state.middleware, ...flattenUse([middleware])] })
  }
  const define = (options: AnyRouteOptions): RouteDefinition => {
    checkOptions(ROUTE_OPTIONS, options, { name: 'route.define', below: define })
    const value = { '~internal': 'definition', ...state, options: Object.freeze({ ...options }) }
    return Object.freeze(value) as unknown as RouteDefinition
  }
  const at = (path: string, params?: unknown): RouteFactory => {
    const place = { name: 'route.at', below: at, argument: 'The path' }
    checkArgument(PATH_OPTION, path, place)
    return createFactory({ ...state, place: placeBelow(state.place, path, params) })
  }
  const inject = (services: FactoryState['injects']): RouteFactory => {
    const place = { name: 'route.inject', below: inject, argument: 'The argument' }
    checkArgument(SERVICES_OPTION, services, place)
    return createFactory({ ...state, injects: { ...state.injects, ...services } })
  }
  const factory = {
    use,
    inject,
    at,
    define,
    get: method('GET'),
    head: method('HEAD'),
    query: method('QUERY'),
    post: method('POST'),
    put: method('PUT'),
    patch: method('PATCH'),
    delete: method('DELETE'),
  }
  return Object.freeze(factory) as unknown as RouteFactory
}

type RouteArguments = Pick<RouteParts, 'path' | 'options' | 'handler'>

/** What of its arguments cannot make a route. Told by the app that has the route, under the route's name. */
function problemsOf({ path, options, handler }: RouteArguments): readonly SetupProblem[] {
  const at = { name: 'route' }
  return [
    ...valueProblems(PATH_OPTION, path, { ...at, argument: 'The path' }),
    ...optionProblems(ROUTE_OPTIONS, options, at),
    ...valueProblems(HANDLER_OPTION, handler, { ...at, argument: 'The handler' }),
  ]
}

const PATH_OPTION = text('Pattern of the path.', { what: "a text like '/orders/:id'" })

/**
 * The factory that every route starts from: no middleware, nothing injected.
 *
 * @example
 * const health = route.get('/ping', { access: 'public' }, () => 'pong')
 * const member = route.use(account).inject({ orders: Orders })
 * const order = member.at('/orders/:id', { id: t.Integer() })
 */
export const route: RouteFactory = createFactory({ place: AT_ROOT, middleware: [], injects: {} })
