// The contract of schemes: how a package, or an app, finds out who calls.
import type {
  BaseContext,
  ErrorDefinition,
  Injected,
  Middleware,
  Principal,
  Resolved,
  RouteFacts,
  SecurityDemand,
  WireError,
} from '@keelson/core'

type MaybePromise<T> = T | Promise<T>

/** Who calls, as a scheme found it. */
export interface Identity<TUser = unknown> {
  /** The caller as the application knows it: `user` on the context. */
  readonly user: TUser
  /** The caller as packages know it: the slot `PRINCIPAL` of the frame. 500 where it is not one, as with `scopes` that are not a list of texts. */
  readonly principal: Principal
  /** When the credential ends, ms since 1970; absent where it does not. */
  readonly expiresAt?: number | undefined
  /** When the caller last proved who it is, ms since 1970; absent where the credential does not say. */
  readonly authenticatedAt?: number | undefined
  /** How it did, in the values of `amr` (RFC 8176): `pwd`, `otp`, `hwk`. */
  readonly factors?: readonly string[] | undefined
  /**
   * Name of the authentication scheme in whose challenge rules say what more they ask for, `Bearer`: another scope (RFC 6750 §3.1), a newer
   * sign-in (RFC 9470 §3). Absent where it has no such parameters.
   */
  readonly authScheme?: string | undefined
}

/** Services by name, as `inject` of a scheme names them. */
export type SchemeServices<TServices> = { readonly [K in keyof TServices]: Resolved<TServices[K]> }

/** Services and state as the parts of a scheme hold them. */
export type SchemeHeld<TServices, TState> = SchemeServices<TServices> & { readonly state: Awaited<TState> }

/** What {@link scheme} takes. The members stand in the order in which they are to be written. */
export interface SchemeDefinition<
  TUser,
  TServices extends Injected = {},
  TState = undefined,
  TErrors extends ErrorDefinition = ErrorDefinition,
> {
  /** Shown in messages, logs and events: `bearer`. */
  readonly name: string
  /** How documents describe it; a route takes any one of the schemes that it has. */
  readonly security: SecurityDemand
  /** The challenge of a 401 (RFC 9110 §11.6.1). Default: by `security`. */
  readonly challenge?: string | undefined
  /** Services that it needs, by name; not `state`. */
  readonly inject?: TServices | undefined
  /** Makes what it keeps, once in each app, at start. What has `Symbol.asyncDispose` or `Symbol.dispose` is closed after the drain. */
  readonly state?: ((services: SchemeServices<TServices>) => TState) | undefined
  /** Errors that `find` may throw besides 401 and 503; routes behind the scheme declare them. */
  readonly errors?: readonly TErrors[] | undefined
  /** Names of response headers that `find` sets, with a sentence each, for documents. */
  readonly headers?: { readonly [name: string]: string } | undefined
  /** What is wrong with a route or an app for it, found at start. */
  readonly problems?:
    | ((route: RouteFacts) => readonly { readonly message: string; readonly remedy: string }[])
    | undefined
  /**
   * Whether the request's `authorization` is a credential of this very scheme, for `anyOf` schemes that share the header: tokens of one
   * issuer beside those of another, beside API keys. The first that says so decides; where none does, they are asked in order. It chooses
   * who verifies, so it may look at what nobody has verified yet. Default: the scheme does not share it.
   */
  readonly recognises?: ((ctx: BaseContext, held: SchemeHeld<TServices, TState>) => boolean) | undefined
  /**
   * Finds the caller: an identity, or `undefined` or `null` where the request brings no credential of this kind. For one that is wrong it throws a 401,
   * and where it cannot know a 503: it never takes such a caller for nobody. Synchronous ones cost no promise. Last comes the route, or the
   * place of requests that no route takes.
   */
  readonly find: (
    ctx: BaseContext,
    held: SchemeHeld<TServices, TState>,
    route: RouteFacts,
  ) => MaybePromise<Identity<TUser> | undefined | null>
}

/** A scheme of whatever services and state. */
export interface AnySchemeDefinition<TUser = unknown> extends Omit<
  SchemeDefinition<TUser>,
  'inject' | 'state' | 'recognises' | 'find'
> {
  readonly inject?: Injected | undefined
  readonly state?: ((services: never) => unknown) | undefined
  readonly recognises?: ((ctx: BaseContext, held: never) => boolean) | undefined
  readonly find: (
    ctx: BaseContext,
    held: never,
    route: RouteFacts,
  ) => MaybePromise<Identity<TUser> | undefined | null>
}

/** Errors of routes behind a scheme. */
export type SchemeErrors =
  | WireError<'ERR_CORE_UNAUTHORIZED', undefined, 401>
  | WireError<'ERR_CORE_UNAVAILABLE', undefined, 503>

/**
 * A scheme: middleware of stage `authenticate` that adds `user`, `undefined` where nobody is signed in, until an access rule asks for
 * somebody. Several side by side: {@link anyOf}. `TErrors` are those that it may answer with besides 401 and 503.
 */
export interface Scheme<TUser, TErrors = never> extends Middleware<
  { readonly user: TUser | undefined },
  {},
  SchemeErrors | TErrors
> {
  readonly '~schemes': readonly AnySchemeDefinition<TUser>[]
}
