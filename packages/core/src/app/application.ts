// The global is a getter, called for every request.
import { performance } from 'node:perf_hooks'
import {
  createContainer,
  DisposeError,
  type Container,
  type Injectable,
  type Provider,
  type Root,
} from '../di/index.ts'
import { resolveMode, ServiceUnavailableError, StartError, type SetupProblem } from '../errors/index.ts'
import { createRequestIdPolicy, createTimerWheel } from '../frame/index.ts'
import {
  createLogger,
  isPrettyByDefault,
  LOGGER_KIND,
  silentLogger,
  type Logger,
  type LoggerOptions,
  type RootLogger,
} from '../log/index.ts'
import type { Dispatcher, InjectionSource, Plan, RequestScope } from '../pipeline/index.ts'
import type { RouteTree } from '../routing/index.ts'
import { PlanDispatcher } from './dispatcher.ts'
import { redactSchemes, schemesOf } from './credentials.ts'
import { isReadinessProbe, type HealthSource } from './health.ts'
import {
  checkPlugins,
  createTimeLimit,
  startPlugins,
  stopPlugins,
  type HeldUp,
  type StopReport,
} from './lifecycle.ts'
import type { ApplicationOptions, Mode } from './options.ts'
import { buildPlans, fillContexts, injectionRoots, type Plans } from './plans.ts'
import type { Plugin } from './plugin.ts'
import { requestLogOf } from './request-log.ts'
import { gather, type Gathered } from './setup.ts'
import { FRAME } from './tokens.ts'

/** Where an app stands in its life. */
export type Phase = 'setup' | 'checked' | 'starting' | 'started' | 'draining' | 'stopped' | 'failed'

const DEFAULT_START_MS = 30_000
const DEFAULT_STOP_MS = 10_000

/** An app without a transport: its phases, its plans, and the dispatcher that runs them. */
export class Application<TRoutes extends RouteTree = RouteTree> implements HealthSource {
  readonly name: string
  readonly mode: Mode
  readonly log: Logger
  readonly routes: TRoutes
  readonly stopBudgetMs: number
  readonly #options: ApplicationOptions<TRoutes>
  readonly #transportProblems: () => readonly SetupProblem[]
  readonly #gathered: Gathered
  readonly #container: Container
  readonly #injection: InjectionSource
  readonly #ownLog: RootLogger | undefined
  /** Ends a start that is under way, and tells streams that the app ends. */
  readonly #cancel = new AbortController()
  readonly #started: Plugin[] = []
  /** What held up the end, or that of a start that failed. */
  readonly #heldUp: HeldUp[] = []
  #plans: Plans | undefined
  #dispatcher: PlanDispatcher | undefined
  #starting: Promise<void> | undefined
  #stopping: Promise<StopReport> | undefined
  #closing: Promise<void> | undefined
  #phase: Phase = 'setup'

  /** @param transportProblems - finds what is wrong with the options of what serves the app */
  constructor(
    options: ApplicationOptions<TRoutes>,
    transportProblems: () => readonly SetupProblem[] = () => [],
  ) {
    this.#options = options
    this.#transportProblems = transportProblems
    this.name = options.name ?? 'app'
    this.mode = resolveMode(options.mode)
    this.routes = options.routes
    this.stopBudgetMs = options.phases?.stopMs ?? DEFAULT_STOP_MS
    const { log } = options
    this.#ownLog =
      log === undefined || (log !== false && !isLogger(log))
        ? ownLogger(this.name, log, this.mode)
        : undefined
    this.log = this.#ownLog ?? (isLogger(log) ? log : silentLogger)
    this.#gathered = gather(options, this.log, this)
    this.#container = createContainer(this.#gathered.providers, { overrides: options.overrides })
    this.#injection = toInjection(this.#container)
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

  /** The providers of options and plugins, and the framework's own. */
  get providers(): readonly Provider[] {
    return this.#gathered.providers
  }

  /** Header that carries the id of a request, lower case; `undefined` for none. */
  get requestIdHeader(): string | undefined {
    const { header = 'x-request-id' } = this.#options.requestId ?? {}
    return header === false ? undefined : header.toLowerCase()
  }

  /** The frozen plans of all routes. @throws {StartError} like `check` */
  get plans(): readonly Plan[] {
    return this.#checked().plans
  }

  /** @throws {StartError} `ERR_CORE_PHASE` before the start is done, and from the stop on */
  assertStarted(): void {
    if (this.#phase !== 'started') throw new StartError([notStarted(this.#phase)])
  }

  /** Runs plans; there from `start` to the end of `stop`. */
  get dispatcher(): Dispatcher {
    if (this.#dispatcher === undefined || this.#phase === 'stopped')
      throw new StartError([notStarted(this.#phase)])
    return this.#dispatcher
  }

  /**
   * Freezes the plans and verifies routes, access rules, schemas and the graph of services, starting nothing.
   *
   * @throws {StartError} with every problem found
   */
  check(): void {
    this.#checked()
  }

  #checked(): Plans {
    if (this.#plans !== undefined) return this.#plans
    const plans = buildPlans(this.#gathered.routes, this.#options, {
      mode: this.mode,
      log: this.log,
      use: this.#gathered.use,
    })
    redactSchemes(this.log, schemesOf(plans.plans))
    const problems: SetupProblem[] = [
      ...this.#gathered.problems,
      ...plans.problems,
      ...this.#container.check(injectionRoots(plans.plans)),
      ...this.#transportProblems(),
    ]
    // Plugins look at plans that are complete, or not at all.
    if (problems.length === 0)
      problems.push(
        ...checkPlugins(this.#gathered.plugins, {
          name: this.name,
          requestIdHeader: this.requestIdHeader,
          plans: plans.plans,
          redact: (scheme) => redactSchemes(this.log, [scheme]),
        }),
      )
    if (problems.length > 0) throw new StartError(problems)
    this.#plans = plans
    if (this.#phase === 'setup') this.#phase = 'checked'
    return plans
  }

  /**
   * Checks, connects the plugins in order of their needs, and constructs the singletons. A second call gives the first one's promise.
   *
   * @throws {StartError} `ERR_CORE_PHASE` after the stop
   */
  start(): Promise<void> {
    const isUnstarted = this.#starting === undefined && this.#stopping !== undefined
    if (isUnstarted || this.#phase === 'stopped')
      return Promise.reject(new StartError([stopped(this.#phase)]))
    return (this.#starting ??= this.#start())
  }

  async #start(): Promise<void> {
    const plans = this.#checked()
    this.#phase = 'starting'
    const limitMs = this.#options.phases?.startMs ?? DEFAULT_START_MS
    const limit = createTimeLimit(limitMs)
    try {
      await startPlugins(this.#gathered.plugins, this.#started, { limitMs, cancel: this.#cancel.signal })
      await this.#warm(injectionRoots(plans.plans), limit.signal)
      this.#cancel.signal.throwIfAborted()
      fillContexts([...plans.plans, ...plans.unmatched.plans], this.#injection)
    } catch (error) {
      this.#phase = 'failed'
      const budget = createTimeLimit(this.stopBudgetMs)
      await this.#close(budget.signal).finally(budget.release)
      throw error
    } finally {
      limit.release()
    }
    this.#dispatcher = this.#createDispatcher(plans)
    this.#phase = 'started'
  }

  /** Makes and starts the services within what the plugins have left of the time. */
  async #warm(roots: readonly Root[], limit: AbortSignal): Promise<void> {
    await this.#container.warm([...roots.map((root) => root.target), ...this.#container.startable()], {
      signal: AbortSignal.any([this.#cancel.signal, limit]),
      placeOf: (target) => roots.find((root) => root.target === target)?.place,
    })
  }

  #createDispatcher({ lookup, unmatched, notFound, refused }: Plans): PlanDispatcher {
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
    })
  }

  /**
   * Ends the app: readiness turns false, the transport drains, services are closed, plugins stop in reverse order, the
   * log is flushed; all within one budget.
   *
   * @param drain - drains a transport; gets the budget's signal, gives what held it up
   */
  stop(drain?: (signal: AbortSignal, budgetMs: number) => Promise<readonly HeldUp[]>): Promise<StopReport> {
    return (this.#stopping ??= this.#stop(drain))
  }

  async #stop(
    drain: ((signal: AbortSignal, budgetMs: number) => Promise<readonly HeldUp[]>) | undefined,
  ): Promise<StopReport> {
    const startedAt = performance.now()
    if (this.#phase === 'started') {
      this.#phase = 'draining'
      if (drain !== undefined) await this.#serveOn()
    }
    const { signal, release } = createTimeLimit(this.stopBudgetMs)
    this.#cancel.abort(new StartError([notStarted('draining')]))
    await this.#starting?.catch(() => undefined)
    this.#phase = 'draining'
    const heldUp = this.#heldUp
    if (drain !== undefined) heldUp.push(...(await drain(signal, this.stopBudgetMs)))
    else if (this.#dispatcher !== undefined) heldUp.push(...(await whenIdle(this.#dispatcher, signal)))
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
    return report
  }

  /** Readiness says 503 already, but load balancers ask for it only now and then. */
  async #serveOn(): Promise<void> {
    const ms = this.#options.phases?.readinessDelayMs ?? 0
    if (ms === 0) return
    this.log.info({ readinessDelayMs: ms }, 'Not ready any more; requests are still served until the drain.')
    await new Promise((resolve) => {
      setTimeout(resolve, ms)
    })
  }

  /** Closes services and plugins, once: a start that failed has done it before the stop. */
  #close(signal: AbortSignal): Promise<void> {
    return (this.#closing ??= this.#closeAll(signal))
  }

  async #closeAll(signal: AbortSignal): Promise<void> {
    try {
      // First, since a service may have something left to write to what a plugin opened. One whose start does not end
      // leaves the others time to close.
      await this.#container.dispose({ signal, startingMs: this.stopBudgetMs / 2 })
    } catch (error) {
      if (!(error instanceof DisposeError)) throw error
      this.#heldUp.push(
        ...error.failures.map(({ service, ageMs = 0, error: reason }) => ({
          what: `service ${service}`,
          ageMs,
          error: reason,
        })),
      )
    } finally {
      this.#heldUp.push(...(await stopPlugins(this.#started, signal)))
    }
  }
}

/** Waits for the requests in flight, and names those that take too long. */
async function whenIdle(dispatcher: PlanDispatcher, signal: AbortSignal): Promise<HeldUp[]> {
  await dispatcher.whenIdle(signal)
  return dispatcher
    .inFlight()
    .map(({ label, startedAt }) => ({ what: label, ageMs: Math.round(dispatcher.now() - startedAt) }))
}

/** What the pipeline sees of the container. */
function toInjection(container: Container): InjectionSource {
  return {
    resolve: (target) => container.resolve(target as Injectable),
    isRequestScoped: (target) => container.isRequestScoped(target as Injectable),
    createScope: (frame) => {
      const scope = container.createScope()
      scope.provide(FRAME, frame)
      return scope as RequestScope
    },
  }
}

/** The mode of the app decides how its lines look, which `NODE_ENV` need not say. */
function ownLogger(name: string, options: LoggerOptions | undefined, mode: Mode): RootLogger {
  const pretty = options?.pretty ?? isPrettyByDefault(options?.destination, mode)
  return createLogger({ name, ...options, pretty })
}

function isLogger(value: unknown): value is Logger {
  return LOGGER_KIND.test(value)
}

function stopped(phase: Phase): SetupProblem {
  return {
    code: 'ERR_CORE_PHASE',
    place: 'app',
    message: `It was told to stop (phase '${phase}') and does not start again.`,
    remedy: 'Make a new app with createApp().',
  }
}

function notStarted(phase: Phase): SetupProblem {
  return {
    code: 'ERR_CORE_PHASE',
    place: 'app',
    message: `It is not running (phase '${phase}').`,
    remedy: 'Await app.start() or app.listen() first, and do not use it after stop().',
  }
}
