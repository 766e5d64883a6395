import type { TypeMessage } from './type-message.ts'

/**
 * Methods a route can have. HEAD is served by the GET route of a path where it has none of its own, OPTIONS by the framework.
 * QUERY is a safe and idempotent request with a body (draft-ietf-httpbis-safe-method-w-body).
 */
export type RouteMethod = 'GET' | 'HEAD' | 'QUERY' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Anything that may stand in a tree of routes. Carries no types, so that inline handlers keep theirs. */
export interface RouteBrand {
  readonly '~internal': 'route' | 'router'
}

/** A tree of routes by name. */
export interface RouteTree {
  readonly [name: string]: RouteBrand | RouteTree
}

/**
 * A route: method, path, schemas, access rule, errors and handler in one frozen value.
 *
 * `TIn` is what a caller sends, `TOut` what it receives by status, `TErrors` the union of declared errors.
 */
export interface Route<TIn = unknown, TOut = unknown, TErrors = unknown> extends RouteBrand {
  readonly '~internal': 'route'
  /** For the compiler alone, never there at run time. */
  readonly '~types': { readonly in: TIn; readonly out: TOut; readonly errors: TErrors }
  /** `*` stands for every method; only `mount` makes such routes. */
  readonly method: RouteMethod | '*'
  readonly path: string
}

/** A route that does not say who may call it: its router must. */
export interface RouteWithoutRule<TIn = unknown, TOut = unknown, TErrors = unknown> extends Route<
  TIn,
  TOut,
  TErrors
> {
  readonly '~types': {
    readonly in: TIn
    readonly out: TOut
    readonly errors: TErrors
    readonly rule: 'router'
  }
}

/**
 * A route that switches its connection to another protocol. Clients and `invoke` cannot call it: a call does not compile,
 * with this sentence as the error.
 */
export interface UpgradeRoute extends RouteBrand {
  readonly '~internal': 'route'
  /** For the compiler alone, never there at run time. */
  readonly '~types': {
    readonly upgrades: TypeMessage<'This route switches its connection to another protocol: open it with a client of that protocol.'>
  }
  readonly method: RouteMethod | '*'
  readonly path: string
}

/** A named tree of routes below a prefix. `TPrefixParams` are the params that the prefix itself has. */
export interface Router<TTree = RouteTree, TPrefixParams = {}> extends RouteBrand {
  readonly '~internal': 'router'
  /** For the compiler alone, never there at run time. */
  readonly '~types': { readonly tree: TTree; readonly prefixParams: TPrefixParams }
  readonly prefix: string
}

/**
 * A router whose options concern the routes below. `TErrors` are the errors of its middleware, for all routes; `TRule` has
 * those of its access rule, `{ errors }`, for routes without a rule of their own.
 */
export interface RulingRouter<TTree, TPrefixParams, TErrors, TRule> extends Router<TTree, TPrefixParams> {
  readonly '~types': {
    readonly tree: TTree
    readonly prefixParams: TPrefixParams
    readonly errors: TErrors
    readonly rule: TRule
  }
}
