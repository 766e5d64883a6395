import {
  Application,
  type ApplicationOptions,
  type HeldUp,
  type Mode,
  type Phase,
  type StopReport,
} from '../app/index.ts'
import type { Provider } from '../di/index.ts'
import { checkOptions, laterPlaceOf, optionProblems, StartError, type SetupProblem } from '../errors/index.ts'
import type { Logger } from '../log/index.ts'
import type { Plan } from '../pipeline/index.ts'
import type { RoutesFit, RouteTree } from '../routing/index.ts'
import { serverProblems } from './check-server.ts'
import { defaultHost, listeningMessage } from './default-host.ts'
import { createFetchHandler, type FetchInfo } from './fetch.ts'
import {
  createHttpServer,
  type HttpServer,
  type HttpServerOptions,
  type Listening,
  type ListenTarget,
} from './http-server.ts'
import { APP_OPTIONS, LISTEN_OPTIONS } from './option-tables.ts'
import { handleSignals } from './signals.ts'

/** What an app is made of, its HTTP server included. */
export interface AppOptions<TRoutes extends RouteTree = RouteTree> extends ApplicationOptions<TRoutes> {
  /** Limits, trusted proxies, TLS. */
  readonly server?: HttpServerOptions | undefined
}

/** Where an app listens. */
export interface ListenOptions extends ListenTarget {
  /** Whether SIGTERM and SIGINT end the app; default `true`. */
  readonly signals?: boolean | undefined
}

/** An app: routes, services and plugins, served over HTTP. */
export interface App<TRoutes extends RouteTree = RouteTree> extends AsyncDisposable {
  readonly name: string
  /** The tree that it was made with; `typeof app.routes` is the type for `createClient`. */
  readonly routes: TRoutes
  readonly log: Logger
  readonly phase: Phase
  /**
   * The frozen plans of all routes, those of plugins included; for tools, such as `toOpenApi(app)`.
   *
   * @throws {StartError} like `check`
   */
  readonly plans: readonly Plan[]
  /** Header of every answer with the id of its request, lower case, `x-request-id` by default; `undefined` for none. */
  readonly requestIdHeader: string | undefined
  /**
   * Verifies routes, access rules, schemas, configuration of plugins, the graph of services and the options of the server,
   * starting nothing.
   *
   * @throws {StartError} with every problem found
   */
  check(): void
  /** Starts plugins and services without listening; `listen` and `fetch` do it themselves. */
  start(): Promise<void>
  /**
   * Starts the app and serves HTTP; once. An app that cannot listen is stopped.
   *
   * @throws {StartError} when the app cannot start, or the port is in use; `ERR_CORE_LISTEN` at a second call,
   *   `ERR_CORE_PHASE` from the stop on
   */
  listen(options?: ListenOptions): Promise<Listening>
  /** Serves a Web-standard `Request` by the same plans, starting the app at the first call. */
  fetch(request: Request, info?: FetchInfo): Promise<Response>
  /** Waits for `phases.readinessDelayMs`, then drains requests, closes services, stops plugins in reverse order and flushes the log, within `phases.stopMs`. */
  stop(): Promise<StopReport>
  /** What `keelson check` looks at besides the plans; may change with any version. */
  readonly '~internal': AppInspection
}

/** What an app was made of. */
export interface AppInspection {
  readonly options: AppOptions
  readonly mode: Mode
  /** Those of options and plugins, and the framework's own. */
  readonly providers: readonly Provider[]
}

/**
 * Puts an app together. Nothing is connected before `start`, `listen` or `fetch`.
 *
 * @throws {StartError} when a plugin's set-up fails or an option is wrong
 * @example
 * const app = createApp({ name: 'shop', routes: { orders }, plugins: [database(file)] })
 * const { urls } = await app.listen({ port: 3000 })
 */
export function createApp<const TRoutes extends RouteTree>(
  options: AppOptions<TRoutes> & RoutesFit<TRoutes>,
): App<TRoutes> {
  checkOptions(APP_OPTIONS, options, { name: 'createApp', below: createApp })
  return new HttpApp(options)
}

/** Time that a stopped process gets to end by itself, ms. */
const EXIT_GRACE_MS = 1000

class HttpApp<TRoutes extends RouteTree> implements App<TRoutes> {
  readonly #app: Application<TRoutes>
  readonly #options: AppOptions<TRoutes>
  #server: HttpServer | undefined
  #fetch: ReturnType<typeof createFetchHandler> | undefined
  #releaseSignals: (() => void) | undefined
  #stopping: Promise<StopReport> | undefined
  #listening: Promise<Listening> | undefined
  #isListening = false
  #isEnding = false

  constructor(options: AppOptions<TRoutes>) {
    this.#options = options
    const { server } = options
    const place = laterPlaceOf('createApp', createApp)
    this.#app = new Application(options, () =>
      server === undefined ? [] : serverProblems(server, { name: place(), path: 'server' }),
    )
  }

  get name(): string {
    return this.#app.name
  }

  get routes(): TRoutes {
    return this.#app.routes
  }

  get log(): Logger {
    return this.#app.log
  }

  get phase(): Phase {
    return this.#app.phase
  }

  get plans(): readonly Plan[] {
    return this.#app.plans
  }

  get requestIdHeader(): string | undefined {
    return this.#app.requestIdHeader
  }

  get '~internal'(): AppInspection {
    return { options: this.#options, mode: this.#app.mode, providers: this.#app.providers }
  }

  check(): void {
    this.#app.check()
  }

  start(): Promise<void> {
    return this.#app.start()
  }

  listen(options: ListenOptions = {}): Promise<Listening> {
    const problems = optionProblems(LISTEN_OPTIONS, options, { name: 'app.listen' })
    if (problems.length > 0) return Promise.reject(new StartError(problems))
    if (this.#stopping !== undefined) return Promise.reject(new StartError([stoppedBefore()]))
    if (this.#listening !== undefined) return Promise.reject(new StartError([listensAlready()]))
    return (this.#listening = this.#listen(options))
  }

  async #listen(options: ListenOptions): Promise<Listening> {
    const { signals = true, ...target } = options
    const isHostSaid = target.host !== undefined || target.path !== undefined
    const host = isHostSaid ? undefined : defaultHost(this.#app.mode)
    if (signals)
      this.#releaseSignals ??= handleSignals({
        onStop: () => this.#endProcess(),
        onError: (error) => this.log.fatal({ err: error }, 'The app failed to stop.'),
      })
    try {
      await this.#app.start()
      // Told to stop in the meantime: what would be opened now nobody would close.
      this.#app.assertStarted()
      const { server, errorFormat } = this.#options
      this.#server = createHttpServer(this.#app.dispatcher, {
        ...server,
        errorFormat: server?.errorFormat ?? errorFormat,
        log: server?.log ?? this.#app.log,
      })
      const listening = await this.#server.listen(target, host)
      this.#isListening = true
      this.#app.log.info({ urls: listening.urls }, listeningMessage(host))
      return listening
    } catch (error) {
      await this.stop()
      // Called off by a signal: the process ends as it was told to, and nothing has failed.
      if (this.#isEnding) return new Promise(() => undefined)
      throw error
    }
  }

  async fetch(request: Request, info?: FetchInfo): Promise<Response> {
    await this.#app.start()
    const { dispatcher } = this.#app
    this.#fetch ??= createFetchHandler(dispatcher, this.#options.server)
    return this.#fetch(request, info)
  }

  stop(): Promise<StopReport> {
    return (this.#stopping ??= this.#stop())
  }

  async #stop(): Promise<StopReport> {
    const server = this.#server
    const report = await this.#app.stop(
      server === undefined ? undefined : (signal, budgetMs) => drain(server, signal, budgetMs),
    )
    this.#releaseSignals?.()
    return report
  }

  /** After a stop by signal nothing should keep the process alive; what does is named, and the process ends all the same. */
  async #endProcess(): Promise<void> {
    this.#isEnding = true
    const { isClean } = await this.stop()
    if (!isClean) process.exitCode ??= 1
    // Nobody goes on after a start that was called off, and Node takes an await without end for a mistake.
    if (!this.#isListening) process.exit()
    setTimeout(() => {
      const held = process
        .getActiveResourcesInfo()
        .filter((name) => !name.includes('Wrap') || name === 'TCPSocketWrap')
      process.stderr.write(
        `${this.name}: stopped, but the process was kept alive by ${held.join(', ') || 'an unknown resource'}; it is ended now.\n`,
      )
      process.exit()
    }, EXIT_GRACE_MS).unref()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

function stoppedBefore(): SetupProblem {
  return {
    code: 'ERR_CORE_PHASE',
    place: 'app.listen()',
    message: 'The app is stopped, or about to be; so is one that could not listen before.',
    remedy: 'Make another app with createApp to listen again.',
  }
}

function listensAlready(): SetupProblem {
  return {
    code: 'ERR_CORE_LISTEN',
    place: 'app.listen()',
    message: 'The app listens already, or is about to.',
    remedy: 'Call it once. Make a second app for a second port.',
  }
}

async function drain(server: HttpServer, signal: AbortSignal, budgetMs: number): Promise<readonly HeldUp[]> {
  const report = await server.drain({ budgetMs, signal })
  return report.cut.map(({ label, ageMs }) => ({ what: label, ageMs }))
}
