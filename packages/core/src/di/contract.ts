import type { SetupProblem } from '../errors/index.ts'
import type { Injectable, ServiceScope } from './injectable.ts'
import type { NeedEntry } from './needs.ts'
import type { Provider } from './provider.ts'
import type { Root } from './walk.ts'

/** Bounds of closing: whichever comes first. */
export interface DisposeOptions {
  /** Aborted when time is up. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds; default: no bound of its own. */
  readonly timeoutMs?: number | undefined
  /** How many of these are for starts that are still at work, so that some are left for the rest; default: all. */
  readonly startingMs?: number | undefined
  /** Closes only what was constructed since {@link Container.mark} gave this; default: everything. */
  readonly since?: number | undefined
}

/** Options of `warm`. */
export interface WarmOptions {
  /** Ends the wait; what is being made is still closed by `dispose`. */
  readonly signal?: AbortSignal | undefined
  /** Who needs the targets, from the outermost to the innermost; for messages. */
  readonly neededBy?: (() => readonly string[]) | undefined
}

/** What the graph says of a target. */
export interface ServiceFacts {
  readonly scope: ServiceScope
  /** What it needs and something provides, in order. */
  readonly needs: readonly NeedEntry[]
}

/** Options of `createContainer`. */
export interface ContainerOptions {
  /** Take the place of the providers of the same target, for tests; of two the last counts. */
  readonly overrides?: readonly Provider[] | undefined
}

/** The services of one app: checked as a graph, constructed on demand, closed in reverse order. */
export interface Container {
  /**
   * Verifies everything that the roots need and every provider, without constructing anything.
   *
   * @returns all problems, none if the app may start
   */
  check(roots: readonly Root[]): SetupProblem[]

  /**
   * Gives a singleton, constructing it and what it needs at the first call; a new instance of a transient.
   *
   * @throws {StartError} when what it needs is not in order and `check` was not called before
   * @throws {ServiceError} `ERR_CORE_DI_REQUEST_SCOPE`, `ERR_CORE_DI_NOT_STARTED`, `ERR_CORE_DI_TRANSIENT_DISPOSABLE`,
   *   `ERR_CORE_DI_CIRCULAR_CALL`, `ERR_CORE_DI_CLOSED`
   */
  resolve<T>(target: Injectable<T>): T

  /**
   * Gives what {@link Container.resolve} does while the app starts: only what everything is made for.
   *
   * @throws {ServiceError} `ERR_CORE_DI_NOT_STARTED` for what would be made out of its turn
   */
  resolveMade<T>(target: Injectable<T>): T

  /** Throws as {@link Container.resolveMade} does. */
  assertMade(target: Injectable): void

  /** Whether a target has a provider, or is a class that can be constructed without one. */
  isProvided(target: Injectable): boolean

  /** What is known of a target without constructing it. @throws {StartError} when it is not in order */
  factsOf(target: Injectable): ServiceFacts

  /**
   * Constructs every singleton that the targets need, in dependency order, awaiting those made by a promise, and starts
   * those that are `Startable`. What is needed lazily is left to whoever orders the start. Belongs to start: afterwards no
   * request constructs a singleton.
   *
   * @throws {StartError} `ERR_CORE_SERVICE_START`, with the service, who needed it, and the cause
   * @throws the signal's reason, unless that is a `TimeoutError`
   */
  warm(targets: readonly Injectable[], options?: WarmOptions): Promise<void>

  /** Bound targets whose class is `Startable`: they are started even where no route needs them. */
  startable(): Injectable[]

  /** Whether each request needs an instance of its own: the target is request-scoped or transient. */
  isRequestScoped(target: Injectable): boolean

  /** Opens the scope of one request. Costs one object; the rest is made when it is needed. */
  createScope(): RequestScope

  /** How much has been constructed so far, for `dispose({ since })`. */
  mark(): number

  /**
   * Closes what was constructed, in reverse order, once: every one, even if another fails. When time is up, the rest
   * is closed without waiting. From the first call on nothing is constructed any more. A later call waits for those before.
   *
   * @throws {DisposeError} `ERR_CORE_DI_DISPOSE`, with everything that failed or took too long
   */
  dispose(options?: DisposeOptions): Promise<void>
}

/** The services of one request. */
export interface RequestScope {
  /** Gives the request's instance; singletons come from the app. Throws like `Container.resolve`, and
   * `ERR_CORE_DI_NOT_PROVIDED` for a value that the scope was not given. */
  resolve<T>(target: Injectable<T>): T

  /**
   * Gives the scope the value of a token bound by `bindRequest`, or in place of a request-scoped service
   * that is not yet constructed. The scope does not close it. Without effect for a token that is not bound.
   *
   * @throws {ServiceError} `ERR_CORE_DI_PROVIDE` for a singleton or transient
   */
  provide<T>(target: Injectable<T>, value: T): void

  /**
   * Closes what the scope constructed, in reverse order, once.
   *
   * @returns `undefined` when there was nothing to wait for, so that a request needs no promise
   * @throws {DisposeError} through the promise, never synchronously
   */
  dispose(): Promise<void> | undefined
}
