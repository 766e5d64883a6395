import type { SetupProblem } from '../errors/index.ts'
import { checkLimits, isTime } from '../pipeline/index.ts'
import type { ApplicationOptions } from './options.ts'

/** Finds options of the app that cannot be, as far as the compiler does not. */
export function checkOptions({ phases, health, ...limits }: ApplicationOptions): SetupProblem[] {
  const problems = checkLimits('createApp', limits)
  const times = {
    'phases.startMs': phases?.startMs,
    'phases.stopMs': phases?.stopMs,
    'phases.readinessDelayMs': phases?.readinessDelayMs,
    'health.timeoutMs': health === false ? undefined : health?.timeoutMs,
  }
  for (const [name, value] of Object.entries(times)) {
    if (value === undefined || isTime(value)) continue
    const message = `${name} cannot be ${String(value)}.`
    problems.push({ code: 'ERR_CORE_OPTION', place: 'createApp', message, remedy: 'Give milliseconds.' })
  }
  return problems
}
