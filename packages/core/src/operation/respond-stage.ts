// On the request path: the `respond` stage, between the outcome of a plan and its delivery.
import { FrameworkError, ignorePromise, InternalError, isError, isPromise } from '../errors/index.ts'
import type { Outcome } from '../route/index.ts'
import { arm } from './deadline.ts'
import { deliver } from './deliver.ts'
import { failure } from './encode-stage.ts'
import type { ExecutionState } from './execution-state.ts'
import { complete, renderLate } from './error-answer.ts'
import { logLateFailure } from './late-result.ts'
import type { PipelineOutcome } from './pipeline-outcome.ts'
import { discardValue } from './prepare.ts'
import { leaveIfOver } from './settle.ts'
import { assertOutcome } from './wrap.ts'

/** Answers a call with an outcome. */
export function answer(execution: ExecutionState, outcome: PipelineOutcome): void {
  if (execution.state !== 'settled') execution.state = 'answering'
  complete(execution, outcome)
  // The access rule has decided: later stages may see the params, though they are invalid.
  execution.ctx['~violation'] = undefined
  if (execution.plan.transforms.length === 0) deliver(execution, outcome)
  else transform(execution, outcome, 0)
}

/** Runs the transforms. If one fails, the answer becomes a 500, which the later ones still see. */
function transform(execution: ExecutionState, outcome: PipelineOutcome, from: number): void {
  const { transforms } = execution.plan
  let current = outcome
  execution.keep(current['~value'])
  for (let i = from; i < transforms.length; i++) {
    try {
      const result = (transforms[i] as (typeof transforms)[number])(execution.ctx, current)
      if (!isPromise(result)) current = checked(execution, result, i)
      else if (execution.isExpired) ignorePromise(result)
      else return void awaitTransform({ execution, current, at: i }, Promise.resolve(result))
    } catch (error) {
      current = failed({ execution, current, at: i }, error)
    }
  }
  deliver(execution, current)
}

interface Place {
  readonly execution: ExecutionState
  readonly current: PipelineOutcome
  readonly at: number
}

function failed({ execution, current, at }: Place, error: unknown): PipelineOutcome {
  const name = execution.plan.transformNames[at] as string
  return renderLate(execution, current, failure(name, 'transform', error))
}

async function awaitTransform(place: Place, result: Promise<Outcome>): Promise<void> {
  const { execution, current, at } = place
  arm(execution)
  execution.running++
  let next = current
  try {
    next = checked(execution, await result, at)
  } catch (error) {
    if (execution.isOver) logLateFailure(execution.ctx, error)
    else next = failed(place, error)
  }
  execution.running--
  // After the deadline the 504 is being sent, and this result is late.
  if (execution.isOver) {
    discardValue(next['~value'])
    leaveIfOver(execution)
  } else transform(execution, next, at + 1)
}

function checked(execution: ExecutionState, outcome: Outcome, at: number): PipelineOutcome {
  const own = assertOutcome(outcome, execution.plan.transformNames[at] as string)
  const value = own['~value']
  if (typeof value === 'object' && value !== null && (isError(value) || FrameworkError.is(value)))
    throw new InternalError(
      `The transform of middleware ${execution.plan.transformNames[at]} gave an error as the value of an answer: throw it, or give what is to be sent.`,
      { cause: value },
    )
  if (own !== outcome) complete(execution, own)
  execution.keep(own['~value'])
  return own
}
