import { callSite } from '../errors/index.ts'
import { isSchema, isTypeBoxSchema, t, type TSchema } from '../schema/index.ts'
import type { FactoryPlace, RouteDefinition, RouteFactory } from './factory-contract.ts'
import type { AnyMiddleware } from './middleware-contract.ts'
import { AT_ROOT, placeBelow, placeRoute } from './placement.ts'
import type { AnyRouteOptions, Route, RouteMethod } from './route-contract.ts'

interface FactoryState {
  readonly place: FactoryPlace
  readonly middleware: readonly AnyMiddleware[]
  readonly injects: { readonly [name: string]: unknown }
}

type Handler = (ctx: never) => unknown

/** What a route is made of, whoever makes it. */
export interface RouteParts extends FactoryState {
  readonly method: RouteMethod | '*'
  readonly path: string
  readonly options: AnyRouteOptions
  readonly handler: Handler
  readonly source: () => string | undefined
}

/** Freezes the parts of a route into its value. @throws {StartError} for params that cannot be joined with its place's */
export function createRoute(parts: RouteParts): Route {
  const { source, place, ...rest } = parts
  const { path, options } = placeRoute(place, parts.path, parts.options)
  const value = {
    '~internal': 'route' as const,
    ...rest,
    path,
    options: Object.freeze(withWholeBody({ ...options })),
    get source() {
      return source()
    },
  }
  return Object.freeze(value) as unknown as Route
}

/** A body written as a plain object of schemas is `t.Object` of them; what is wrong with others the start says. */
function withWholeBody(options: AnyRouteOptions): AnyRouteOptions {
  const { body } = options
  if (typeof body !== 'object' || body === null || isSchema(body)) return options
  const members = Object.values(body)
  return members.length > 0 && members.every(isTypeBoxSchema)
    ? { ...options, body: t.Object(body as Record<string, TSchema>) }
    : options
}

function createFactory(state: FactoryState): RouteFactory {
  const method = (name: RouteMethod) => {
    const make = (path: string, options: AnyRouteOptions, handler: Handler): Route =>
      createRoute({ ...state, method: name, path, options, handler, source: callSite(make) })
    return make
  }
  const factory = {
    use: (middleware: AnyMiddleware) =>
      createFactory({ ...state, middleware: [...state.middleware, middleware] }),
    inject: (services: FactoryState['injects']) =>
      createFactory({ ...state, injects: { ...state.injects, ...services } }),
    at: (path: string, params?: unknown) =>
      createFactory({ ...state, place: placeBelow(state.place, path, params) }),
    define: (options: AnyRouteOptions) =>
      Object.freeze({
        '~internal': 'definition',
        ...state,
        options: Object.freeze({ ...options }),
      }) as unknown as RouteDefinition,
    get: method('GET'),
    post: method('POST'),
    put: method('PUT'),
    patch: method('PATCH'),
    delete: method('DELETE'),
  }
  return Object.freeze(factory) as unknown as RouteFactory
}

/**
 * The factory that every route starts from: no middleware, nothing injected.
 *
 * @example
 * const health = route.get('/ping', { access: 'public' }, () => 'pong')
 * const member = route.use(bearer()).inject({ orders: Orders })
 * const order = member.at('/orders/:id', { id: t.Integer() })
 */
export const route: RouteFactory = createFactory({ place: AT_ROOT, middleware: [], injects: {} })
