// On the request path: the `respond` stage, between what a plan gave and what is delivered.
import { ignore } from '../errors/index.ts'
import { isPromise } from '../errors/index.ts'
import type { Outcome } from '../route/index.ts'
import { arm } from './deadline.ts'
import { complete, deliver, replaceBy } from './deliver.ts'
import type { ExecutionState } from './execution-state.ts'
import type { PipelineOutcome } from './outcome.ts'
import { discardValue } from './prepare.ts'
import { assertOutcome } from './steps.ts'

/** Decides what a call is answered with. */
export function answer(execution: ExecutionState, outcome: PipelineOutcome): void {
  if (execution.state !== 'settled') execution.state = 'answering'
  complete(execution, outcome)
  // The access rule has spoken: what comes now may see the params as they came.
  execution.ctx['~violation'] = undefined
  if (execution.plan.transforms.length === 0) deliver(execution, outcome)
  else transform(execution, outcome, 0)
}

/** Applies the respond stage. A transform that fails is answered with its error, which the later ones still see. */
function transform(execution: ExecutionState, outcome: PipelineOutcome, from: number): void {
  const { transforms } = execution.plan
  let current = outcome
  for (let i = from; i < transforms.length; i++) {
    try {
      const result = (transforms[i] as (typeof transforms)[number])(execution.ctx, current)
      if (!isPromise(result)) current = checked(execution, result, i)
      else if (execution.isExpired) Promise.resolve(result).catch(ignore)
      else return void awaitTransform({ execution, current, at: i }, Promise.resolve(result))
    } catch (error) {
      current = replaceBy(execution, current, error)
    }
  }
  deliver(execution, current)
}

interface Place {
  readonly execution: ExecutionState
  readonly current: PipelineOutcome
  readonly at: number
}

async function awaitTransform({ execution, current, at }: Place, result: Promise<Outcome>): Promise<void> {
  arm(execution)
  let next: PipelineOutcome
  try {
    next = checked(execution, await result, at)
  } catch (error) {
    next = replaceBy(execution, current, error)
  }
  // Once the deadline has passed the 504 is on its way, and this one is late.
  if (execution.isExpired) discardValue(next['~value'])
  else transform(execution, next, at + 1)
}

function checked(execution: ExecutionState, outcome: Outcome, at: number): PipelineOutcome {
  const own = assertOutcome(outcome, execution.plan.transformNames[at] as string)
  if (own !== outcome) complete(execution, own)
  return own
}
