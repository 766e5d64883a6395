import type { AllFitInject, Injectable, ServiceNeed, Provider, Resolved, Token } from '../di/index.ts'
import type { AppMode, SetupProblem } from '../errors/index.ts'
import type { NewFrameOptions } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type { Plan } from '../operation/index.ts'
import type { Bus, KeyValueStore } from '../port/index.ts'
import type { AnyInput, InvokeOptions, InvokeResult, UnknownError } from './call/contract.ts'
import type { RouteTree, SecurityScheme, MiddlewareOrList } from '../route/index.ts'
import type { ContentCoding } from './content-coding.ts'
import type { AnyPluginCommand, PluginCommand } from './plugin-command.ts'

/** State of a plugin, for the probes. */
export interface Health {
  readonly status: 'up' | 'down'
  /** For the detail route, which has an access rule; never in the public answer. */
  readonly detail?: unknown
}

/**
 * What a plugin may add in `setup`. Synchronous, no I/O. After `setup` has returned, each method throws a
 * {@link SetupError} `ERR_CORE_PLUGIN`.
 */
export interface AppSetup {
  /** What keys and channels of the app begin with in an engine that other apps use too: `keelson:shop:` of one with the name `shop`. */
  readonly prefix: string
  /** Adds providers, as `bind` makes them. Services that need them are made after the plugin was started. */
  provide(...providers: readonly Provider[]): void
  /** Adds middleware for all routes, after those of `createApp({ use })`. */
  use(...middleware: readonly MiddlewareOrList[]): void
  /** Adds routes to the root of the tree. A name that exists already is a setup problem. */
  routes(tree: RouteTree): void
  /** Adds codings of request bodies, as `contentCoding` makes them, to those of `createApp({ contentCodings })`. */
  contentCodings(...codings: readonly ContentCoding[]): void
  /** Declares that the plugin calls operations: their plans are built and checked at start, as by `createApp({ calls: true })`. */
  calls(): void
}

/** The app as a plugin sees it once its plans are frozen. */
export interface CheckedApp {
  readonly name: string
  readonly mode: AppMode
  /** All plugins, in the order in which they are set up. */
  readonly plugins: readonly Plugin[]
  /** The plans of all routes, those of plugins included. */
  readonly plans: readonly Plan[]
  /** Redacts the credentials of a scheme in the log. Schemes that middleware defines are redacted already. */
  redact(scheme: SecurityScheme): void
  /** Header of every answer with the id of its request, lower case; `undefined` for none. */
  readonly requestIdHeader: string | undefined
  /** Whether other processes share what is bound to a port. Of an engine that is made at the start nothing is known before: it was chosen. */
  isShared(port: Token<KeyValueStore> | Token<Bus>): boolean
}

/** How a plugin inspects. */
export interface InspectOptions {
  /** Whether only files are looked at, and no server. */
  readonly isOffline: boolean
  /** Whether the app must be ready for production, as `--deploy` asks. Default `false`. */
  readonly isForDeployment?: boolean | undefined
  /** How many processes will serve the app, as far as the check was told. Default 1. */
  readonly replicas?: number | undefined
  /** Aborts at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal
}

/** What a plugin has found that inspects. */
export interface Inspection {
  /** What is wrong. */
  readonly problems: readonly SetupProblem[]
  /** What may be intended: the check fails for it with `--strict` alone. The code is the name of the rule. */
  readonly warnings?: readonly SetupProblem[] | undefined
  /** What it has not looked at, and why, a sentence each. */
  readonly omitted: readonly string[]
}

/** The services that `inject` of a plugin names: instances; a function for `lazy`, possibly `undefined` for `optional`. */
export type PluginServices<TInject> = { readonly [K in keyof TInject]: Resolved<TInject[K]> }

/** Services of one run of work outside requests; see {@link RunningApp.runScoped}. */
export interface ScopedServices {
  /** Returns the instance of this run; singletons are those of the app. */
  resolve<T>(target: Injectable<T>): T
}

/** The app as a plugin sees it from its start on. */
export interface RunningApp<TServices = object> {
  /** Name of the app. */
  readonly name: string
  readonly mode: AppMode
  /** Whether it is started for one command of `keelson`, which changes nothing but what it is called for. */
  readonly isForCommand: boolean
  /** The plans of all routes, those of plugins included. */
  readonly plans: readonly Plan[]
  /** The services that `inject` names. */
  readonly services: TServices
  /** Aborts when the start fails or exceeds `phases.startMs`, and when the app begins to drain. */
  readonly signal: AbortSignal
  /** The app's log; its lines have the name of the plugin. */
  readonly log: Logger
  /**
   * Returns a service of the app. While plugins start, only one that is made already, as those that `inject` names are.
   *
   * @throws {ServiceError} `ERR_CORE_DI_NOT_STARTED` for one that is not made yet, and like a container otherwise
   */
  resolve<T>(target: Injectable<T>): T
  /**
   * Calls an operation by its name, as `app.invoke` does, but without the types of the routes. Available from `started` on.
   *
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for wrong arguments
   * @throws {SetupError} `ERR_CORE_PHASE` while plugins start, and after the stop
   */
  invoke(
    name: string,
    input?: AnyInput,
    options?: InvokeOptions,
  ): Promise<InvokeResult<{ 200: unknown }, UnknownError>>
  /**
   * Runs work outside any request, as `runInNewFrame` does, with services of its own: request-scoped services live for this
   * run and are closed at its end. Its frame ends when the app begins to drain.
   *
   * @param options - those of `runInNewFrame`
   * @returns what the work returns
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for an invalid option; the signal's reason once the app ends
   * @throws {DisposeError} when the work succeeds and its services cannot be closed
   * @example
   * declare const app: RunningApp
   * declare class Orders { removeStale(): Promise<void> }
   * await app.runScoped((scope) => scope.resolve(Orders).removeStale())
   */
  runScoped<T>(work: (scope: ScopedServices) => T | PromiseLike<T>, options?: NewFrameOptions): Promise<T>
}

/** Definition of a plugin, for {@link plugin}. */
export interface PluginDefinition<TInject, TCommands = {}> {
  /** Its name in messages and in `needs` of other plugins. */
  readonly name: string
  /** Names of plugins that start before this one and stop after it. */
  readonly needs?: readonly string[] | undefined
  /**
   * Services that it uses, by name: they are made and started before it, and closed after it has stopped. `lazy(() => X)` is
   * a function and does not affect the order; `optional(TOKEN)` may be `undefined`.
   */
  readonly inject?: (TInject & AllFitInject<TInject>) | undefined
  setup?(app: AppSetup): void
  /**
   * Checks the frozen plans, before anything is started. Synchronous, no I/O.
   *
   * @returns problems that stop the start
   * @throws {SetupError} with problems, instead of returning them
   */
  check?(app: CheckedApp): readonly SetupProblem[] | void
  /**
   * Looks at what `check` cannot, since that takes I/O: files, and what a server makes for the purpose and drops again. A part of `keelson check`
   * alone: no start calls it, and nothing is started.
   *
   * @throws {SetupError} with problems, instead of returning them
   */
  inspect?(app: CheckedApp, options: InspectOptions): Promise<Inspection | void> | Inspection | void
  /** Connects. Services that need its providers are made when this is done. */
  start?(app: RunningApp<PluginServices<TInject>>): Promise<void> | void
  /** Begins to work by itself, as consumers and schedulers do. Everything is started, and nothing listens yet. */
  started?(app: RunningApp<PluginServices<TInject>>): Promise<void> | void
  health?(services: PluginServices<TInject>, signal: AbortSignal): Promise<Health> | Health
  /** Closes what it opened. Called once if `start` was called, even if that failed. */
  stop?(services: PluginServices<TInject>, signal: AbortSignal): Promise<void> | void
  /**
   * Commands that it adds to `keelson`, by name of one or more words: `'db migrate'`. A first word that is a command of
   * `keelson` itself, and a name that clashes with another, stop the start. Several plugins may add the same value under one name: then
   * it is one command, which finds them in `app.plugins`.
   */
  readonly commands?: { readonly [K in keyof TCommands]: PluginCommand<TCommands[K], TInject> } | undefined
}

/** The definition of a plugin as the app uses it. */
export type AnyPluginDefinition = Omit<PluginDefinition<object>, 'inject' | 'commands'> & {
  readonly inject?: { readonly [name: string]: ServiceNeed } | undefined
  readonly commands?: { readonly [name: string]: AnyPluginCommand } | undefined
}

/** A part of an app with phases of its own, made by {@link plugin}. Immutable; may be used in several apps. */
export interface Plugin {
  readonly name: string
  readonly '~internal': PluginInternals
}

/** For the framework alone; may change with any version. */
export interface PluginInternals {
  readonly definition: AnyPluginDefinition
}
