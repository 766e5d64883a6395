import { createContainer, type Container } from '../di/index.ts'
import { optionProblems, resolveMode, SetupError } from '../errors/index.ts'
import { silentLogger, type Logger, type RootLogger } from '../log/index.ts'
import { Holdings, type Dispatcher, type Plan } from '../operation/index.ts'
import type { RouteTree } from '../route/index.ts'
import { AppLife } from './app-life.ts'
import type { InvokeArgs, OperationAt, ResultAt } from './call/contract.ts'
import { askAdmission, invoke, type InvokeParts } from './call/invoke.ts'
import { checkApp, type Checked } from './check-app.ts'
import { commandsOf } from './command-problems.ts'
import type {
  App,
  AppInspection,
  FetchInfo,
  Listening,
  ListenOptions,
  Phase,
  Transports,
} from './contract.ts'
import type { HealthSource } from './health.ts'
import type { StopReport } from './lifecycle.ts'
import { LISTEN_OPTIONS } from './option-tables.ts'
import type { ApplicationOptions, AppMode } from './options.ts'
import { isLogger, ownLogger } from './own-log.ts'
import { misuse, notRunning } from './phase-problems.ts'
import type { Plugin } from './plugin-contract.ts'
import { inspectPlugins } from './plugin-phases.ts'
import { isSharedPort } from './ports.ts'
import { publicOrigin, type PublicOrigin } from './public-url.ts'
import { Serving } from './serving.ts'
import { gather, type Gathered } from './setup.ts'

/** An app: what it was made of, and what its callers may do with it. */
export class Application<TRoutes extends RouteTree = RouteTree> implements App<TRoutes>, HealthSource {
  readonly name: string
  readonly mode: AppMode
  readonly log: Logger
  readonly routes: TRoutes
  readonly #options: ApplicationOptions<TRoutes>
  readonly #transports: Transports
  readonly #gathered: Gathered
  readonly #container: Container
  readonly #holdings = new Holdings()
  readonly #origin: PublicOrigin
  readonly #serving: Serving
  readonly #life: AppLife
  #checked: Checked | undefined
  #listening: Promise<Listening> | undefined

  constructor(options: ApplicationOptions<TRoutes>, transports: Transports) {
    this.#options = options
    this.#transports = transports
    this.name = options.name ?? 'app'
    this.mode = resolveMode(options.mode)
    this.routes = options.routes
    this.#origin = publicOrigin(options.publicUrl)
    const { log } = options
    let ownLog: RootLogger | undefined
    if (log === false) this.log = silentLogger
    else this.log = isLogger(log) ? log : (ownLog = ownLogger(this.name, log, this.mode))
    this.#gathered = gather(options, this.log, this)
    transports.takeCodings(this.#gathered.codings)
    this.#container = createContainer(this.#gathered.providers, { overrides: options.overrides })
    this.#serving = new Serving(this, transports)
    this.#life = new AppLife({
      app: this,
      options,
      container: this.#container,
      holdings: this.#holdings,
      serving: this.#serving,
      check: () => this.#check(),
      invoke: async (name, input, given) => invoke(this.#invokeParts(), name, [input, given]) as never,
      closeLog: () => ownLog?.close(),
    })
    // Hosts call it without the app: `Deno.serve(app.fetch)`, `export default { fetch: app.fetch }`.
    this.fetch = this.fetch.bind(this)
  }

  get phase(): Phase {
    return this.#life.phase
  }

  get isReady(): boolean {
    return this.phase === 'started'
  }

  get plugins(): readonly Plugin[] {
    return this.#gathered.plugins
  }

  servicesOf(plugin: Plugin): object {
    return this.#life.appOf(plugin).services
  }

  get '~internal'(): AppInspection {
    return {
      options: this.#options,
      mode: this.mode,
      providers: this.#gathered.providers,
      embedded: this.#gathered.embedded,
      isShared: (port) => isSharedPort(port, this.#gathered),
      commands: commandsOf(this.#gathered.plugins),
      startForCommand: () => this.#life.startForCommand(),
      appOf: (plugin) => this.#life.appOf(plugin),
      checkedApp: () => this.#check().app,
      inspect: async (options) => inspectPlugins(this.plugins, this.#check().app, options),
      admit: async (name, input, options) =>
        askAdmission(this.#invokeParts(), name, [input, options]) as never,
      stopWithoutGrace: () => this.#life.stop(0),
    }
  }

  get requestIdHeader(): string | undefined {
    const { header = 'x-request-id' } = this.#options.requestId ?? {}
    return header === false ? undefined : header.toLowerCase()
  }

  get plans(): readonly Plan[] {
    return this.#check().plans.plans
  }

  /** @throws {SetupError} `ERR_CORE_PHASE` before the start is done, and from the stop on */
  assertStarted(): void {
    if (!this.isReady) throw notRunning(this.phase)
  }

  /** Runs plans; available from `start` to the end of `stop`. */
  get dispatcher(): Dispatcher {
    return this.#life.dispatcher
  }

  check(): void {
    this.#check()
  }

  #check(): Checked {
    if (this.#checked !== undefined) return this.#checked
    this.#checked = checkApp({
      app: this,
      options: this.#options,
      transports: this.#transports,
      gathered: this.#gathered,
      container: this.#container,
      holdings: this.#holdings,
    })
    this.#life.onChecked()
    return this.#checked
  }

  start(): Promise<void> {
    return this.#life.start()
  }

  listen(options: ListenOptions = {}): Promise<Listening> {
    const problems = optionProblems(LISTEN_OPTIONS, options, { name: 'app.listen' })
    if (problems.length > 0) return Promise.reject(new SetupError(problems))
    if (this.#life.isStopping) return Promise.reject(misuse('listensLate', 'app.listen()'))
    if (this.#listening !== undefined) return Promise.reject(misuse('listensAlready', 'app.listen()'))
    return (this.#listening = this.#serving.listen(options))
  }

  fetch(request: Request, info?: FetchInfo): Promise<Response> {
    return this.#serving.fetch(request, info)
  }

  async invoke<TSelf extends { readonly routes: RouteTree }, const TName extends string>(
    this: TSelf,
    name: TName,
    ...args: InvokeArgs<OperationAt<TSelf['routes'], TName>>
  ): Promise<ResultAt<OperationAt<TSelf['routes'], TName>>> {
    const app = this as unknown as Application
    return invoke(app.#invokeParts(), name, args as readonly [object?, object?]) as never
  }

  #invokeParts(): InvokeParts {
    const { dispatcher } = this.#life
    return { plans: this.#check().plans.calls, dispatcher, origin: this.#origin }
  }

  stop(): Promise<StopReport> {
    return this.#life.stop()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}
