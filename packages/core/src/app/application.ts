// The global is a getter, called for every request.
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createContainer, type Container } from '../di/index.ts'
import {
  createLimit,
  optionProblems,
  resolveMode,
  ServiceUnavailableError,
  SetupError,
  type SetupProblem,
  ignore,
} from '../errors/index.ts'
import { createRequestIdPolicy, createTimerWheel } from '../frame/index.ts'
import { silentLogger, type Logger, type RootLogger } from '../log/index.ts'
import { Holdings, type Dispatcher, type InjectionSource, type Plan } from '../operation/index.ts'
import type { RouteTree } from '../route/index.ts'
import type {
  App,
  AppInspection,
  AppServer,
  FetchInfo,
  Listening,
  ListenOptions,
  Phase,
  Transports,
} from './contract.ts'
import type { InvokeArgs, OperationAt, ResultAt } from './call/contract.ts'
import { askAdmission, invoke, type InvokeParts } from './call/invoke.ts'
import { commandsOf } from './command-problems.ts'
import { redactSchemes, schemesOf } from './credentials.ts'
import { defaultHost, listeningMessage } from './default-host.ts'
import { PlanDispatcher } from './dispatcher.ts'
import { isReadinessProbe, type HealthSource } from './health.ts'
import { toInjection } from './injection.ts'
import { Lifecycle, type HeldUp, type StopReport } from './lifecycle.ts'
import { LISTEN_OPTIONS } from './option-tables.ts'
import { MiddlewareStates } from './middleware-states.ts'
import type { ApplicationOptions, AppMode } from './options.ts'
import { isLogger, ownLogger } from './own-log.ts'
import { listensAlready, notRunning, stopped, stoppedBefore, unfitProcess } from './phase-problems.ts'
import { buildPlans, fillContexts, injectionRoots, type Plans } from './plans.ts'
import type { CheckedApp, Plugin, RunningApp } from './plugin-contract.ts'
import { checkPlugins, type StartBounds } from './plugin-phases.ts'
import { endSoon } from './process-end.ts'
import { publicOrigin, type PublicOrigin } from './public-url.ts'
import { requestLogOf } from './request-log.ts'
import { createRunningApp, type RunningParts } from './running-app.ts'
import { gather, type Gathered } from './setup.ts'
import { handleSignals } from './signals.ts'
import { orderStart, pluginRoots, type StartStep } from './start-order.ts'
import { StartWork } from './start-work.ts'
import { endUnreadStreams, whenIdle } from './when-idle.ts'

const DEFAULT_START_MS = 30_000
const DEFAULT_STOP_MS = 10_000

/** An app: its phases, its plans, the dispatcher that runs them, and the transports that bring it calls. */
export class Application<TRoutes extends RouteTree = RouteTree> implements App<TRoutes>, HealthSource {
  readonly name: string
  readonly mode: AppMode
  readonly log: Logger
  readonly routes: TRoutes
  readonly stopBudgetMs: number
  readonly #options: ApplicationOptions<TRoutes>
  readonly #transports: Transports
  readonly #gathered: Gathered
  readonly #container: Container
  readonly #injection: InjectionSource
  readonly #holdings = new Holdings()
  readonly #work = new StartWork()
  readonly #states = new MiddlewareStates(this.#holdings, this.#work)
  readonly #ownLog: RootLogger | undefined
  readonly #origin: PublicOrigin
  /** Ends a start that is under way, and tells streams that the app ends. */
  readonly #cancel = new AbortController()
  /** Aborts when the start fails or takes too long, and when the app begins to drain. */
  readonly #life = new AbortController()
  readonly #lifecycle: Lifecycle
  /** What held up the end, or that of a start that failed. */
  readonly #heldUp: HeldUp[] = []
  #plans: Plans | undefined
  #steps: readonly StartStep[] = []
  #dispatcher: PlanDispatcher | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<StopReport> | undefined
  #listening: Promise<Listening> | undefined
  #server: AppServer | undefined
  #fetch: ReturnType<Transports['createFetch']> | undefined
  #releaseSignals: (() => void) | undefined
  /** A signal told the process to end. */
  #isEnding = false
  #closing: Promise<void> | undefined
  #phase: Phase = 'setup'

  constructor(options: ApplicationOptions<TRoutes>, transports: Transports) {
    this.#options = options
    this.#transports = transports
    this.name = options.name ?? 'app'
    this.mode = resolveMode(options.mode)
    this.routes = options.routes
    this.stopBudgetMs = options.phases?.stopMs ?? DEFAULT_STOP_MS
    this.#origin = publicOrigin(options.publicUrl)
    const { log } = options
    this.#ownLog =
      log === undefined || (log !== false && !isLogger(log))
        ? ownLogger(this.name, log, this.mode)
        : undefined
    this.log = this.#ownLog ?? (isLogger(log) ? log : silentLogger)
    this.#gathered = gather(options, this.log, this)
    transports.takeCodings(this.#gathered.codings)
    this.#container = createContainer(this.#gathered.providers, { overrides: options.overrides })
    this.#injection = toInjection(this.#container)
    this.#lifecycle = this.#createLifecycle()
    // Hosts take it off the app: `Deno.serve(app.fetch)`, `export default { fetch: app.fetch }`.
    this.fetch = this.fetch.bind(this)
  }

  get phase(): Phase {
    return this.#phase
  }

  get isReady(): boolean {
    return this.#phase === 'started'
  }

  get plugins(): readonly Plugin[] {
    return this.#gathered.plugins
  }

  servicesOf(plugin: Plugin): object {
    return this.#lifecycle.appOf(plugin).services
  }

  get '~internal'(): AppInspection {
    return {
      options: this.#options,
      mode: this.mode,
      providers: this.#gathered.providers,
      commands: commandsOf(this.#gathered.plugins),
      startForCommand: (plugin) => this.#startForCommand(plugin),
      checkedApp: () => this.#checkedApp(this.#checked()),
      admit: async (name, input, options) =>
        askAdmission(this.#invokeParts(), name, [input, options]) as never,
      stopWithoutGrace: () => (this.#stopping ??= this.#stop(0)),
    }
  }

  /** Header that carries the id of a request, lower case; `undefined` for none. */
  get requestIdHeader(): string | undefined {
    const { header = 'x-request-id' } = this.#options.requestId ?? {}
    return header === false ? undefined : header.toLowerCase()
  }

  /** The frozen plans of all routes. @throws {SetupError} like `check` */
  get plans(): readonly Plan[] {
    return this.#checked().plans
  }

  /** @throws {SetupError} `ERR_CORE_PHASE` before the start is done, and from the stop on */
  assertStarted(): void {
    if (this.#phase !== 'started') throw notRunning(this.#phase)
  }

  /** Runs plans; there from `start` to the end of `stop`. */
  get dispatcher(): Dispatcher {
    if (this.#dispatcher === undefined || this.#phase === 'stopped') throw notRunning(this.#phase)
    return this.#dispatcher
  }

  /**
   * Freezes the plans and verifies routes, access rules, schemas and the graph of services, starting nothing.
   *
   * @throws {SetupError} with every problem found
   */
  check(): void {
    this.#checked()
  }

  #checked(): Plans {
    if (this.#plans !== undefined) return this.#plans
    const plans = buildPlans(this.#gathered.routes, this.#options, {
      kind: this.#transports.kind,
      mode: this.mode,
      log: this.log,
      use: this.#gathered.use,
      holdings: this.#holdings,
      calls: this.#options.calls === true || this.#gathered.calls,
    })
    redactSchemes(this.log, schemesOf(plans.plans))
    const problems: SetupProblem[] = [
      ...unfitProcess(),
      ...this.#gathered.problems,
      ...plans.problems,
      ...this.#checkGraph(plans),
      ...this.#transports.problems(),
    ]
    // Plugins look at plans that are complete, or not at all.
    if (problems.length === 0) problems.push(...checkPlugins(this.#gathered.plugins, this.#checkedApp(plans)))
    if (problems.length > 0) throw new SetupError(problems)
    this.#plans = plans
    if (this.#phase === 'setup') this.#phase = 'checked'
    return plans
  }

  #checkedApp({ plans }: Plans): CheckedApp {
    return {
      name: this.name,
      requestIdHeader: this.requestIdHeader,
      plans,
      redact: (scheme) => redactSchemes(this.log, [scheme]),
    }
  }

  /** Verifies what routes and plugins need, and orders the start. */
  #checkGraph({ plans }: Plans): readonly SetupProblem[] {
    const { plugins, binders, problems } = this.#gathered
    const container = this.#container
    const roots = [...injectionRoots(plans), ...this.#states.roots]
    const found = container.check([...roots, ...pluginRoots(plugins, container)])
    // Without a graph that is in order, or plugins that are, there is nothing to order.
    if (found.length > 0 || problems.length > 0) return found
    const order = orderStart({ container, plugins, binders, roots })
    this.#steps = order.steps
    return order.problems
  }

  /**
   * Checks, starts plugins and services in the order of their needs, and tells the plugins when all are. A second call gives the first one's promise.
   *
   * @throws {SetupError} `ERR_CORE_PHASE` after the stop
   */
  start(): Promise<void> {
    return this.#startOnce((bounds) => this.#lifecycle.begin(bounds))
  }

  /** @param begin - lets plugins begin their work, once all is there */
  #startOnce(begin: (bounds: StartBounds) => Promise<void>): Promise<void> {
    const isUnstarted = this.#starting === undefined && this.#stopping !== undefined
    if (isUnstarted || this.#phase === 'stopped')
      return Promise.reject(new SetupError([stopped(this.#phase)]))
    return (this.#starting ??= this.#start(begin))
  }

  async #start(begin: (bounds: StartBounds) => Promise<void>): Promise<void> {
    const plans = this.#checked()
    this.#phase = 'starting'
    const limitMs = this.#options.phases?.startMs ?? DEFAULT_START_MS
    const limit = createLimit({ limitMs, signal: this.#cancel.signal })
    const bounds = { limitMs, signal: limit.signal }
    try {
      const onLate = (): void => this.#life.abort(limit.signal.reason)
      limit.signal.addEventListener('abort', onLate, { once: true })
      await this.#lifecycle.start(this.#steps, bounds)
      await this.#states.make(this.#injection, bounds)
      this.#cancel.signal.throwIfAborted()
      fillContexts([...plans.plans, ...plans.unmatched.plans], this.#injection)
      plans.calls.fillWith((built) => fillContexts(built, this.#injection))
      this.#dispatcher = this.#createDispatcher(plans)
      await begin(bounds)
      this.#cancel.signal.throwIfAborted()
    } catch (error) {
      this.#phase = 'failed'
      await this.#undoStart(error)
      throw error
    } finally {
      limit.release()
    }
    this.#phase = 'started'
  }

  /** Ends what was begun by a start that failed: calls of routes by plugins, services, plugins. */
  async #undoStart(error: unknown): Promise<void> {
    this.#life.abort(error)
    const { signal, release } = createLimit({ limitMs: this.stopBudgetMs })
    if (this.#dispatcher !== undefined) {
      this.#heldUp.push(...(await whenIdle(this.#dispatcher, signal)))
      this.#dispatcher.cut(new ServiceUnavailableError('The app did not start.'))
    }
    await this.#close(signal).finally(release)
  }

  /** Starts without telling the plugins to begin: a command is no worker. */
  async #startForCommand(plugin: Plugin): Promise<RunningApp> {
    await this.#startOnce(() => Promise.resolve())
    return this.#lifecycle.appOf(plugin)
  }

  #createLifecycle(): Lifecycle {
    const container = this.#container
    const running: RunningParts = {
      name: this.name,
      log: this.log,
      container,
      signal: this.#life.signal,
      isStarting: () => this.#dispatcher === undefined,
      invoke: async (name, input, options) => invoke(this.#invokeParts(), name, [input, options]) as never,
    }
    return new Lifecycle({
      container,
      work: this.#work,
      runningApp: (plugin, services) => createRunningApp(running, plugin, services),
    })
  }

  #createDispatcher({ plans, lookup, unmatched, notFound, refused }: Plans): PlanDispatcher {
    const { requestId = {}, trustTrace = true, ports } = this.#options
    const header = this.requestIdHeader
    const clock = ports?.clock
    // Frames keep the time of `performance.now()`: a clock that counts from elsewhere is moved there.
    const skewMs = clock === undefined ? 0 : Math.round(performance.now() - clock.monotonic())
    const now = clock === undefined ? () => performance.now() : () => clock.monotonic() + skewMs
    return new PlanDispatcher({
      log: this.log,
      requestLog: requestLogOf(
        this.log,
        ({ name }) => !this.isReady && this.#options.health !== false && isReadinessProbe(name),
      ),
      wheel: createTimerWheel({ now }),
      now,
      injection: this.#injection,
      lookup,
      unmatched: unmatched.lookup,
      notFound,
      refused,
      requestId: createRequestIdPolicy(requestId),
      inboundIdHeader: requestId.trust === undefined || requestId.trust === false ? undefined : header,
      requestIdHeader: header,
      trustTrace,
      draining: this.#cancel.signal,
      offersUpgrades: plans.some(({ flat }) => flat?.route.options.upgrades !== undefined),
    })
  }

  listen(options: ListenOptions = {}): Promise<Listening> {
    const problems = optionProblems(LISTEN_OPTIONS, options, { name: 'app.listen' })
    if (problems.length > 0) return Promise.reject(new SetupError(problems))
    if (this.#stopping !== undefined) return Promise.reject(new SetupError([stoppedBefore()]))
    if (this.#listening !== undefined) return Promise.reject(new SetupError([listensAlready()]))
    return (this.#listening = this.#listen(options))
  }

  async #listen({ signals = true, ...target }: ListenOptions): Promise<Listening> {
    const isHostSaid = target.host !== undefined || target.path !== undefined
    const host = isHostSaid ? undefined : defaultHost(this.mode)
    if (signals)
      this.#releaseSignals ??= handleSignals({
        onStop: () => this.#endProcess(),
        onError: (error) => this.log.fatal({ err: error }, 'The app failed to stop.'),
      })
    try {
      await this.start()
      // Told to stop in the meantime: what would be opened now nobody would close.
      this.assertStarted()
      const server = this.#transports.createServer(this.dispatcher, this.log)
      this.#server = server
      const listening = await server.listen(target, host)
      this.log.info({ urls: listening.urls }, listeningMessage(host))
      return listening
    } catch (error) {
      await this.stop()
      // Called off by a signal: the process ends as it was told to, and nothing has failed.
      if (this.#isEnding) return new Promise(() => undefined)
      throw error
    }
  }

  async fetch(request: Request, info?: FetchInfo): Promise<Response> {
    await this.start()
    this.#fetch ??= this.#transports.createFetch(this.dispatcher)
    return this.#fetch(request, info)
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
    const dispatcher = this.#dispatcher
    if (dispatcher === undefined || this.#phase === 'stopped' || this.#phase === 'failed')
      throw notRunning(this.#phase)
    const { calls } = this.#plans as Plans
    return { plans: calls, dispatcher, origin: this.#origin }
  }

  stop(): Promise<StopReport> {
    return (this.#stopping ??= this.#stop())
  }

  /** Readiness turns false, the transport drains, plugins stop and services are closed in the reverse order of their start, the log is flushed. */
  async #stop(idleGraceMs?: number): Promise<StopReport> {
    const startedAt = performance.now()
    if (this.#phase === 'started') {
      this.#phase = 'draining'
      if (this.#server !== undefined) await this.#serveOn()
    }
    const { signal, release } = createLimit({ limitMs: this.stopBudgetMs })
    this.#cancel.abort(notRunning('draining'))
    this.#life.abort(this.#cancel.signal.reason)
    await this.#starting?.catch(ignore)
    this.#phase = 'draining'
    const heldUp = this.#heldUp
    heldUp.push(...(await this.#drain(signal, idleGraceMs)))
    this.#dispatcher?.cut(new ServiceUnavailableError('The app was stopped.'))
    await this.#close(signal)
    release()
    this.#phase = 'stopped'
    const report = {
      durationMs: Math.round(performance.now() - startedAt),
      isClean: heldUp.length === 0,
      heldUp,
    }
    if (report.isClean) this.log.info({ durationMs: report.durationMs }, 'Stopped.')
    else this.log.warn({ durationMs: report.durationMs, heldUp }, 'Stopped; something held it up.')
    await this.#ownLog?.close()
    this.#releaseSignals?.()
    return report
  }

  async #drain(signal: AbortSignal, idleGraceMs: number | undefined): Promise<readonly HeldUp[]> {
    const dispatcher = this.#dispatcher
    if (dispatcher === undefined) return []
    if (this.#server === undefined) return whenIdle(dispatcher, signal, idleGraceMs)
    const unwatch = endUnreadStreams(dispatcher, idleGraceMs)
    const drained = this.#server.drain({ budgetMs: this.stopBudgetMs, signal, idleGraceMs })
    const { cut } = await drained.finally(unwatch)
    return cut.map(({ label, ageMs }) => ({ what: label, ageMs }))
  }

  /** After a stop by signal nothing should keep the process alive; what does is named, and the process ends all the same. */
  async #endProcess(): Promise<void> {
    this.#isEnding = true
    const { isClean } = await this.stop()
    if (!isClean) process.exitCode ??= 1
    // Nobody goes on after a start that was called off, and Node takes an await without end for a mistake.
    if (this.#server === undefined) process.exit()
    endSoon(this.name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  /** Readiness says 503 already, but load balancers ask for it only now and then. */
  async #serveOn(): Promise<void> {
    const ms = this.#options.phases?.readinessDelayMs ?? 0
    if (ms === 0) return
    this.log.info({ readinessDelayMs: ms }, 'Not ready any more; requests are still served until the drain.')
    await sleep(ms)
  }

  /** Closes services and plugins, once: a start that failed has done it before the stop. */
  #close(signal: AbortSignal): Promise<void> {
    return (this.#closing ??= this.#closeAll(signal))
  }

  async #closeAll(signal: AbortSignal): Promise<void> {
    const bounds = { signal, startingMs: this.stopBudgetMs / 2 }
    // A start that was called off may be at work still, with all that is stopped from here on.
    const late = await this.#work.end(bounds)
    // States first, since one may have something left to write to a service.
    const closed = [...(await this.#states.close(signal)), ...(await this.#lifecycle.stop(bounds))]
    this.#heldUp.push(...late, ...closed.filter((one) => !this.#work.isTold(one)))
  }
}
