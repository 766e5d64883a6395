import type { SetupProblem } from '../errors/index.ts'

/** Limits that an app or a route may set. */
export interface Limits {
  /** Bytes. */
  readonly maxBodyBytes?: number | undefined
  /** Ms; 0 for none. */
  readonly deadlineMs?: number | undefined
}

/** Finds limits that cannot be. Nothing is larger than `NaN`, which as a limit would be none. */
export function checkLimits(place: string, { maxBodyBytes, deadlineMs }: Limits): SetupProblem[] {
  const problems: SetupProblem[] = []
  const add = (name: string, value: unknown, remedy: string) =>
    problems.push({ code: 'ERR_CORE_OPTION', place, message: `${name} cannot be ${String(value)}.`, remedy })
  if (maxBodyBytes !== undefined && !(Number.isSafeInteger(maxBodyBytes) && maxBodyBytes >= 0))
    add('maxBodyBytes', maxBodyBytes, 'Give a number of bytes, 0 or more.')
  if (deadlineMs !== undefined && !isTime(deadlineMs))
    add('deadlineMs', deadlineMs, 'Give milliseconds, or 0 for none.')
  return problems
}

/** Whether a value is a time that can be waited for, ms. */
export function isTime(ms: unknown): boolean {
  return typeof ms === 'number' && Number.isFinite(ms) && ms >= 0
}
