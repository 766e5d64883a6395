import { setTimeout as sleep } from 'node:timers/promises'
import type { Container } from '../di/index.ts'
import { createLimit, ignore, ServiceUnavailableError, type AppMode } from '../errors/index.ts'
import type { Logger } from '../log/index.ts'
import type { Holdings, InjectionSource } from '../operation/index.ts'
import type { Checked } from './check-app.ts'
import type { Phase } from './contract.ts'
import { createDispatcher } from './create-dispatcher.ts'
import type { PlanDispatcher } from './dispatcher.ts'
import { toInjection } from './injection.ts'
import { Lifecycle, type HeldUp, type StopReport } from './lifecycle.ts'
import { MiddlewareStates } from './middleware-states.ts'
import type { ApplicationOptions } from './options.ts'
import { misuse, notRunning } from './phase-problems.ts'
import { fillContexts } from './plans.ts'
import type { Plugin, RunningApp } from './plugin-contract.ts'
import { createRunningApp, type RunningParts } from './running-app.ts'
import type { Serving } from './serving.ts'
import { StartWork } from './start-work.ts'
import { endUnreadStreams, whenIdle } from './when-idle.ts'

const DEFAULT_START_MS = 30_000
const DEFAULT_STOP_MS = 10_000

/** What {@link AppLife} works on. */
export interface AppLifeParts {
  readonly app: {
    readonly name: string
    readonly mode: AppMode
    readonly log: Logger
    readonly requestIdHeader: string | undefined
  }
  readonly options: ApplicationOptions
  readonly container: Container
  readonly holdings: Holdings
  readonly serving: Serving
  /** @throws {SetupError} with every problem of the app */
  readonly check: () => Checked
  readonly invoke: RunningApp['invoke']
  /** Writes what the logger still holds, where the app made it. */
  readonly closeLog: () => Promise<void> | undefined
}

/** Starts an app once, and stops it once. */
export class AppLife {
  readonly #parts: AppLifeParts
  readonly #injection: InjectionSource
  readonly #work = new StartWork()
  readonly #states: MiddlewareStates
  readonly #lifecycle: Lifecycle
  readonly #stopBudgetMs: number
  /** Ends a start that is under way, and tells streams that the app ends. */
  readonly #cancel = new AbortController()
  /** Aborts when the start fails or takes too long, and when the app begins to drain. */
  readonly #ending = new AbortController()
  /** What held up the stop, or the end of a start that failed. */
  readonly #heldUp: HeldUp[] = []
  #phase: Phase = 'setup'
  #isForCommand = false
  #dispatcher: PlanDispatcher | undefined = undefined
  #starting: Promise<void> | undefined = undefined
  #stopping: Promise<StopReport> | undefined = undefined
  #closing: Promise<void> | undefined = undefined

  constructor(parts: AppLifeParts) {
    this.#parts = parts
    this.#injection = toInjection(parts.container)
    this.#states = new MiddlewareStates(parts.holdings, this.#work)
    this.#stopBudgetMs = parts.options.phases?.stopMs ?? DEFAULT_STOP_MS
    this.#lifecycle = this.#createLifecycle()
  }

  get phase(): Phase {
    return this.#phase
  }

  get isStopping(): boolean {
    return this.#stopping !== undefined
  }

  /** Runs plans. @throws {SetupError} `ERR_CORE_PHASE` before the services have started, and after the stop */
  get dispatcher(): PlanDispatcher {
    if (this.#dispatcher === undefined || this.#phase === 'stopped' || this.#phase === 'failed')
      throw notRunning(this.#phase)
    return this.#dispatcher
  }

  /** The plans are in order. */
  onChecked(): void {
    if (this.#phase === 'setup') this.#phase = 'checked'
  }

  /** What a plugin has of the app, once it was started. */
  appOf(plugin: Plugin): RunningApp {
    return this.#lifecycle.appOf(plugin)
  }

  /**
   * Starts plugins and services in the order of their needs, then calls `started` of the plugins. A second call returns the
   * promise of the first.
   *
   * @throws {SetupError} `ERR_CORE_PHASE` after the stop
   */
  start(): Promise<void> {
    return this.#startOnce(false)
  }

  /** Starts without `started` of the plugins: a command is not a worker. */
  startForCommand(): Promise<void> {
    return this.#startOnce(true)
  }

  #startOnce(isForCommand: boolean): Promise<void> {
    const isUnstarted = this.#starting === undefined && this.#stopping !== undefined
    if (isUnstarted || this.#phase === 'stopped') return Promise.reject(misuse('restarted', 'app'))
    return (this.#starting ??= this.#start(isForCommand))
  }

  async #start(isForCommand: boolean): Promise<void> {
    const { options, app, check } = this.#parts
    const { plans, steps } = check()
    this.#isForCommand = isForCommand
    this.#phase = 'starting'
    const limitMs = options.phases?.startMs ?? DEFAULT_START_MS
    const limit = createLimit({ limitMs, signal: this.#cancel.signal })
    const bounds = { limitMs, signal: limit.signal }
    try {
      const onLate = (): void => this.#ending.abort(limit.signal.reason)
      limit.signal.addEventListener('abort', onLate, { once: true })
      await this.#lifecycle.start(steps, bounds)
      await this.#states.make(this.#injection, bounds)
      this.#cancel.signal.throwIfAborted()
      fillContexts([...plans.plans, ...plans.unmatched.plans], this.#injection)
      plans.calls.fillWith((built) => fillContexts(built, this.#injection))
      this.#dispatcher = createDispatcher(plans, {
        options,
        log: app.log,
        injection: this.#injection,
        requestIdHeader: app.requestIdHeader,
        draining: this.#cancel.signal,
        isReady: () => this.#phase === 'started',
      })
      if (!isForCommand) await this.#lifecycle.begin(bounds)
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

  /** Ends what a start that failed has begun: calls of operations by plugins, services, plugins. */
  async #undoStart(error: unknown): Promise<void> {
    this.#ending.abort(error)
    const { signal, release } = createLimit({ limitMs: this.#stopBudgetMs })
    if (this.#dispatcher !== undefined) {
      this.#heldUp.push(...(await whenIdle(this.#dispatcher, signal)))
      this.#dispatcher.cut(new ServiceUnavailableError('The app did not start.'))
    }
    await this.#close(signal).finally(release)
  }

  #createLifecycle(): Lifecycle {
    const { app, container, invoke, check } = this.#parts
    const running: RunningParts = {
      mode: app.mode,
      name: app.name,
      isForCommand: () => this.#isForCommand,
      plans: () => check().plans.plans,
      log: app.log,
      container,
      signal: this.#ending.signal,
      isStarting: () => this.#dispatcher === undefined,
      invoke,
    }
    return new Lifecycle({
      container,
      work: this.#work,
      runningApp: (plugin, services) => createRunningApp(running, plugin, services),
    })
  }

  /** @param idleGraceMs - see `AppServer.drain` */
  stop(idleGraceMs?: number): Promise<StopReport> {
    return (this.#stopping ??= this.#stop(idleGraceMs))
  }

  /** Readiness turns false, the transport drains, plugins stop and services are closed in the reverse order of their start, the log is flushed. */
  async #stop(idleGraceMs: number | undefined): Promise<StopReport> {
    const { app, serving, closeLog } = this.#parts
    const startedAt = performance.now()
    if (this.#phase === 'started') {
      this.#phase = 'draining'
      if (serving.server !== undefined) await this.#serveOn()
    }
    const { signal, release } = createLimit({ limitMs: this.#stopBudgetMs })
    this.#cancel.abort(notRunning('draining'))
    this.#ending.abort(this.#cancel.signal.reason)
    await this.#starting?.catch(ignore)
    this.#phase = 'draining'
    const heldUp = this.#heldUp
    heldUp.push(...(await this.#drain(signal, idleGraceMs)))
    this.#dispatcher?.cut(new ServiceUnavailableError('The app was stopped.'))
    await this.#close(signal)
    release()
    this.#phase = 'stopped'
    const durationMs = Math.round(performance.now() - startedAt)
    const isClean = heldUp.length === 0
    if (isClean) app.log.info({ durationMs }, 'Stopped.')
    else app.log.warn({ durationMs, heldUp }, 'Stopped; something held it up.')
    await closeLog()
    serving.release()
    return { durationMs, isClean, heldUp }
  }

  /** The readiness probe answers 503 already, but load balancers ask it only from time to time. */
  async #serveOn(): Promise<void> {
    const { app, options } = this.#parts
    const { readinessDelayMs = 0 } = options.phases ?? {}
    if (readinessDelayMs === 0) return
    app.log.info({ readinessDelayMs }, 'No longer ready; requests are still served until the drain.')
    await sleep(readinessDelayMs)
  }

  async #drain(signal: AbortSignal, idleGraceMs: number | undefined): Promise<readonly HeldUp[]> {
    const dispatcher = this.#dispatcher
    if (dispatcher === undefined) return []
    const { server } = this.#parts.serving
    if (server === undefined) return whenIdle(dispatcher, signal, idleGraceMs)
    const unwatch = endUnreadStreams(dispatcher, idleGraceMs)
    const drained = server.drain({ budgetMs: this.#stopBudgetMs, signal, idleGraceMs })
    const { cut } = await drained.finally(unwatch)
    return cut.map(({ label, ageMs }) => ({ what: label, ageMs }))
  }

  /** Closes services and plugins, once: a start that failed has done it before the stop. */
  #close(signal: AbortSignal): Promise<void> {
    return (this.#closing ??= this.#closeAll(signal))
  }

  async #closeAll(signal: AbortSignal): Promise<void> {
    const bounds = { signal, startingMs: this.#stopBudgetMs / 2 }
    // A start that was called off may still be running, and use what is stopped below.
    const late = await this.#work.end(bounds)
    // States first: closing one may write to a service.
    const closed = [...(await this.#states.close(signal)), ...(await this.#lifecycle.stop(bounds))]
    this.#heldUp.push(...late, ...closed.filter((one) => !this.#work.isReported(one)))
  }
}
