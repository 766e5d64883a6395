import type { Injectable, Provider, Token } from '../di/index.ts'
import type { SetupProblem } from '../errors/index.ts'
import type { Logger } from '../log/index.ts'
import type { CallKind, Dispatcher, Plan } from '../operation/index.ts'
import type { Bus, KeyValueStore } from '../port/index.ts'
import type { RouteTree } from '../route/index.ts'
import type {
  AnyInput,
  InvokeArgs,
  InvokeNameFits,
  InvokeOptions,
  InvokeResult,
  OperationAt,
  ResultAt,
  UnknownError,
} from './call/contract.ts'
import type { ContentCoding } from './content-coding.ts'
import type { NamedCommand } from './command-problems.ts'
import type { StopReport } from './lifecycle.ts'
import type { ApplicationOptions, AppMode } from './options.ts'
import type { CheckedApp, Inspection, InspectOptions, Plugin, RunningApp } from './plugin-contract.ts'

/** The phase that an app is in. */
export type Phase = 'setup' | 'checked' | 'starting' | 'started' | 'draining' | 'stopped' | 'failed'

/** Where a server listens: a port of the network, or a Unix socket. */
export interface ListenTarget {
  /** 0 to 65,535; `0` takes any free port. Default 3000. */
  readonly port?: number | undefined
  /**
   * Address or name to listen at. Default of an app: the variable `HOST`; else `127.0.0.1` in development and test, all
   * addresses of the machine in production.
   */
  readonly host?: string | undefined
  /** Path of a Unix socket, instead of a port. */
  readonly path?: string | undefined
  /** Stops waiting for the address when it aborts. */
  readonly signal?: AbortSignal | undefined
}

/** Where a server can be reached. */
export interface Listening {
  /** The port in use; undefined for a Unix socket. */
  readonly port: number | undefined
  /** Address as the operating system reports it, or the path of the socket. */
  readonly address: string
  /** URLs of the server, the one for this machine first. None for a Unix socket. */
  readonly urls: readonly string[]
}

/** Where an app listens. */
export interface ListenOptions extends ListenTarget {
  /** Whether SIGTERM and SIGINT stop the app; default `true`. */
  readonly signals?: boolean | undefined
}

/** What a host knows about a request besides the `Request` itself. */
export interface FetchInfo {
  /** Address of the client, or of the last proxy. Default `''`. */
  readonly remoteAddress?: string | undefined
  /** Keeps the host's worker alive until the promise settles, which is when the last byte is sent and the request is logged. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
}

/** An app: routes, services and plugins, served over HTTP. */
export interface App<TRoutes extends RouteTree = RouteTree> extends AsyncDisposable {
  readonly name: string
  /** The tree of routes given to `createApp`; `typeof app.routes` is the type for `createClient`. */
  readonly routes: TRoutes
  readonly log: Logger
  readonly phase: Phase
  /**
   * The frozen plans of all routes, those of plugins included; for tools, such as `toOpenApi(app)`.
   *
   * @throws {SetupError} like `check`
   */
  readonly plans: readonly Plan[]
  /** Header of every answer that carries the id of its request, lower case, `x-request-id` by default; `undefined` for none. */
  readonly requestIdHeader: string | undefined
  /**
   * Verifies routes, access rules, schemas, configuration of plugins, the graph of services and the options of the server;
   * starts nothing.
   *
   * @throws {SetupError} with every problem found
   */
  check(): void
  /** Starts plugins and services without listening; `listen` and `fetch` do it themselves. */
  start(): Promise<void>
  /**
   * Starts the app and serves HTTP; once. An app that cannot listen is stopped.
   *
   * @throws {SetupError} when the app cannot start, or the port is in use; `ERR_CORE_LISTEN` at a second call,
   *   `ERR_CORE_PHASE` from the stop on
   */
  listen(options?: ListenOptions): Promise<Listening>
  /** Serves a Web-standard `Request` by the same plans. The first call starts the app. */
  fetch(request: Request, info?: FetchInfo): Promise<Response>
  /**
   * Calls an operation by its name within the process: the same plan as for a request, with values in place of messages. The access
   * rule, validation, deadline, services and `record` middleware apply as for requests.
   *
   * Resolves to the same as `.result()` of a typed client; `data` may be the object that the handler returned, so do not
   * change it. A call within a request is part of its trace, ends with it and has its deadline, but not its caller.
   *
   * @param name - operation id, `orders.show`
   * @param args - input as for a client, and {@link InvokeOptions}
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for wrong arguments: a name that no route has, an `as` without all names that
   *   authentication adds, input that the route does not declare, a route that needs the bytes of a request
   * @throws {SetupError} `ERR_CORE_PHASE` before the start and after the stop
   * @example
   * const result = await app.invoke('orders.show', { params: { id: '7' } }, { as: { user } })
   * if (result.ok) console.log(result.data)
   */
  invoke<TSelf extends { readonly routes: RouteTree }, const TName extends string>(
    this: TSelf,
    name: TName & InvokeNameFits<OperationAt<TSelf['routes'], TName>>,
    ...args: InvokeArgs<OperationAt<TSelf['routes'], TName>>
  ): Promise<ResultAt<OperationAt<TSelf['routes'], TName>>>
  /** Waits for `phases.readinessDelayMs`, then drains requests, closes services, stops plugins in reverse order and flushes the log, within `phases.stopMs`. */
  stop(): Promise<StopReport>
  /** What `keelson check` and tests use besides the plans; may change with any version. */
  readonly '~internal': AppInspection
}

/** The parts of an app. */
export interface AppInspection {
  /** With the options of the server. */
  readonly options: ApplicationOptions & { readonly server?: object | undefined }
  readonly mode: AppMode
  /** Providers of options and plugins, and the framework's own. */
  readonly providers: readonly Provider[]
  /** Ports that neither options nor plugins provide: the app has engines of its own process for them. */
  readonly embedded: readonly Injectable[]
  /** As in {@link CheckedApp}. */
  isShared(port: Token<KeyValueStore> | Token<Bus>): boolean
  /** Commands of plugins. */
  readonly commands: readonly NamedCommand[]
  /** The argument of a command that only needs a checked app. @throws {SetupError} like `check` */
  checkedApp(): CheckedApp
  /** What plugins find that inspect. @throws {SetupError} like `check` */
  inspect(options: InspectOptions): Promise<Inspection>
  /** Starts plugins and services without calling `started`. */
  startForCommand(): Promise<void>
  /** A started app as a plugin sees it. */
  appOf(plugin: Plugin): RunningApp
  /** Whether a caller is admitted to an operation: 204, or the error. */
  admit(
    name: string,
    input?: AnyInput,
    options?: InvokeOptions,
  ): Promise<InvokeResult<{ 204: undefined }, UnknownError>>
  /** Like `app.stop()`, but closes idle connections at once. */
  stopWithoutGrace(): Promise<StopReport>
}

/** A socket that serves an app. */
export interface AppServer {
  /** @param defaultHost - used if the target has no host */
  listen(target: ListenTarget, defaultHost?: string): Promise<Listening>
  /** Ends the server within the budget; reports what it cut off. */
  drain(budget: {
    readonly budgetMs: number
    readonly signal: AbortSignal
    readonly idleGraceMs?: number | undefined
  }): Promise<{
    readonly cut: readonly { readonly label: string; readonly ageMs: number }[]
  }>
}

/** What brings calls to an app, which itself knows neither sockets nor `Request`. */
export interface Transports {
  readonly kind: CallKind
  /** Adds codings of request bodies that plugins offer; called before all others. */
  takeCodings(codings: readonly ContentCoding[]): void
  /** Whether their options allow callers over TLS, directly or by a trusted proxy. */
  readonly canBeSecure: boolean
  /** Finds the problems of their options. */
  problems(): readonly SetupProblem[]
  createServer(dispatcher: Dispatcher, log: Logger): AppServer
  createFetch(dispatcher: Dispatcher): (request: Request, info?: FetchInfo) => Promise<Response>
}
