/** What a {@link LogSetupError} is made of; the shape of a `SetupProblem`, so that a setup error can list it. */
export interface LogSetupProblem {
  readonly code: 'ERR_CORE_LOG_DESTINATION' | 'ERR_CORE_LOG_LEVEL' | 'ERR_CORE_LOG_REDACT'
  readonly place: string
  readonly message: string
  readonly remedy: string
}

/** A logger cannot be made as asked. Thrown by `createLogger`, never while logging. */
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
