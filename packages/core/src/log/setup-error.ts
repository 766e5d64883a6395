import type { SetupProblem } from '../errors/index.ts'

/** Why a logger cannot be made. */
export interface LogSetupProblem extends SetupProblem {
  readonly code: 'ERR_CORE_LOG_DESTINATION' | 'ERR_CORE_LOG_LEVEL' | 'ERR_CORE_LOG_REDACT'
}

/** A logger cannot be made with these options. Thrown by `createLogger`, never while logging. */
export class LogSetupError extends Error {
  readonly code: LogSetupProblem['code']
  readonly problem: LogSetupProblem

  constructor(problem: LogSetupProblem, cause?: unknown) {
    super(
      `${problem.place}: ${problem.message} ${problem.remedy}`,
      cause === undefined ? undefined : { cause },
    )
    this.name = 'LogSetupError'
    this.code = problem.code
    this.problem = problem
  }
}
