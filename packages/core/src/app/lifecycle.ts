import {
  StartError,
  type SetupProblem,
  isError,
  ignore,
  isPromise,
  isTimeout,
  waitFor,
} from '../errors/index.ts'
import type { CheckedApp, Plugin } from './plugin.ts'

/** What held up the end of an app, or failed during it. */
export interface HeldUp {
  /** A request's label, a plugin's name. */
  readonly what: string
  readonly ageMs: number
  /** Why it did not end, where it said so. */
  readonly error?: unknown
}

/** How an app ended. */
export interface StopReport {
  readonly durationMs: number
  /** Whether everything ended by itself within the budget. */
  readonly isClean: boolean
  /** What did not. */
  readonly heldUp: readonly HeldUp[]
}

/** Lets every plugin look at the frozen plans, and gathers what they find. */
export function checkPlugins(plugins: readonly Plugin[], app: CheckedApp): SetupProblem[] {
  return plugins.flatMap((plugin) => {
    try {
      refusePromise(plugin, 'check', plugin.check?.(app))
      return []
    } catch (error) {
      if (error instanceof StartError) return error.problems
      throw new StartError([phaseFailed(plugin, 'check', error)], error)
    }
  })
}

type SyncPhase = 'setup' | 'check'

/** What is told of a phase that threw something of its own. */
export function phaseFailed(plugin: Plugin, phase: SyncPhase, error: unknown): SetupProblem {
  return {
    code: 'ERR_CORE_PLUGIN',
    place: `plugin ${plugin.name}`,
    message: `Its ${phase} failed: ${sentence(error)}`,
    remedy: 'See the cause.',
  }
}

/** @throws {StartError} `ERR_CORE_PLUGIN` for a promise, behind which nobody would wait */
export function refusePromise(plugin: Plugin, phase: SyncPhase, result: unknown): void {
  if (!isPromise(result)) return
  // What becomes of it is not told: the start fails for the promise itself.
  void Promise.resolve(result).catch(ignore)
  throw new StartError([
    {
      code: 'ERR_CORE_PLUGIN',
      place: `plugin ${plugin.name}`,
      message: `Its ${phase} is asynchronous: what it does after its first await would come too late.`,
      remedy: `Make ${phase} synchronous, and wait in start.`,
    },
  ])
}

/** What ends a start before its end. */
export interface StartBounds {
  /** Aborts when the time is over, or the start is called off. */
  readonly signal: AbortSignal
  /** Time for all plugins together, ms, for the message. */
  readonly limitMs: number
}

/** Starts plugins one after another, each of which is stopped again when a later one fails. */
export async function startPlugins(
  plugins: readonly Plugin[],
  started: Plugin[],
  bounds: StartBounds,
): Promise<void> {
  const { signal } = bounds
  for (const plugin of plugins) {
    try {
      signal.throwIfAborted()
      started.push(plugin)
      await waitFor(plugin.start?.(signal), { signal })
    } catch (error) {
      throw new StartError([startProblem(plugin, error, bounds)], error)
    }
  }
}

function startProblem(plugin: Plugin, error: unknown, { signal, limitMs }: StartBounds): SetupProblem {
  const isCancelled = signal.aborted && !isTimeout(signal.reason)
  const isLate = isTimeout(error)
  const message = isCancelled
    ? 'Its start was called off.'
    : isLate
      ? `It did not start within ${limitMs} ms.`
      : `It did not start: ${sentence(error)}`
  const remedy = isCancelled
    ? 'The app was told to stop.'
    : isLate
      ? 'Look at what it waits for, or raise phases.startMs.'
      : 'See the cause.'
  return { code: 'ERR_CORE_PLUGIN_START', place: `plugin ${plugin.name}`, message, remedy }
}

/** What an error says, ended as a sentence. */
function sentence(error: unknown): string {
  return `${(isError(error) ? error.message : String(error)).replace(/\.$/, '')}.`
}

/** Stops plugins in reverse order. One that fails or hangs does not keep the others from stopping. */
export async function stopPlugins(started: readonly Plugin[], signal: AbortSignal): Promise<HeldUp[]> {
  const heldUp: HeldUp[] = []
  for (const plugin of started.toReversed()) {
    const startedAt = performance.now()
    try {
      await waitFor(plugin.stop?.(signal), { signal })
    } catch (error) {
      heldUp.push({ what: `plugin ${plugin.name}`, ageMs: Math.round(performance.now() - startedAt), error })
    }
  }
  return heldUp
}
