import type { Provider } from '../di/index.ts'
import type { ErrorFormat, AppMode } from '../errors/index.ts'
import type { RequestIdPolicyOptions } from '../frame/index.ts'
import type { Logger, LoggerOptions } from '../log/index.ts'
import type { AppSecret, Bus, Clock, KeyValueStore, Random } from '../port/index.ts'
import type { AccessRule, JsonSettings, RouteTree, MiddlewareOrList } from '../route/index.ts'
import type { LookupOptions } from '../path/index.ts'
import type { Plugin } from './plugin-contract.ts'

export type { AppMode }

/** Ids of requests. */
export interface RequestIdOptions extends RequestIdPolicyOptions {
  /** Header of the id, inbound and in the answer; `false` for none. Default `x-request-id`. */
  readonly header?: string | false | undefined
}

/** Routes of the probes. */
export interface HealthOptions {
  /** Path of the liveness probe; default `/livez`. */
  readonly livePath?: string | undefined
  /** Path of the readiness probe; default `/readyz`. */
  readonly readyPath?: string | undefined
  /** Access rule of `<readyPath>/detail`, which shows the health of each plugin; without it the route does not exist. */
  readonly detailAccess?: AccessRule | undefined
  /** Time that each plugin's `health` gets, ms; default 2,000. */
  readonly timeoutMs?: number | undefined
}

/** Engines that replace the in-process defaults; injected by the tokens of the same names. */
export interface PortOptions {
  readonly clock?: Clock | undefined
  readonly random?: Random | undefined
  /** Keeps every key until it expires (its capability `keeps`). */
  readonly store?: KeyValueStore | undefined
  /** May forget keys; injected by `CACHE_STORE`. Its users must tolerate a write that fails. */
  readonly cacheStore?: KeyValueStore | undefined
  readonly bus?: Bus | undefined
}

/** Time limits of the phases, ms. */
export interface PhaseLimits {
  /** `start` and `started` of all plugins and the start of all services together; default 30,000. */
  readonly startMs?: number | undefined
  /** Drain and stop together; default 10,000. */
  readonly stopMs?: number | undefined
  /**
   * Time before the drain in which the readiness probe answers 503 while requests are still served, so that load balancers
   * stop sending before the port closes; not part of `stopMs`, and only for an app that listens. Default 0.
   */
  readonly readinessDelayMs?: number | undefined
}

/** Options of an app, without those of its server. */
export interface ApplicationOptions<TRoutes extends RouteTree = RouteTree> {
  /** Shown in logs and in the OpenAPI document; default `app`. */
  readonly name?: string | undefined
  readonly routes: TRoutes
  /** Middleware for all routes. */
  readonly use?: readonly MiddlewareOrList[] | undefined
  /** Parts of the app with phases of their own, as `plugin` makes them. */
  readonly plugins?: readonly Plugin[] | undefined
  /** Providers for injection, as `bind` makes them. */
  readonly providers?: readonly Provider[] | undefined
  /** Providers that replace others, for tests. */
  readonly overrides?: readonly Provider[] | undefined
  readonly ports?: PortOptions | undefined
  /**
   * Secrets from which `KEYS` derives keys: texts or `Secret` values of at least 256 bits, the current one first. The first
   * signs, all verify. Default: random ones in development and test; none in production, where the start fails if a service needs keys.
   */
  readonly secrets?: readonly AppSecret[] | undefined
  /** Decides how strictly responses are checked against their schemas. Default: by `NODE_ENV`, else `development`. */
  readonly mode?: AppMode | undefined
  /** A logger, its options, or `false` for none. Default: standard output, as JSON except for a terminal in development. */
  readonly log?: Logger | LoggerOptions | false | undefined
  /**
   * Scheme, host and port under which callers reach the app: `https://shop.example`. The value of `ctx.scheme`, `ctx.host`
   * and `ctx.origin` in calls within the process; HTTP requests name their own. Default `http://localhost`.
   */
  readonly publicUrl?: string | undefined
  readonly errorFormat?: ErrorFormat | undefined
  readonly requestId?: RequestIdOptions | undefined
  /** Whether an inbound `traceparent` is continued; default `true`. */
  readonly trustTrace?: boolean | undefined
  readonly health?: HealthOptions | false | undefined
  /** Largest request body, bytes; default 1,048,576. */
  readonly maxBodyBytes?: number | undefined
  /** Whether the plans of calls within the process, `app.invoke`, are built and checked at start instead of at their first call. Default `false`. */
  readonly calls?: boolean | undefined
  /** Time from receipt until the answer is complete, ms; `0` for none. Default 30,000. */
  readonly deadlineMs?: number | undefined
  readonly json?: JsonSettings | undefined
  /** How paths are compared. */
  readonly routing?: LookupOptions | undefined
  readonly phases?: PhaseLimits | undefined
  /**
   * Intended findings of `keelson check`, name of the rule to the reason: for the app itself, and for routes without such an
   * option, those of plugins and mounted handlers. Other routes say it in their own options. Setup problems cannot be acknowledged.
   */
  readonly acknowledge?: { readonly [rule: string]: string } | undefined
}
