import type { Provider } from '../di/index.ts'
import type { ErrorFormat, AppMode } from '../errors/index.ts'
import type { RequestIdPolicyOptions } from '../frame/index.ts'
import type { Logger, LoggerOptions } from '../log/index.ts'
import type { AppSecret, Bus, Clock, KeyValueStore, Random } from '../port/index.ts'
import type { AccessRule, JsonSettings, RouteTree, MiddlewareOrList } from '../route/index.ts'
import type { LookupOptions } from '../path/index.ts'
import type { Plugin } from './plugin-contract.ts'

export type { AppMode }

/** How requests are named. */
export interface RequestIdOptions extends RequestIdPolicyOptions {
  /** Header that an inbound id comes in and the answer carries it in; `false` for none. Default `x-request-id`. */
  readonly header?: string | false | undefined
}

/** The probes' routes. */
export interface HealthOptions {
  /** Path of the liveness probe; default `/livez`. */
  readonly livePath?: string | undefined
  /** Path of the readiness probe; default `/readyz`. */
  readonly readyPath?: string | undefined
  /** Who may read each plugin's health at `<readyPath>/detail`; without it the route does not exist. */
  readonly detailAccess?: AccessRule | undefined
  /** Time that each plugin's `health` gets, ms; default 2,000. */
  readonly timeoutMs?: number | undefined
}

/** In-process defaults that an app may replace by real engines; injected by the tokens of the same names. */
export interface PortOptions {
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  /** Keeps every key until its time (its capability `keeps`). */
  readonly store?: KeyValueStore | undefined
  /** May forget keys, and need not; injected by `CACHE_STORE`. Whoever uses it bears a write that fails. */
  readonly cacheStore?: KeyValueStore | undefined
  readonly bus?: Bus | undefined
}

/** Time limits of the phases, ms. */
export interface PhaseLimits {
  /** All plugins' `start` and `started` and the making and starting of services together; default 30,000. */
  readonly startMs?: number | undefined
  /** Drain and stop together; default 10,000. */
  readonly stopMs?: number | undefined
  /**
   * Time before the drain in which readiness answers 503 while the port still serves, so that load balancers turn away
   * before it closes; not part of `stopMs`, and only for an app that listens. Default 0.
   */
  readonly readinessDelayMs?: number | undefined
}

/** What an app is made of. */
export interface ApplicationOptions<TRoutes extends RouteTree = RouteTree> {
  /** Shown in logs and in the OpenAPI document; default `app`. */
  readonly name?: string | undefined
  readonly routes: TRoutes
  /** Middleware for all routes. */
  readonly use?: readonly MiddlewareOrList[] | undefined
  /** Parts with a life of their own, as `plugin` makes them. */
  readonly plugins?: readonly Plugin[] | undefined
  /** Providers for injection, as `bind` makes them. */
  readonly providers?: readonly Provider[] | undefined
  /** Providers that take the place of others, for tests. */
  readonly overrides?: readonly Provider[] | undefined
  readonly ports?: PortOptions | undefined
  /**
   * What the keys of `KEYS` are made of: texts or `Secret` values of at least 256 bits, the current one first. The first makes,
   * all verify. Default: random ones in development and test; none in production, where the start names who needs keys.
   */
  readonly secrets?: readonly AppSecret[] | undefined
  /** Default: by `NODE_ENV`, `development` where it says nothing. Decides how responses are held to their schemas. */
  readonly mode?: AppMode | undefined
  /** A logger, its options, or `false` for none. Default: standard output, JSON but in a terminal in development. */
  readonly log?: Logger | LoggerOptions | false | undefined
  /**
   * Scheme, host and port under which callers reach the app: `https://shop.example`. What `ctx.scheme`, `ctx.host` and
   * `ctx.origin` say where no request names them; default `http://localhost`. Over HTTP the request has the word.
   */
  readonly publicUrl?: string | undefined
  readonly errorFormat?: ErrorFormat | undefined
  readonly requestId?: RequestIdOptions | undefined
  /** Whether an inbound `traceparent` is continued; default `true`. */
  readonly trustTrace?: boolean | undefined
  readonly health?: HealthOptions | false | undefined
  /** Largest request body, bytes; default 1,048,576. */
  readonly maxBodyBytes?: number | undefined
  /** Whether the plans of calls within the process, `app.invoke`, are built and checked at start; else each at its first call. Default `false`. */
  readonly calls?: boolean | undefined
  /** Time from receipt until the answer is complete, ms; `0` for none. Default 30,000. */
  readonly deadlineMs?: number | undefined
  readonly json?: JsonSettings | undefined
  /** How paths are compared. */
  readonly routing?: LookupOptions | undefined
  readonly phases?: PhaseLimits | undefined
  /**
   * Findings of `keelson check` that are meant, of the app itself and of what has no such option, routes that plugins add and
   * mounted handlers: name of the rule to the reason. A route of your own says it itself; what stops the start nobody can mean.
   */
  readonly acknowledge?: { readonly [rule: string]: string } | undefined
}
