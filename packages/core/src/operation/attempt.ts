import { type SetupProblem, SetupError } from '../errors/index.ts'

/** Runs a part of the set-up and collects its problems, so that the other parts are checked as well. */
export function attempt<T>(problems: SetupProblem[], work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!SetupError.is(error)) throw error
    problems.push(...error.problems)
    return undefined
  }
}
