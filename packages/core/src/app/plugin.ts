import type { Provider } from '../di/index.ts'
import type { Plan } from '../operation/index.ts'
import type { AnyMiddleware, RouteTree, SecurityScheme } from '../route/index.ts'

/** State of a part of the app that a probe asks for. */
export interface Health {
  readonly status: 'up' | 'down'
  /** For the detail that needs an access rule; never in the public answer. */
  readonly detail?: unknown
}

/**
 * What a plugin may do while the app is put together. Synchronous, no I/O. It ends with `setup`: each method throws a
 * {@link StartError} `ERR_CORE_PLUGIN` afterwards.
 */
export interface AppSetup {
  /** Adds providers, as `bind` makes them. */
  provide(...providers: readonly Provider[]): void
  /** Adds middleware for all routes, after those of `createApp({ use })`. */
  use(...middleware: readonly AnyMiddleware[]): void
  /** Adds routes to the tree's root. A name that is taken is an error. */
  routes(tree: RouteTree): void
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

/**
 * A part of an app with a life of its own: a database, a broker, a scheduler.
 *
 * Phases: `setup` → `check` → `start` in the order of needs → … → `stop` in reverse order. Every signal is aborted when the
 * phase's time is up; `stop` is called only after `start` was.
 *
 * @example
 * const database: Plugin = {
 *   name: 'database',
 *   setup: (app) => app.provide(bind(DATABASE, { value: db })),
 *   start: (signal) => db.connect({ signal }),
 *   health: async () => ({ status: (await db.ping()) ? 'up' : 'down' }),
 *   stop: () => db.close(),
 * }
 */
export interface Plugin {
  readonly name: string
  /** Names of plugins that start before this one and stop after it. */
  readonly needs?: readonly string[] | undefined
  setup?(app: AppSetup): void
  /**
   * Looks at the frozen plans, before anything is started. Synchronous, no I/O.
   *
   * @throws {StartError} with problems that stop the start
   */
  check?(app: CheckedApp): void
  start?(signal: AbortSignal): Promise<void> | void
  health?(signal: AbortSignal): Promise<Health> | Health
  stop?(signal: AbortSignal): Promise<void> | void
}
