import type { AllFitInject, Injectable, Resolved } from '../di/index.ts'
import type { ErrorDefinition } from '../errors/index.ts'
import type { ParamsInput, SchemaLike, FieldSchemas } from '../schema/index.ts'
import type { BaseContext, Declared, DeclaredBody, IncomingHeaders, RawFields } from './context.ts'
import type {
  AccessFits,
  AllAdds,
  AllErrors,
  AtFits,
  InjectFits,
  NamesFit,
  Narrowed,
  OwnUseFits,
  ParamsFit,
  PendingFits,
  PendingOf,
  ResponseFits,
  UseFits,
} from './fits.ts'
import type { AnyMiddleware } from './middleware-contract.ts'
import type { MiddlewareOrList } from './use-list.ts'
import type { ParamNames, PathParams } from '../path/path-params.ts'
import type { HandlerResult, ResponsesOf } from './result.ts'
import type { Route, RouteWithoutRule, UpgradeRoute } from '@keelson/contract'
import type { AnyRouteOptions, RouteOptions } from './route-contract.ts'
import type { BodySchema, InputBelow, PathSchema, RouteInput } from './route-input.ts'

// A member that is read at once, here and below: editors then show what it is, and not the alias with its arguments,
// schemas among them. An alias of another file would be shown all the same.
type Services<T> = { services: { readonly [K in keyof T]: Resolved<T[K]> } }['services']

/** An option of a route by its name; `undefined` where the route omits it. */
type Given<T, TName extends string> = TName extends keyof T ? T[TName] : undefined

/** Context of a handler: the base, what middleware and injection added, and the request's data by its schemas. */
type HandlerContextOf<TAdded, TPath extends string, T> = {
  context: BaseContext &
    TAdded & {
      readonly params: Declared<Given<T, 'params'>, PathParams<TPath>>
      readonly query: Declared<Given<T, 'query'>, RawFields>
      readonly headers: Declared<Given<T, 'headers'>, IncomingHeaders>
      readonly cookies: Declared<Given<T, 'cookies'>, { readonly [name: string]: string }>
      readonly body: DeclaredBody<Given<T, 'body'>>
    }
}['context']

/** Context of a handler whose access rule and own middleware add to what its factory adds. */
type FullContext<TAdded, TPath extends string, T> = {
  context: HandlerContextOf<TAdded & AllAdds<Given<T, 'access'>> & AllAdds<Given<T, 'use'>>, TPath, T>
}['context']

/** Path of a handler that is written elsewhere: any, unless its factory has one, whose params are then all that is known. */
type AnyPath<TAdded> = TAdded extends { params: unknown } ? '' : string

/** What a factory knows of the routes that it makes. */
interface FactoryTypes {
  readonly adds: unknown
  readonly errors: unknown
  readonly at: unknown
  readonly pending: unknown
}

/** What the options of a route must be beyond their types: `unknown`, or the sentence at the option. */
type OptionsFit<F extends FactoryTypes, TPath extends string, T> = AccessFits<
  Given<T, 'access'>,
  F['adds'],
  F['adds'] & AllAdds<Given<T, 'use'>> & { readonly params: Declared<Given<T, 'params'>, PathParams<TPath>> }
> &
  OwnUseFits<Given<T, 'use'>, F['adds'] & AllAdds<Given<T, 'access'>>, FullContext<F['adds'], TPath, T>> &
  PendingFits<F['pending'], FullContext<F['adds'], TPath, T>> &
  ParamsFit<F['at'], Given<T, 'params'>> &
  ResponseFits<Given<T, 'response'>> &
  NamesFit<T, keyof RouteOptions>

/**
 * Params of the path of a route, by their names: paths with the same ones have one type, so that rules written in their routes have one too,
 * and cost the compiler once.
 */
type ParamsOfPath<TPath extends string> = TPath extends `${string}:${string}` | `${string}*${string}`
  ? NamedParams<ParamNames<TPath>>
  : string extends TPath
    ? { readonly params: PathParams<string> }
    : WithoutParams
interface NamedParams<TName extends string> {
  readonly params: { readonly [K in TName]: string }
}
interface WithoutParams {
  readonly params: {}
}

/** Context of a handler after its access rules have admitted the request. */
type AdmittedContext<TAdded, TPath extends string, T> = Narrowed<
  FullContext<TAdded, TPath, T>,
  Given<T, 'access'>
>

/**
 * A rule of its own is a fact of a route's type: without one, the errors of its router's rule are its own as well. So is a
 * protocol that it switches to: it cannot be called.
 */
type RouteOf<F extends FactoryTypes, T, TParams> =
  Given<T, 'upgrades'> extends undefined
    ? Given<T, 'access'> extends undefined
      ? RouteWithoutRule<InputOf<F['at'], T, TParams>, ResponsesOf<Given<T, 'response'>>, RouteErrors<F, T>>
      : Route<InputOf<F['at'], T, TParams>, ResponsesOf<Given<T, 'response'>>, RouteErrors<F, T>>
    : UpgradeRoute

type InputOf<TAt, T, TParams> = InputBelow<
  TAt,
  RouteInput<{
    params: TParams
    query: Given<T, 'query'>
    headers: Given<T, 'headers'>
    cookies: Given<T, 'cookies'>
    body: BodySchema<Given<T, 'body'>, Given<T, 'consumes'>>
  }>
>

/** The errors that a list of definitions makes, as callers receive them. */
type ErrorOf<T> = T extends readonly ErrorDefinition[] ? NonNullable<T[number]['~error']> : never
type RouteErrors<F extends FactoryTypes, T> =
  | F['errors']
  | ErrorOf<Given<T, 'errors'>>
  | AllErrors<Given<T, 'access'>>
  | AllErrors<Given<T, 'use'>>

/** Makes routes of one method; the options' types give the handler its context. */
export interface RouteMethodFactory<TAdded, TMiddlewareErrors, TAt = {}, TPending = {}> {
  <const TPath extends string, TOptions extends RouteOptions<TAdded & ParamsOfPath<TPath>>>(
    path: TPath,
    options: TOptions &
      OptionsFit<{ adds: TAdded; errors: TMiddlewareErrors; at: TAt; pending: TPending }, TPath, TOptions>,
    // NoInfer: a handler from elsewhere brings the type of its context, which says nothing of the schemas.
    handler: (
      ctx: NoInfer<AdmittedContext<TAdded, TPath, TOptions>>,
    ) => HandlerResult<Given<TOptions, 'response'>> | Promise<HandlerResult<Given<TOptions, 'response'>>>,
  ): RouteOf<
    { adds: TAdded; errors: TMiddlewareErrors; at: TAt; pending: TPending },
    TOptions,
    Given<TOptions, 'params'> extends undefined ? PathSchema<TPath> : Given<TOptions, 'params'>
  >
}

/** Makes options for a handler that is written elsewhere: a controller's method, a function in another file. */
export interface RouteDefinitionFactory<TAdded, TMiddlewareErrors, TAt = {}, TPending = {}> {
  <TOptions extends RouteOptions<TAdded & { readonly params: PathParams<AnyPath<TAdded>> }>>(
    options: TOptions &
      OptionsFit<
        { adds: TAdded; errors: TMiddlewareErrors; at: TAt; pending: TPending },
        AnyPath<TAdded>,
        TOptions
      >,
  ): RouteDefinition<
    AdmittedContext<TAdded, AnyPath<TAdded>, TOptions>,
    HandlerResult<Given<TOptions, 'response'>>,
    RouteOf<
      { adds: TAdded; errors: TMiddlewareErrors; at: TAt; pending: TPending },
      TOptions,
      Given<TOptions, 'params'>
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
> = HandlerContextOf<TFactory['~adds'], AnyPath<TFactory['~adds']>, TPlaces>

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
   * @param params - schemas of all params of the path, a plain object or `t.Object`; default: each is a text
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
  /** Reads: safe, and repeatable. Its path answers HEAD as well. */
  readonly get: RouteMethodFactory<TAdded, TMiddlewareErrors, TAt, TPending>
  /** A HEAD of its own, in place of the one that the GET route of the path serves. Its answers have no body: `200: null`. */
  readonly head: RouteMethodFactory<TAdded, TMiddlewareErrors, TAt, TPending>
  /** A question with a body: safe and idempotent, so that clients may repeat it (draft-ietf-httpbis-safe-method-w-body). */
  readonly query: RouteMethodFactory<TAdded, TMiddlewareErrors, TAt, TPending>
  /** Creates, or does what no other method says; not repeatable, so that clients do not repeat it by themselves. */
  readonly post: RouteMethodFactory<TAdded, TMiddlewareErrors, TAt, TPending>
  /** Puts the whole of what lies at the path: a repeated call changes nothing more. */
  readonly put: RouteMethodFactory<TAdded, TMiddlewareErrors, TAt, TPending>
  /** Changes a part of what lies at the path; not repeatable, as POST. */
  readonly patch: RouteMethodFactory<TAdded, TMiddlewareErrors, TAt, TPending>
  /** Removes what lies at the path: a repeated call changes nothing more. */
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
