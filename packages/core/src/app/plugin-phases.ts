import {
  describeValue,
  ignorePromise,
  isPromise,
  isTimeout,
  SetupError,
  sentenceOf,
  type SetupProblem,
} from '../errors/index.ts'
import type { CheckedApp, Inspection, InspectOptions, Plugin } from './plugin-contract.ts'
import { partsOf, placeOf } from './plugin-value.ts'

/** Calls `check` of every plugin, and gathers the problems that they find. */
export function checkPlugins(plugins: readonly Plugin[], app: CheckedApp): SetupProblem[] {
  return plugins.flatMap((plugin) => {
    try {
      const found: unknown = partsOf(plugin).check?.(app)
      refusePromise(plugin, 'check', found)
      return found === undefined ? [] : toProblems(plugin, 'check', found)
    } catch (error) {
      if (SetupError.is(error)) return error.problems
      throw new SetupError([phaseFailed(plugin, 'check', error)], error)
    }
  })
}

/** What a check found, if it is a list of problems, or the problem that it is not. */
function toProblems(plugin: Plugin, by: 'check' | 'inspect', found: unknown): readonly SetupProblem[] {
  const wrong = Array.isArray(found) ? found.filter((one) => !isProblem(one)) : [found]
  if (wrong.length === 0) return found as readonly SetupProblem[]
  const what = Array.isArray(found) ? `a list with ${describeValue(wrong[0])}` : describeValue(found)
  return [
    {
      code: 'ERR_CORE_PLUGIN',
      place: placeOf(plugin),
      message: `Its ${by} returned ${what} instead of problems.`,
      remedy: 'Return a list of { code, place, message, remedy }, all of them texts, or nothing.',
    },
  ]
}

/** Calls `inspect` of every plugin, one after another, and gathers what they find. */
export async function inspectPlugins(
  plugins: readonly Plugin[],
  app: CheckedApp,
  options: InspectOptions,
): Promise<Inspection> {
  const problems: SetupProblem[] = []
  const warnings: SetupProblem[] = []
  const omitted: string[] = []
  for (const plugin of plugins) {
    try {
      const found = await partsOf(plugin).inspect?.(app, options)
      if (found === undefined) continue
      problems.push(...toProblems(plugin, 'inspect', found.problems))
      warnings.push(...toProblems(plugin, 'inspect', found.warnings ?? []))
      omitted.push(...found.omitted)
    } catch (error) {
      options.signal.throwIfAborted()
      problems.push(...(SetupError.is(error) ? error.problems : [phaseFailed(plugin, 'inspect', error)]))
    }
  }
  return { problems, warnings, omitted }
}

function isProblem(value: unknown): boolean {
  const { code, place, message, remedy } = (value ?? {}) as Partial<SetupProblem>
  return [code, place, message, remedy].every((one) => typeof one === 'string')
}

type CheckPhase = 'setup' | 'check' | 'inspect'

/** The problem of a phase that threw something other than a SetupError. */
export function phaseFailed(plugin: Plugin, phase: CheckPhase, error: unknown): SetupProblem {
  return {
    code: 'ERR_CORE_PLUGIN',
    place: placeOf(plugin),
    message: `Its ${phase} failed: ${sentenceOf(error)}`,
    remedy: 'See the cause.',
  }
}

/** @throws {SetupError} `ERR_CORE_PLUGIN` for a promise, which nothing would await */
export function refusePromise(plugin: Plugin, phase: Exclude<CheckPhase, 'inspect'>, result: unknown): void {
  if (!isPromise(result)) return
  // Its rejection is not reported: the start fails because of the promise itself.
  ignorePromise(result)
  throw new SetupError([
    {
      code: 'ERR_CORE_PLUGIN',
      place: placeOf(plugin),
      message: `Its ${phase} is asynchronous: what it does after its first await would come too late.`,
      remedy: `Make ${phase} synchronous, and move asynchronous work to start.`,
    },
  ])
}

/** The limits of a start. */
export interface StartBounds {
  /** Aborts when the time is up, or the start is called off. */
  readonly signal: AbortSignal
  /** Time for the whole start, ms, for messages. */
  readonly limitMs: number
}

/** A plugin, and which of its functions was called. */
interface Step {
  readonly plugin: Plugin
  readonly phase: 'start' | 'started'
}

/** The error of a plugin whose `start` or `started` failed. A SetupError that it threw itself stays. */
export function toSetupError(step: Step, error: unknown, bounds: StartBounds): SetupError {
  if (SetupError.is(error) && !bounds.signal.aborted) return error
  const words = whyUnstarted(PLUGIN_WORDS[step.phase], error, bounds)
  return new SetupError([{ code: 'ERR_CORE_PLUGIN_START', place: placeOf(step.plugin), ...words }], error)
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

/** The messages for a step of the start that did not complete. */
export interface StartWords {
  readonly calledOff: string
  readonly late: (limitMs: number) => string
  /** The reason follows. */
  readonly failed: string
}

/** Why a step of the start did not complete. */
export function whyUnstarted(
  { calledOff, late, failed }: StartWords,
  error: unknown,
  { signal, limitMs }: StartBounds,
): Pick<SetupProblem, 'message' | 'remedy'> {
  if (!signal.aborted) return { message: `${failed}: ${sentenceOf(error)}`, remedy: 'See the cause.' }
  if (!isTimeout(signal.reason))
    return { message: calledOff, remedy: 'The app was stopped during its start.' }
  return { message: late(limitMs), remedy: 'Find out what it waits for, or raise phases.startMs.' }
}
