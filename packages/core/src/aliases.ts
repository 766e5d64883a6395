// The types of `@keelson/core/contract` under the names of `@keelson/core`. Aliases and not re-exports: the compiler
// writes a type into declarations by a module that exports it, and these shall name the small one (docs/decisions/0016).
import type * as contract from './contract.ts'
import type { RouteTree } from './route/index.ts'

/**
 * A route: method, path, schemas, access rule, errors and handler in one frozen value.
 *
 * `TIn` is what a caller sends, `TOut` what it receives by status, `TErrors` the union of declared errors.
 */
export type Route<TIn = unknown, TOut = unknown, TErrors = unknown> = contract.Route<TIn, TOut, TErrors>

/** A named tree of routes below a prefix. `TPrefixParams` are the params that the prefix itself has. */
export type Router<TTree = RouteTree, TPrefixParams = {}> = contract.Router<TTree, TPrefixParams>

/** A route that does not say who may call it: its router must. */
export type RouteWithoutRule<TIn = unknown, TOut = unknown, TErrors = unknown> = contract.RouteWithoutRule<
  TIn,
  TOut,
  TErrors
>

/**
 * A router whose options say something of the routes below. `TErrors` are those of its middleware, which all may answer
 * with; `TRule` those of its access rule, `{ errors }`, which routes without a rule of their own may.
 */
export type RulingRouter<TTree, TPrefixParams, TErrors, TRule> = contract.RulingRouter<
  TTree,
  TPrefixParams,
  TErrors,
  TRule
>

/** A route that switches its connection to another protocol: clients and `invoke` have no call for it. */
export type UpgradeRoute = contract.UpgradeRoute

/** What a route takes that reads the bytes itself: sent as it is. */
export type UploadBody = contract.UploadBody

/** An error as a client reads it from an answer: one member of the union that a typed call can give. */
export type WireError<
  TCode extends string = string,
  TDetails = unknown,
  TStatus extends number = number,
> = contract.WireError<TCode, TDetails, TStatus>
