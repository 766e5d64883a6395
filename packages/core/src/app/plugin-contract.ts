import type { AllFitInject, Injectable, ServiceNeed, Provider, Resolved } from '../di/index.ts'
import type { SetupProblem } from '../errors/index.ts'
import type { NewFrameOptions } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type { Plan } from '../operation/index.ts'
import type { AnyInput, InvokeOptions, InvokeResult, UnknownError } from './call/contract.ts'
import type { RouteTree, SecurityScheme, MiddlewareOrList } from '../route/index.ts'
import type { ContentCoding } from './content-coding.ts'
import type { AnyPluginCommand, PluginCommand } from './plugin-command.ts'

/** State of a part of the app that a probe asks for. */
export interface Health {
  readonly status: 'up' | 'down'
  /** For the detail that needs an access rule; never in the public answer. */
  readonly detail?: unknown
}

/**
 * What a plugin may do while the app is put together. Synchronous, no I/O. It ends with `setup`: each method throws a
 * {@link SetupError} `ERR_CORE_PLUGIN` afterwards.
 */
export interface AppSetup {
  /** Adds providers, as `bind` makes them. What needs them is made after the plugin was started. */
  provide(...providers: readonly Provider[]): void
  /** Adds middleware for all routes, after those of `createApp({ use })`. */
  use(...middleware: readonly MiddlewareOrList[]): void
  /** Adds routes to the tree's root. A name that is taken is an error. */
  routes(tree: RouteTree): void
  /** Offers codings of request bodies, as `contentCoding` makes them, besides those of `createApp({ contentCodings })`. */
  contentCodings(...codings: readonly ContentCoding[]): void
  /** Says that the plugin calls operations: their plans are then built and checked at start, as by `createApp({ calls: true })`. */
  calls(): void
}

/** What a plugin sees of the app once its plans are frozen. */
export interface CheckedApp {
  readonly name: string
  /** The plans of all routes, those of plugins included. */
  readonly plans: readonly Plan[]
  /** Redacts in the log what carries the credentials of a scheme. Schemes that middleware defines are known already. */
  redact(scheme: SecurityScheme): void
  /** Header of every answer with the id of its request, lower case; `undefined` for none. */
  readonly requestIdHeader: string | undefined
}

/** What a plugin's `inject` gives, by name: an instance; for `lazy` a function, for `optional` possibly `undefined`. */
export type PluginServices<TInject> = { readonly [K in keyof TInject]: Resolved<TInject[K]> }

/** Services of one run of work outside of requests; see {@link RunningApp.runScoped}. */
export interface ScopedServices {
  /** Gives the run's instance; singletons come from the app. */
  resolve<T>(target: Injectable<T>): T
}

/** What a plugin has of the app from its start on. */
export interface RunningApp<TServices = object> {
  /** Name of the app. */
  readonly name: string
  /** What `inject` names. */
  readonly services: TServices
  /** Aborts when `phases.startMs` passes before the start is done, and from then on when the app begins to drain. */
  readonly signal: AbortSignal
  /** The app's log; its lines carry the name of the plugin. */
  readonly log: Logger
  /**
   * Gives a service of the app. While plugins start, only one that is made already: those that `inject` names are.
   *
   * @throws {ServiceError} `ERR_CORE_DI_NOT_STARTED` for one whose turn has not come, and like a container otherwise
   */
  resolve<T>(target: Injectable<T>): T
  /**
   * Calls an operation by its name, as `app.invoke` does, in whose types one that holds the tree of routes has more to read. From
   * `started` on.
   *
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for what no caller may do
   * @throws {SetupError} `ERR_CORE_PHASE` while plugins start, and after the stop
   */
  invoke(
    name: string,
    input?: AnyInput,
    options?: InvokeOptions,
  ): Promise<InvokeResult<{ 200: unknown }, UnknownError>>
  /**
   * Runs work outside of any request, as `runInNewFrame` does, with services of its own: those that live for one request live
   * for this run, and are closed at its end. Its frame ends when the app begins to drain.
   *
   * @param options - those of `runInNewFrame`
   * @returns what the work returns
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a wrong option; the signal's reason once the app ends
   * @throws {DisposeError} when the work succeeded and its services cannot be closed
   * @example
   * declare const app: RunningApp
   * declare class Orders { removeStale(): Promise<void> }
   * await app.runScoped((scope) => scope.resolve(Orders).removeStale())
   */
  runScoped<T>(work: (scope: ScopedServices) => T | PromiseLike<T>, options?: NewFrameOptions): Promise<T>
}

/** What {@link plugin} takes. */
export interface PluginDefinition<TInject, TCommands = {}> {
  /** Names it in messages and in the needs of others. */
  readonly name: string
  /** Names of plugins that start before this one and stop after it. */
  readonly needs?: readonly string[] | undefined
  /**
   * Services that it uses, by name: they are made and started before it, and closed after it has stopped. `lazy(() => X)` gives
   * a function for later and orders nothing; `optional(TOKEN)` may be `undefined`.
   */
  readonly inject?: (TInject & AllFitInject<TInject>) | undefined
  setup?(app: AppSetup): void
  /**
   * Looks at the frozen plans, before anything is started. Synchronous, no I/O.
   *
   * @returns problems that stop the start
   * @throws {SetupError} with such, as well
   */
  check?(app: CheckedApp): readonly SetupProblem[] | void
  /** Connects. What needs what it binds is made when this is done. */
  start?(app: RunningApp<PluginServices<TInject>>): Promise<void> | void
  /** Begins to work by itself, as consumers and schedulers do: everything is started, and nothing listens yet. */
  started?(app: RunningApp<PluginServices<TInject>>): Promise<void> | void
  health?(services: PluginServices<TInject>, signal: AbortSignal): Promise<Health> | Health
  /** Closes what it opened. Called once where `start` was called, also where that failed. */
  stop?(services: PluginServices<TInject>, signal: AbortSignal): Promise<void> | void
  /**
   * Commands that it adds to `keelson`, by name, of one word or more: `'db migrate'`. A first word of `keelson` itself, and a
   * name that cannot be told from another, stop the start.
   */
  readonly commands?: { readonly [K in keyof TCommands]: PluginCommand<TCommands[K], TInject> } | undefined
}

/** The functions of a plugin, and what they are given, as the app calls them. */
export type AnyPluginDefinition = Omit<PluginDefinition<object>, 'inject' | 'commands'> & {
  readonly inject?: { readonly [name: string]: ServiceNeed } | undefined
  readonly commands?: { readonly [name: string]: AnyPluginCommand } | undefined
}

/** A part of an app with a life of its own; made by {@link plugin}. Immutable, may be used for several apps. */
export interface Plugin {
  readonly name: string
  readonly '~internal': PluginInternals
}

/** What only the framework reads of a plugin; may change with any version. */
export interface PluginInternals {
  readonly definition: AnyPluginDefinition
}
