import { SetupError, type SetupProblem } from './setup-error.ts'

/** What a public function throws for what it was given. Its title names the function, as it may be called without an app. */
export function toCallError(name: string, problems: readonly SetupProblem[]): SetupError {
  return new SetupError(problems, undefined, `Invalid call of ${name}`)
}
