import { SetupError, type SetupProblem } from '../errors/index.ts'

/** What is wrong with the level, the destination or the secret fields of a logger, as an error to throw. */
export function toLogError(problem: SetupProblem, cause?: unknown): SetupError {
  return new SetupError([problem], cause, 'The logger cannot be set up')
}
