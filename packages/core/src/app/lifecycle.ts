import { DisposeError, readNeed, type Container } from '../di/index.ts'
import { SetupError, waitFor } from '../errors/index.ts'
import type { Plugin, RunningApp } from './plugin-contract.ts'
import { toSetupError, type StartBounds } from './plugin-phases.ts'
import { partsOf, placeOf } from './plugin-value.ts'
import { madeProblems } from './ports.ts'
import type { ServiceStep, StartStep } from './start-order.ts'
import type { StartWork } from './start-work.ts'

/** What held up the stop of an app, or failed during it. */
export interface HeldUp {
  /** A request's label, a plugin's or a service's name. */
  readonly what: string
  readonly ageMs: number
  /** Why it did not end, where that is known. */
  readonly error?: unknown
}

/** How an app was stopped. */
export interface StopReport {
  readonly durationMs: number
  /** Whether everything ended by itself within the budget. */
  readonly isClean: boolean
  /** What did not. */
  readonly heldUp: readonly HeldUp[]
}

/** The limits of a stop. */
export interface StopBounds {
  /** Aborts when the time is up. */
  readonly signal: AbortSignal
  /** Time for starts that are still running, ms. */
  readonly startingMs: number
}

/** What {@link Lifecycle} works on. */
export interface LifecycleParts {
  readonly container: Container
  /** Makes the app as a plugin sees it. */
  readonly runningApp: (plugin: Plugin, services: object) => RunningApp
  readonly work: StartWork
}

/** A plugin whose start was called. */
interface Entered {
  readonly plugin: Plugin
  readonly app: RunningApp
  /** Mark of the container before the start. */
  readonly mark: number
}

/** Starts plugins and makes services in one order, and ends them in exactly the reverse order. */
export class Lifecycle {
  readonly #container: Container
  readonly #runningApp: LifecycleParts['runningApp']
  readonly #work: StartWork
  readonly #entered: Entered[] = []
  #isStarting = true

  constructor({ container, runningApp, work }: LifecycleParts) {
    this.#container = container
    this.#runningApp = runningApp
    this.#work = work
  }

  /** @throws {SetupError} for the first step that fails; {@link Lifecycle.stop} ends what was started and made */
  async start(steps: readonly StartStep[], bounds: StartBounds): Promise<void> {
    for (const step of steps) {
      if ('plugin' in step) await this.#startPlugin(step.plugin, bounds)
      else await this.#makeService(step, bounds)
    }
    this.#isStarting = false
  }

  async #makeService({ target, neededBy }: ServiceStep, { signal }: StartBounds): Promise<void> {
    await this.#container.warm([target], { signal, neededBy })
    const problems = madeProblems(target, () => this.#container.resolve(target))
    if (problems.length > 0) throw new SetupError(problems)
  }

  /** Calls `started` of the plugins, in the order of their start. */
  async begin(bounds: StartBounds): Promise<void> {
    for (const { plugin, app } of this.#entered) {
      try {
        bounds.signal.throwIfAborted()
        const work = { what: placeOf(plugin), title: 'Its started()' }
        await this.#work.run(work, partsOf(plugin).started?.(app), bounds)
      } catch (error) {
        throw toSetupError({ plugin, phase: 'started' }, error, bounds)
      }
    }
  }

  /** The app as a plugin sees it, once its start was called. */
  appOf(plugin: Plugin): RunningApp {
    return this.#entered.find((one) => one.plugin === plugin)!.app
  }

  /** Ends everything that was started or made. A part that fails or hangs does not prevent the end of the rest. */
  async stop(bounds: StopBounds): Promise<HeldUp[]> {
    const heldUp: HeldUp[] = []
    for (const { plugin, app, mark } of this.#entered.toReversed()) {
      heldUp.push(...(await this.#closeServices(mark, bounds)))
      const stop = (): unknown => partsOf(plugin).stop?.(app.services, bounds.signal)
      heldUp.push(...(await endWithin(placeOf(plugin), stop, bounds.signal)))
    }
    heldUp.push(...(await this.#closeServices(0, bounds)))
    return heldUp
  }

  async #startPlugin(plugin: Plugin, bounds: StartBounds): Promise<void> {
    try {
      bounds.signal.throwIfAborted()
      const app = this.#runningApp(plugin, this.#inject(plugin))
      this.#entered.push({ plugin, app, mark: this.#container.mark() })
      const work = { what: placeOf(plugin), title: 'Its start' }
      await this.#work.run(work, partsOf(plugin).start?.(app), bounds)
    } catch (error) {
      throw toSetupError({ plugin, phase: 'start' }, error, bounds)
    }
  }

  #inject(plugin: Plugin): object {
    const entries = Object.entries(partsOf(plugin).inject ?? {}).map(([name, value]) => {
      const { kind, target } = readNeed(value)!
      if (kind === 'lazy') return [name, () => this.#giveLater(target)] as const
      const isOmitted = kind === 'optional' && !this.#container.isProvided(target)
      return [name, isOmitted ? undefined : this.#container.resolve(target)] as const
    })
    return Object.freeze(Object.fromEntries(entries))
  }

  #giveLater(target: Parameters<Container['resolve']>[0]): unknown {
    return this.#isStarting ? this.#container.resolveMade(target) : this.#container.resolve(target)
  }

  /** Closes the services that were made since a mark, and reports those that could not be closed. */
  async #closeServices(since: number, { signal, startingMs }: StopBounds): Promise<HeldUp[]> {
    try {
      // A service whose start does not end must not use up the time of the others.
      await this.#container.dispose({ since, signal, startingMs })
      return []
    } catch (error) {
      if (!(error instanceof DisposeError)) throw error
      return error.failures.map(({ service, ageMs = 0, error: reason }) => ({
        what: `service ${service}`,
        ageMs,
        error: reason,
      }))
    }
  }
}

/** Ends something, and reports it if it does not end in time. */
export async function endWithin(what: string, end: () => unknown, signal: AbortSignal): Promise<HeldUp[]> {
  const startedAt = performance.now()
  try {
    await waitFor(end(), { signal })
    return []
  } catch (error) {
    return [{ what, ageMs: Math.round(performance.now() - startedAt), error }]
  }
}
