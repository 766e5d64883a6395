import {
  describeValue,
  ignorePromise,
  isPromise,
  isTimeout,
  SetupError,
  sentenceOf,
  type SetupProblem,
} from '../errors/index.ts'
import type { CheckedApp, Plugin } from './plugin-contract.ts'
import { partsOf, placeOf } from './plugin-value.ts'

/** Lets every plugin look at the frozen plans, and gathers what they find. */
export function checkPlugins(plugins: readonly Plugin[], app: CheckedApp): SetupProblem[] {
  return plugins.flatMap((plugin) => {
    try {
      const found: unknown = partsOf(plugin).check?.(app)
      refusePromise(plugin, 'check', found)
      return found === undefined ? [] : toProblems(plugin, found)
    } catch (error) {
      if (SetupError.is(error)) return error.problems
      throw new SetupError([phaseFailed(plugin, 'check', error)], error)
    }
  })
}

/** What a check gave, once it is known to be problems: the start would otherwise tell of `undefined`. */
function toProblems(plugin: Plugin, found: unknown): readonly SetupProblem[] {
  const wrong = Array.isArray(found) ? found.filter((one) => !isProblem(one)) : [found]
  if (wrong.length === 0) return found as readonly SetupProblem[]
  const what = Array.isArray(found) ? `a list with ${describeValue(wrong[0])} in it` : describeValue(found)
  return [
    {
      code: 'ERR_CORE_PLUGIN',
      place: placeOf(plugin),
      message: `Its check returned ${what}, and not problems.`,
      remedy: 'Return a list of { code, place, message, remedy }, all of them texts, or nothing.',
    },
  ]
}

function isProblem(value: unknown): boolean {
  const { code, place, message, remedy } = (value ?? {}) as Partial<SetupProblem>
  return [code, place, message, remedy].every((one) => typeof one === 'string')
}

type SyncPhase = 'setup' | 'check'

/** What is told of a phase that threw something of its own. */
export function phaseFailed(plugin: Plugin, phase: SyncPhase, error: unknown): SetupProblem {
  return {
    code: 'ERR_CORE_PLUGIN',
    place: placeOf(plugin),
    message: `Its ${phase} failed: ${sentenceOf(error)}`,
    remedy: 'See the cause.',
  }
}

/** @throws {SetupError} `ERR_CORE_PLUGIN` for a promise, behind which nobody would wait */
export function refusePromise(plugin: Plugin, phase: SyncPhase, result: unknown): void {
  if (!isPromise(result)) return
  // What becomes of it is not told: the start fails for the promise itself.
  ignorePromise(result)
  throw new SetupError([
    {
      code: 'ERR_CORE_PLUGIN',
      place: placeOf(plugin),
      message: `Its ${phase} is asynchronous: what it does after its first await would come too late.`,
      remedy: `Make ${phase} synchronous, and wait in start.`,
    },
  ])
}

/** What ends a start before its end. */
export interface StartBounds {
  /** Aborts when the time is over, or the start is called off. */
  readonly signal: AbortSignal
  /** Time for everything together, ms, for the message. */
  readonly limitMs: number
}

/** A plugin, and which of its functions was called. */
interface Step {
  readonly plugin: Plugin
  readonly phase: 'start' | 'started'
}

/** What is told of a plugin that cannot start, or cannot begin to work when everything has; problems that it found itself stay. */
export function toSetupError(step: Step, error: unknown, bounds: StartBounds): SetupError {
  if (SetupError.is(error) && !bounds.signal.aborted) return error
  const told = whyUnstarted(PLUGIN_WORDS[step.phase], error, bounds)
  return new SetupError([{ code: 'ERR_CORE_PLUGIN_START', place: placeOf(step.plugin), ...told }], error)
}

const PLUGIN_WORDS: { readonly [phase in Step['phase']]: StartWords } = {
  start: {
    calledOff: 'Its start was called off.',
    late: (limitMs) => `It did not start within ${limitMs} ms.`,
    failed: 'It did not start',
  },
  started: {
    calledOff: 'Its started() was called off.',
    late: (limitMs) => `Its started() did not end within the ${limitMs} ms of the start.`,
    failed: 'Its started() failed',
  },
}

/** How messages tell of a step of the start that did not come to its end. */
export interface StartWords {
  readonly calledOff: string
  readonly late: (limitMs: number) => string
  /** The reason follows. */
  readonly failed: string
}

/** Why a step of the start did not come to its end. */
export function whyUnstarted(
  { calledOff, late, failed }: StartWords,
  error: unknown,
  { signal, limitMs }: StartBounds,
): Pick<SetupProblem, 'message' | 'remedy'> {
  if (!signal.aborted) return { message: `${failed}: ${sentenceOf(error)}`, remedy: 'See the cause.' }
  if (!isTimeout(signal.reason)) return { message: calledOff, remedy: 'The app was told to stop.' }
  return { message: late(limitMs), remedy: 'Look at what it waits for, or raise phases.startMs.' }
}
