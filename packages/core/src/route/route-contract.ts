import type { Route, Router, RouteTree } from '@keelson/contract'
import type { ErrorDefinition, ErrorFormat } from '../errors/contract.ts'
import type { MetaEntry } from './meta.ts'
import type { AnyMiddleware, Middleware } from './middleware-contract.ts'
import type { FieldSchemas, PropertySchemas, SchemaLike } from '../schema/index.ts'
import type { ResponseMap } from './result.ts'
import type { MiddlewareOrList } from './use-list.ts'

/** Limits and switches of one route that are not about types. */
export interface RouteSettings {
  /** One sentence for the OpenAPI document. */
  readonly summary?: string | undefined
  /** Longer text for the OpenAPI document, Markdown. */
  readonly description?: string | undefined
  readonly deprecated?: boolean | undefined
  /** Tags in the OpenAPI document; default: one, the names above it in the tree (`admin.orders`). */
  readonly tags?: readonly string[] | undefined
  /** Whether the OpenAPI document omits it; it is still served. Default `false`. */
  readonly hidden?: boolean | undefined
  /** Facts of the route for middleware that asks for them, each made by its `MetaKey`. */
  readonly meta?: readonly MetaEntry[] | undefined
  /** Time from receipt until the answer is complete, ms; default: the app's. `0` for none: streams of any length. */
  readonly deadlineMs?: number | undefined
  /** Largest body, bytes; default: the app's (1 MiB). */
  readonly maxBodyBytes?: number | undefined
  /** How JSON bodies are read. */
  readonly json?: JsonSettings | undefined
  /**
   * What happens to members that no schema declares; default: body `refuse`, all else `ignore`. The
   * `additionalProperties` of a schema apply to places without a setting here.
   */
  readonly unknown?: UnknownSettings | undefined
  /**
   * Findings of `keelson check` that are meant here: name of the rule to the reason, `{ 'deploy-deadline': 'Streams for as
   * long as the client listens.' }`. They are reported as acknowledged; an acknowledgement of nothing is itself a finding.
   */
  readonly acknowledge?: { readonly [rule: string]: string } | undefined
  /**
   * Media types that the body is accepted in, `image/*` for a range; default `['application/json']`. Another type, or none, is
   * a 415. Without a schema in `body` the handler reads the bytes itself, and a request without any is a 400. With a schema in `body` it is read as JSON
   * whatever its type is called, so forms need a route without one.
   */
  readonly consumes?: readonly [] | readonly ('application/json' | (string & {}))[] | undefined
  /**
   * The protocol to which the route switches its connection, as in the `upgrade` header (RFC 9110 §7.8): `'websocket'`. Its
   * handler returns `upgrade(…)`; a request that does not ask for it is answered 426. Over HTTP/1.1 alone.
   */
  readonly upgrades?: string | undefined
}

/** How JSON bodies are read. */
export interface JsonSettings {
  /** What a repeated member name means: `'last'` wins as in `JSON.parse` (default), or `'refuse'` with 400. */
  readonly duplicates?: 'last' | 'refuse' | undefined
}

/**
 * What happens to undeclared members, the same in each place: `refuse` answers 400, `ignore` takes them out, so that they
 * never reach the handler, and `pass` hands them on as they came.
 */
export interface UnknownSettings {
  readonly body?: 'refuse' | 'ignore' | 'pass' | undefined
  readonly query?: 'refuse' | 'ignore' | 'pass' | undefined
  /** Not `refuse`: every client sends headers that no route declares. */
  readonly headers?: 'ignore' | 'pass' | undefined
  /** Not `refuse`: a browser sends all cookies of its host, those of other servers and of proxies too. */
  readonly cookies?: 'ignore' | 'pass' | undefined
}

/** The access rule of a route: open to all, or authorize-stage middleware, all of which must let the request pass. */
export type AccessRule = 'public' | AnyMiddleware | readonly AnyMiddleware[]

/** A rule that needs no more than a context has: gives a rule written in place its context, whatever it adds. */
// oxlint-disable-next-line typescript/no-explicit-any -- `unknown` would become the inferred type of what the rule adds
type RuleFor<TContext> = Middleware<any, TContext, any>
// A tuple: from a list of somebody else's type, which matches an array first, nothing would be inferred.
type InlineRule<TContext> = RuleFor<TContext> | readonly [RuleFor<TContext>, ...RuleFor<TContext>[]]

/**
 * Options of a route.
 *
 * @typeParam TContext - what an access rule that is written in place finds on the context
 */
export interface RouteOptions<TContext = unknown> extends RouteSettings {
  readonly params?: SchemaLike | FieldSchemas | undefined
  readonly query?: SchemaLike | FieldSchemas | undefined
  readonly headers?: SchemaLike | FieldSchemas | undefined
  readonly cookies?: SchemaLike | FieldSchemas | undefined
  readonly body?: SchemaLike | PropertySchemas | undefined
  readonly response?: SchemaLike | ResponseMap | undefined
  /** Errors that the handler may throw, besides those of its middleware. */
  readonly errors?: readonly ErrorDefinition[] | undefined
  /** Who may call it. May be omitted only if a router above declares it. */
  readonly access?: AccessRule | readonly AccessRule[] | InlineRule<TContext> | undefined
  /** Middleware of this route alone. */
  readonly use?: readonly [] | readonly MiddlewareOrList[] | undefined
}

/** Options of a route as the set-up reads them, lists of `use` flattened. */
export interface AnyRouteOptions extends Omit<RouteOptions, 'access' | 'use'> {
  readonly access?: AccessRule | undefined
  readonly use?: readonly AnyMiddleware[] | undefined
}

/** Options of a router; they hold for every route below. */
export interface RouterOptions<
  TAccess = AccessRule | undefined,
  TUse = readonly AnyMiddleware[] | undefined,
> {
  /** Middleware for all routes below; adds behaviour, nothing to their context's type. */
  readonly use?: TUse
  /** Access rule of routes below that declare none. */
  readonly access?: TAccess
  /** Facts of all routes below; of one key that of the nearest counts. */
  readonly meta?: readonly MetaEntry[] | undefined
  readonly errorFormat?: ErrorFormat | undefined
  readonly json?: JsonSettings | undefined
}

/** A route as the set-up reads it. */
export interface RouteValue extends Route {
  readonly options: AnyRouteOptions
  /** Middleware of the factory that made it, in order. */
  readonly middleware: readonly AnyMiddleware[]
  /** Injected names and what they resolve to. */
  readonly injects: { readonly [name: string]: unknown }
  readonly handler: (ctx: never) => unknown
  /** Where it was written, `file:line`, when known. */
  readonly source: string | undefined
  /** What is wrong with its arguments; the app that has it reports them at start. */
  readonly '~problems': readonly object[]
}

/** A router as the set-up reads it. */
export interface RouterValue extends Router {
  readonly tree: RouteTree
  readonly options: RouterOptions
  /** Where it was written, `file:line`, when known. */
  readonly source: string | undefined
  /** What is wrong with its arguments; the app that has it reports them at start. */
  readonly '~problems': readonly object[]
}
