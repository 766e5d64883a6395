import { callSite } from '../errors/index.ts'
import type { RouteDefinition, RouteFactory } from './factory-contract.ts'
import type { AnyMiddleware } from './middleware-contract.ts'
import type { AnyRouteOptions, Route, RouteMethod } from './route-contract.ts'

interface FactoryState {
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

/** Freezes the parts of a route into its value. */
export function createRoute(parts: RouteParts): Route {
  const { source, options, ...rest } = parts
  const value = {
    '~internal': 'route' as const,
    ...rest,
    options: Object.freeze({ ...options }),
    get source() {
      return source()
    },
  }
  return Object.freeze(value) as unknown as Route
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
 */
export const route: RouteFactory = createFactory({ middleware: [], injects: {} })
