import type { AllFitInject, Injectable, Resolved } from '../di/index.ts'
import type { ErrorDefinition } from '../errors/index.ts'
import type { SchemaLike, Shape } from '../schema/index.ts'
import type { BaseContext, Declared, IncomingHeaders, InputContext, RawFields } from './context.ts'
import type { AnyMiddleware, Middleware } from './middleware-contract.ts'
import type { PathParams } from './path-params.ts'
import type { HandlerResult, ResponseMap, ResponsesOf } from './result.ts'
import type { AccessRule, AnyRouteOptions, Route, RouteOptions } from './route-contract.ts'
import type { PathSchema, RouteInput } from './route-input.ts'
import type { TypeMessage } from '../errors/index.ts'

interface TypedMiddleware {
  readonly '~types': { adds: unknown; needs: unknown; errors: unknown }
}
type AddsOf<M> = M extends TypedMiddleware ? M['~types']['adds'] : {}
type NeedsOf<M> = M extends TypedMiddleware ? M['~types']['needs'] : {}
type ErrorsOf<M> = M extends TypedMiddleware ? M['~types']['errors'] : never

/** `unknown` when what the middleware needs is there, else the sentence. */
type Fits<TNeeds, TThere> = TThere extends TNeeds
  ? unknown
  : Exclude<keyof TNeeds, keyof TThere> extends never
    ? TypeMessage<`This middleware needs another type of '${Unlike<TNeeds, TThere>}' than the context has.`>
    : TypeMessage<`This middleware needs '${Exclude<keyof TNeeds, keyof TThere> & string}' on the context: put the middleware that adds it before.`>
type Unlike<TNeeds, TThere> = {
  [K in keyof TNeeds & keyof TThere & string]: TThere[K] extends TNeeds[K] ? never : K
}[keyof TNeeds & keyof TThere & string]

type AccessFits<TAccess, TThere> = TAccess extends TypedMiddleware
  ? TThere extends TAccess['~types']['needs']
    ? unknown
    : { readonly access: Fits<TAccess['~types']['needs'], TThere> }
  : unknown
type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void
  ? I
  : never
type AccessAdds<TAccess> = TAccess extends readonly AnyMiddleware[]
  ? UnionToIntersection<AddsOf<TAccess[number]>>
  : TAccess extends AnyMiddleware
    ? AddsOf<TAccess>
    : {}
type AccessErrors<TAccess> = TAccess extends readonly AnyMiddleware[]
  ? ErrorsOf<TAccess[number]>
  : TAccess extends AnyMiddleware
    ? ErrorsOf<TAccess>
    : never
type UseAdds<TUse> = TUse extends readonly AnyMiddleware[] ? UnionToIntersection<AddsOf<TUse[number]>> : {}
type UseErrors<TUse> = TUse extends readonly AnyMiddleware[] ? ErrorsOf<TUse[number]> : never

// A member that is read at once, here and below: editors then show what it is, and not the alias with its arguments,
// schemas among them. An alias of another file would be shown all the same.
type Services<T> = { services: { readonly [K in keyof T]: Resolved<T[K]> } }['services']

type ErrorOf<TDefinition extends ErrorDefinition> = NonNullable<TDefinition['~error']>

/** A rule that needs no more than a context has: gives a rule written in place its context, whatever it adds. */
// oxlint-disable-next-line typescript/no-explicit-any -- `unknown` would become the inferred type of what the rule adds
type RuleFor<TContext> = Middleware<any, TContext, any>

/** Context of a handler: the base, what middleware and injection added, and the request's data by its schemas. */
export type HandlerContextOf<TAdded, TPath extends string, TParams, TQuery, THeaders, TCookies, TBody> = {
  context: BaseContext &
    TAdded &
    InputContext<
      Declared<TParams, PathParams<TPath>>,
      Declared<TQuery, RawFields>,
      Declared<THeaders, IncomingHeaders>,
      Declared<TCookies, { readonly [name: string]: string }>,
      Declared<TBody, undefined>
    >
}['context']

/** Context of a handler whose access rule and own middleware add to what its factory adds. */
type FullContext<TAdded, TPath extends string, TParams, TQuery, THeaders, TCookies, TBody, TAccess, TUse> = {
  context: HandlerContextOf<
    TAdded & AccessAdds<TAccess> & UseAdds<TUse>,
    TPath,
    TParams,
    TQuery,
    THeaders,
    TCookies,
    TBody
  >
}['context']

/**
 * Makes routes of one method; the options' types give the handler its context.
 *
 * One type parameter for each option, so that a misspelt option is an error at its place.
 */
export interface RouteMethodFactory<TAdded, TMiddlewareErrors> {
  <
    const TPath extends string,
    TParams extends SchemaLike | Shape | undefined = undefined,
    TQuery extends SchemaLike | Shape | undefined = undefined,
    THeaders extends SchemaLike | Shape | undefined = undefined,
    TCookies extends SchemaLike | Shape | undefined = undefined,
    TBody extends SchemaLike | undefined = undefined,
    TResponse extends SchemaLike | ResponseMap | undefined = undefined,
    TErrors extends ErrorDefinition = never,
    const TAccess extends AccessRule = 'public',
    const TUse extends readonly AnyMiddleware[] = [],
  >(
    path: TPath,
    options: RouteOptions<
      TParams,
      TQuery,
      THeaders,
      TCookies,
      TBody,
      TResponse,
      TErrors,
      TAccess | RuleFor<TAdded & { readonly params: PathParams<NoInfer<TPath>> }>,
      TUse
    > &
      AccessFits<TAccess, TAdded & { readonly params: Declared<TParams, PathParams<TPath>> }>,
    // NoInfer: a handler from elsewhere brings the type of its context, which says nothing of the schemas.
    handler: (
      ctx: NoInfer<FullContext<TAdded, TPath, TParams, TQuery, THeaders, TCookies, TBody, TAccess, TUse>>,
    ) => HandlerResult<TResponse> | Promise<HandlerResult<TResponse>>,
  ): Route<
    RouteInput<{
      params: TParams extends undefined ? PathSchema<TPath> : TParams
      query: TQuery
      headers: THeaders
      body: TBody
    }>,
    ResponsesOf<TResponse>,
    ErrorOf<TErrors> | TMiddlewareErrors | AccessErrors<TAccess> | UseErrors<TUse>
  >
}

/** Makes options for a handler that is written elsewhere: a controller's method, a function in another file. */
export interface RouteDefinitionFactory<TAdded, TMiddlewareErrors> {
  <
    TParams extends SchemaLike | Shape | undefined = undefined,
    TQuery extends SchemaLike | Shape | undefined = undefined,
    THeaders extends SchemaLike | Shape | undefined = undefined,
    TCookies extends SchemaLike | Shape | undefined = undefined,
    TBody extends SchemaLike | undefined = undefined,
    TResponse extends SchemaLike | ResponseMap | undefined = undefined,
    TErrors extends ErrorDefinition = never,
    const TAccess extends AccessRule = 'public',
    const TUse extends readonly AnyMiddleware[] = [],
  >(
    options: RouteOptions<TParams, TQuery, THeaders, TCookies, TBody, TResponse, TErrors, TAccess, TUse>,
  ): RouteDefinition<
    FullContext<TAdded, string, TParams, TQuery, THeaders, TCookies, TBody, TAccess, TUse>,
    HandlerResult<TResponse>,
    Route<
      RouteInput<{ params: TParams; query: TQuery; headers: THeaders; body: TBody }>,
      ResponsesOf<TResponse>,
      ErrorOf<TErrors> | TMiddlewareErrors | AccessErrors<TAccess> | UseErrors<TUse>
    >
  >
}

/** Options of a route with the types that its handler and its callers get; made by `factory.define`. */
export interface RouteDefinition<TContext = unknown, TResult = unknown, TRoute = unknown> {
  readonly '~internal': 'definition'
  readonly '~types': { readonly context: TContext; readonly result: TResult; readonly route: TRoute }
  readonly options: AnyRouteOptions
  readonly middleware: readonly AnyMiddleware[]
  readonly injects: { readonly [name: string]: unknown }
}

/**
 * Context of the handler of a definition.
 *
 * @example
 * const SHOW = member.define({ params: { id: t.String() }, access: 'public' })
 * function show(ctx: ContextOf<typeof SHOW>) { return ctx.params.id }
 */
export type ContextOf<TDefinition extends RouteDefinition> = TDefinition['~types']['context']

/** What the handler of a definition may return. */
export type ResultOf<TDefinition extends RouteDefinition> = TDefinition['~types']['result']

interface HandlerPlaces {
  readonly params?: unknown
  readonly query?: unknown
  readonly headers?: unknown
  readonly cookies?: unknown
  readonly body?: unknown
}
type Given<TPlaces, TName extends string> = TPlaces extends { readonly [K in TName]: infer S } ? S : undefined

/**
 * Context of a handler kept in another file: what a factory adds, and the request's data by the schemas given.
 *
 * @example
 * const schemas = { params: { id: t.String() } }
 * export function show({ params, orders }: HandlerContext<typeof member, typeof schemas>) {
 *   return orders.find(params.id)
 * }
 */
export type HandlerContext<
  TFactory extends { readonly '~adds': unknown },
  TPlaces extends HandlerPlaces = {},
> = HandlerContextOf<
  TFactory['~adds'],
  string,
  Given<TPlaces, 'params'>,
  Given<TPlaces, 'query'>,
  Given<TPlaces, 'headers'>,
  Given<TPlaces, 'cookies'>,
  Given<TPlaces, 'body'>
>

/** Makes routes that share middleware and injected services. Immutable: `use` and `inject` return a new one. */
export interface RouteFactory<TAdded = {}, TMiddlewareErrors = never> {
  /** What its middleware and services add to the context; for the compiler alone. */
  readonly '~adds': TAdded
  /** Adds a middleware to every route made from here on. */
  use<M extends AnyMiddleware>(
    middleware: M & Fits<NeedsOf<M>, TAdded>,
  ): RouteFactory<TAdded & AddsOf<M>, TMiddlewareErrors | ErrorsOf<M>>
  /** Adds services to the context, by the names given. */
  inject<T extends { readonly [name: string]: Injectable }>(
    services: T & AllFitInject<T>,
  ): RouteFactory<TAdded & Services<T>, TMiddlewareErrors>
  /** Options for a handler that is written elsewhere. */
  readonly define: RouteDefinitionFactory<TAdded, TMiddlewareErrors>
  readonly get: RouteMethodFactory<TAdded, TMiddlewareErrors>
  readonly post: RouteMethodFactory<TAdded, TMiddlewareErrors>
  readonly put: RouteMethodFactory<TAdded, TMiddlewareErrors>
  readonly patch: RouteMethodFactory<TAdded, TMiddlewareErrors>
  readonly delete: RouteMethodFactory<TAdded, TMiddlewareErrors>
}
