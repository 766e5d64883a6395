import type { AllFitInject, Injectable, Resolved } from '../di/index.ts'
import type { ErrorDefinition } from '../errors/index.ts'
import type { PropertySchemas, ParamsInput, SchemaLike, FieldSchemas } from '../schema/index.ts'
import type {
  BaseContext,
  Declared,
  DeclaredBody,
  IncomingHeaders,
  InputContext,
  RawFields,
} from './context.ts'
import type {
  AccessFits,
  AllAdds,
  AllErrors,
  AtFits,
  InjectFits,
  Narrowed,
  OwnUseFits,
  ParamsFit,
  PendingFits,
  PendingOf,
  ResponseFits,
  UseFits,
} from './fits.ts'
import type { AnyMiddleware, Middleware } from './middleware-contract.ts'
import type { MiddlewareOrList } from './use-list.ts'
import type { PathParams } from '../path/path-params.ts'
import type { HandlerResult, ResponseMap, ResponsesOf } from './result.ts'
import type { Route, RouteWithoutRule, UpgradeRoute } from '@keelson/contract'
import type { AccessRule, AnyRouteOptions, RouteOptions } from './route-contract.ts'
import type { BodySchema, InputBelow, PathSchema, RouteInput } from './route-input.ts'

// A member that is read at once, here and below: editors then show what it is, and not the alias with its arguments,
// schemas among them. An alias of another file would be shown all the same.
type Services<T> = { services: { readonly [K in keyof T]: Resolved<T[K]> } }['services']

type ErrorOf<TDefinition extends ErrorDefinition> = NonNullable<TDefinition['~error']>

/** A rule that needs no more than a context has: gives a rule written in place its context, whatever it adds. */
// oxlint-disable-next-line typescript/no-explicit-any -- `unknown` would become the inferred type of what the rule adds
type RuleFor<TContext> = Middleware<any, TContext, any>
// A tuple: from a list of somebody else's type, which matches an array first, nothing would be inferred.
type InlineRule<TContext> = RuleFor<TContext> | readonly [RuleFor<TContext>, ...RuleFor<TContext>[]]

/** Context of a handler: the base, what middleware and injection added, and the request's data by its schemas. */
export type HandlerContextOf<TAdded, TPath extends string, TParams, TQuery, THeaders, TCookies, TBody> = {
  context: BaseContext &
    TAdded &
    InputContext<
      Declared<TParams, PathParams<TPath>>,
      Declared<TQuery, RawFields>,
      Declared<THeaders, IncomingHeaders>,
      Declared<TCookies, { readonly [name: string]: string }>,
      DeclaredBody<TBody>
    >
}['context']

/** Context of a handler whose access rule and own middleware add to what its factory adds. */
type FullContext<TAdded, TPath extends string, TParams, TQuery, THeaders, TCookies, TBody, TAccess, TUse> = {
  context: HandlerContextOf<
    TAdded & AllAdds<TAccess> & AllAdds<TUse>,
    TPath,
    TParams,
    TQuery,
    THeaders,
    TCookies,
    TBody
  >
}['context']

/** Path of a handler that is written elsewhere: any, unless its factory has one, whose params are then all that is known. */
type AnyPath<TAdded> = TAdded extends { params: unknown } ? '' : string

/**
 * A rule of its own is a fact of a route's type: without one, the errors of its router's rule are its own as well. So is a
 * protocol that it switches to: nobody calls it then.
 */
type RouteOf<TAccess, TUpgrades, TIn, TOut, TErrors> = [TUpgrades] extends [undefined]
  ? [TAccess] extends [undefined]
    ? RouteWithoutRule<TIn, TOut, TErrors>
    : Route<TIn, TOut, TErrors>
  : UpgradeRoute

/**
 * Makes routes of one method; the options' types give the handler its context.
 *
 * One type parameter for each option, so that a misspelt option is an error at its place.
 */
export interface RouteMethodFactory<TAdded, TMiddlewareErrors, TAt = {}, TPending = {}> {
  <
    const TPath extends string,
    TParams extends SchemaLike | FieldSchemas | undefined = undefined,
    TQuery extends SchemaLike | FieldSchemas | undefined = undefined,
    THeaders extends SchemaLike | FieldSchemas | undefined = undefined,
    TCookies extends SchemaLike | FieldSchemas | undefined = undefined,
    TBody extends SchemaLike | PropertySchemas | undefined = undefined,
    TResponse extends SchemaLike | ResponseMap | undefined = undefined,
    TErrors extends ErrorDefinition = never,
    const TAccess extends AccessRule | readonly AccessRule[] | undefined = undefined,
    const TUse extends readonly MiddlewareOrList[] = [],
    const TConsumes extends readonly string[] | undefined = undefined,
    TUpgrades extends string | undefined = undefined,
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
      TAccess | InlineRule<TAdded & { readonly params: PathParams<NoInfer<TPath>> }>,
      TUse
    > &
      AccessFits<
        TAccess,
        TAdded,
        TAdded & AllAdds<TUse> & { readonly params: Declared<TParams, PathParams<TPath>> }
      > &
      OwnUseFits<
        TUse,
        TAdded & AllAdds<TAccess>,
        FullContext<TAdded, TPath, TParams, TQuery, THeaders, TCookies, TBody, TAccess, TUse>
      > &
      PendingFits<
        TPending,
        FullContext<TAdded, TPath, TParams, TQuery, THeaders, TCookies, TBody, TAccess, TUse>
      > &
      ParamsFit<TAt, TParams> &
      ResponseFits<TResponse> & { readonly consumes?: TConsumes; readonly upgrades?: TUpgrades },
    // NoInfer: a handler from elsewhere brings the type of its context, which says nothing of the schemas.
    handler: (
      ctx: NoInfer<
        Narrowed<
          FullContext<TAdded, TPath, TParams, TQuery, THeaders, TCookies, TBody, TAccess, TUse>,
          TAccess
        >
      >,
    ) => HandlerResult<TResponse> | Promise<HandlerResult<TResponse>>,
  ): RouteOf<
    TAccess,
    TUpgrades,
    InputBelow<
      TAt,
      RouteInput<{
        params: TParams extends undefined ? PathSchema<TPath> : TParams
        query: TQuery
        headers: THeaders
        cookies: TCookies
        body: BodySchema<TBody, TConsumes>
      }>
    >,
    ResponsesOf<TResponse>,
    ErrorOf<TErrors> | TMiddlewareErrors | AllErrors<TAccess> | AllErrors<TUse>
  >
}

/** Makes options for a handler that is written elsewhere: a controller's method, a function in another file. */
export interface RouteDefinitionFactory<TAdded, TMiddlewareErrors, TAt = {}, TPending = {}> {
  <
    TParams extends SchemaLike | FieldSchemas | undefined = undefined,
    TQuery extends SchemaLike | FieldSchemas | undefined = undefined,
    THeaders extends SchemaLike | FieldSchemas | undefined = undefined,
    TCookies extends SchemaLike | FieldSchemas | undefined = undefined,
    TBody extends SchemaLike | PropertySchemas | undefined = undefined,
    TResponse extends SchemaLike | ResponseMap | undefined = undefined,
    TErrors extends ErrorDefinition = never,
    const TAccess extends AccessRule | readonly AccessRule[] | undefined = undefined,
    const TUse extends readonly MiddlewareOrList[] = [],
    const TConsumes extends readonly string[] | undefined = undefined,
    TUpgrades extends string | undefined = undefined,
  >(
    options: RouteOptions<
      TParams,
      TQuery,
      THeaders,
      TCookies,
      TBody,
      TResponse,
      TErrors,
      TAccess | InlineRule<TAdded & { readonly params: PathParams<AnyPath<TAdded>> }>,
      TUse
    > &
      AccessFits<
        TAccess,
        TAdded,
        TAdded & AllAdds<TUse> & { readonly params: Declared<TParams, PathParams<AnyPath<TAdded>>> }
      > &
      OwnUseFits<
        TUse,
        TAdded & AllAdds<TAccess>,
        FullContext<TAdded, AnyPath<TAdded>, TParams, TQuery, THeaders, TCookies, TBody, TAccess, TUse>
      > &
      PendingFits<
        TPending,
        FullContext<TAdded, AnyPath<TAdded>, TParams, TQuery, THeaders, TCookies, TBody, TAccess, TUse>
      > &
      ParamsFit<TAt, TParams> &
      ResponseFits<TResponse> & { readonly consumes?: TConsumes; readonly upgrades?: TUpgrades },
  ): RouteDefinition<
    Narrowed<
      FullContext<TAdded, AnyPath<TAdded>, TParams, TQuery, THeaders, TCookies, TBody, TAccess, TUse>,
      TAccess
    >,
    HandlerResult<TResponse>,
    RouteOf<
      TAccess,
      TUpgrades,
      InputBelow<
        TAt,
        RouteInput<{
          params: TParams
          query: TQuery
          headers: THeaders
          cookies: TCookies
          body: BodySchema<TBody, TConsumes>
        }>
      >,
      ResponsesOf<TResponse>,
      ErrorOf<TErrors> | TMiddlewareErrors | AllErrors<TAccess> | AllErrors<TUse>
    >
  >
}

/** Options of a route with the types that its handler and its callers get; made by `factory.define`. */
export interface RouteDefinition<TContext = unknown, TResult = unknown, TRoute = unknown> {
  readonly '~internal': 'definition'
  readonly '~types': { readonly context: TContext; readonly result: TResult; readonly route: TRoute }
  readonly options: AnyRouteOptions
  readonly place: FactoryPlace
  readonly middleware: readonly AnyMiddleware[]
  readonly injects: { readonly [name: string]: unknown }
}

/** Where the routes of a factory lie, and the schemas of the params that its path has. */
export interface FactoryPlace {
  readonly path: string
  /** `undefined` for a param that is a text as it comes. */
  readonly params: { readonly [name: string]: SchemaLike | undefined }
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
  AnyPath<TFactory['~adds']>,
  Given<TPlaces, 'params'>,
  Given<TPlaces, 'query'>,
  Given<TPlaces, 'headers'>,
  Given<TPlaces, 'cookies'>,
  Given<TPlaces, 'body'>
>

/** A factory of routes that has params, or middleware that needs something of the input of its routes. */
export interface PlacedRouteFactory<TAdded, TMiddlewareErrors, TAt, TPending> {
  /** What its middleware, services and path add to the context; for the compiler alone. */
  readonly '~adds': TAdded
  /** Adds a middleware, or a list of them, to every route made from here on. */
  use<const M extends MiddlewareOrList>(
    middleware: M & UseFits<M, TAdded>,
  ): FactoryOf<TAdded & AllAdds<M>, TMiddlewareErrors | AllErrors<M>, TAt, TPending & PendingOf<M>>
  /** Adds services to the context, by the names given. */
  inject<T extends { readonly [name: string]: Injectable }>(
    services: T & AllFitInject<T> & InjectFits<T, TAdded>,
  ): FactoryOf<TAdded & Services<T>, TMiddlewareErrors, TAt, TPending>
  /**
   * Puts every route made from here on below a path, and its params on their context: access rules, middleware and
   * handlers see them.
   *
   * @param path - begins with a slash; may have params and follow on another `at`
   * @param params - schemas of all params of the path, a plain object or `t.Object`; left out, they are texts
   * @throws {SetupError} `ERR_CORE_OPTION` when path and params name different things
   * @example
   * const order = route.at('/orders/:id', { id: t.Integer() })
   * const show = order.get('/', { access: 'public' }, ({ params }) => params.id + 1)
   */
  at<const TPath extends string, TParams extends SchemaLike | FieldSchemas | undefined = undefined>(
    path: TPath,
    params?: TParams & AtFits<TPath, TParams>,
  ): FactoryOf<
    TAdded & { readonly params: Declared<TParams, PathParams<TPath>> },
    TMiddlewareErrors,
    TAt & (TParams extends undefined ? PathParams<TPath> : ParamsInput<TParams>),
    TPending
  >
  /** Options for a handler that is written elsewhere. */
  readonly define: RouteDefinitionFactory<TAdded, TMiddlewareErrors, TAt, TPending>
  readonly get: RouteMethodFactory<TAdded, TMiddlewareErrors, TAt, TPending>
  /** A HEAD of its own, in place of the one that the GET route of the path serves. Its answers have no body: `200: null`. */
  readonly head: RouteMethodFactory<TAdded, TMiddlewareErrors, TAt, TPending>
  /** A question with a body: safe and idempotent, so that clients may repeat it (draft-ietf-httpbis-safe-method-w-body). */
  readonly query: RouteMethodFactory<TAdded, TMiddlewareErrors, TAt, TPending>
  readonly post: RouteMethodFactory<TAdded, TMiddlewareErrors, TAt, TPending>
  readonly put: RouteMethodFactory<TAdded, TMiddlewareErrors, TAt, TPending>
  readonly patch: RouteMethodFactory<TAdded, TMiddlewareErrors, TAt, TPending>
  readonly delete: RouteMethodFactory<TAdded, TMiddlewareErrors, TAt, TPending>
}

/** Makes routes that share middleware and injected services. Immutable: `use`, `inject` and `at` return a new one. */
// An interface of its own, since editors print defaulted arguments as well: most factories have no more than these two.
export interface RouteFactory<TAdded = {}, TMiddlewareErrors = never> extends PlacedRouteFactory<
  TAdded,
  TMiddlewareErrors,
  {},
  {}
> {}

type FactoryOf<TAdded, TMiddlewareErrors, TAt, TPending> = {} extends TAt & TPending
  ? RouteFactory<TAdded, TMiddlewareErrors>
  : PlacedRouteFactory<TAdded, TMiddlewareErrors, TAt, TPending>
