// On the request path of calls that fail.
import type { DescribedError } from '../errors/index.ts'
import type { ExecutionState } from './execution-state.ts'
import { errorOutcome } from './error-outcome.ts'
import type { PipelineOutcome } from './pipeline-outcome.ts'
import { discardValue } from './prepare.ts'

/** Adds to an outcome what every answer of its plan and call has. */
export function complete({ plan, laid }: ExecutionState, outcome: PipelineOutcome): void {
  laid?.layUnder(outcome.headers)
  plan.complete(outcome)
}

/** A thrown value in the format of its route; logged, unless it is expected. */
export function render(execution: ExecutionState, error: unknown): PipelineOutcome {
  return rendered(execution, error, undefined)
}

/** An error in place of an outcome that could not be sent. The stream of the outcome is discarded. */
export function renderLate(
  execution: ExecutionState,
  outcome: PipelineOutcome,
  error: unknown,
): PipelineOutcome {
  discardValue(outcome['~value'])
  return rendered(execution, error, isSuccess(outcome) ? AFTER_SUCCESS : undefined)
}

/** For the log: the work of the handler is done, perhaps committed, though its caller receives an error. */
const AFTER_SUCCESS = 'The answer failed after the handler had succeeded.'

function isSuccess({ status, described }: PipelineOutcome): boolean {
  return described === undefined && status < 400
}

function rendered(execution: ExecutionState, error: unknown, message: string | undefined): PipelineOutcome {
  const outcome = errorOutcome(error, execution.plan, {
    requestId: execution.frame.id,
    accept: execution.call.meta('accept'),
  })
  complete(execution, outcome)
  const { described } = outcome
  if (described !== undefined && isLogged(execution, described))
    execution.runtime.logError(execution, described, message)
  return outcome
}

function isLogged(execution: ExecutionState, described: DescribedError): boolean {
  return !described.isExpected && !execution.isRefusal(described)
}
