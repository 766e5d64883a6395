import { type SetupProblem, SetupError } from '../errors/index.ts'

/** Does a part of the set-up. What is wrong with it joins the list, so that the other parts are looked at, too. */
export function attempt<T>(problems: SetupProblem[], work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!SetupError.is(error)) throw error
    problems.push(...error.problems)
    return undefined
  }
}
