import { StartError, type SetupProblem, isError, ignore, isPromise } from '../errors/index.ts'
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
  /** Time for all plugins together, ms. */
  readonly limitMs: number
  /** Calls the start off. */
  readonly cancel: AbortSignal
}

/** Starts plugins one after another, each of which is stopped again when a later one fails. */
export async function startPlugins(
  plugins: readonly Plugin[],
  started: Plugin[],
  { limitMs, cancel }: StartBounds,
): Promise<void> {
  const limit = createTimeLimit(limitMs)
  const signal = AbortSignal.any([limit.signal, cancel])
  try {
    for (const plugin of plugins) {
      try {
        signal.throwIfAborted()
        started.push(plugin)
        await withSignal(Promise.resolve(plugin.start?.(signal)), signal)
      } catch (error) {
        throw new StartError([startProblem(plugin, error, { limitMs, cancel })], error)
      }
    }
  } finally {
    limit.release()
  }
}

/** A time limit as a signal. */
export interface TimeLimit {
  readonly signal: AbortSignal
  /** Nothing is limited any more. */
  release(): void
}

/** Makes a limit whose timer keeps the process alive, which may have nothing else to wait for; that of `AbortSignal.timeout` does not. */
export function createTimeLimit(limitMs: number): TimeLimit {
  const controller = new AbortController()
  const expire = (): void =>
    controller.abort(new DOMException(`The limit of ${limitMs} ms has passed.`, 'TimeoutError'))
  // A longer delay than a timer can hold would fire at once.
  const timer = setTimeout(expire, Math.min(limitMs, 0x7fffffff))
  return { signal: controller.signal, release: () => clearTimeout(timer) }
}

function startProblem(plugin: Plugin, error: unknown, { limitMs, cancel }: StartBounds): SetupProblem {
  const isCancelled = cancel.aborted
  const isLate = error instanceof DOMException && error.name === 'TimeoutError'
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
      await withSignal(Promise.resolve(plugin.stop?.(signal)), signal)
    } catch (error) {
      heldUp.push({ what: `plugin ${plugin.name}`, ageMs: Math.round(performance.now() - startedAt), error })
    }
  }
  return heldUp
}

/** Waits for a promise, but no longer than the signal lets it. */
function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    // What is done at once is done in time, even when the time was up before.
    if (signal.aborted) setImmediate(abort)
    else signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
