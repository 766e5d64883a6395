// On the request path of calls that do not end at once.
import { GatewayTimeoutError } from '../errors/index.ts'
import type { ExecutionState } from './execution-state.ts'

/** For the log; a client can do nothing with it. */
const REMEDY = 'Raise deadlineMs of the route, or do what takes longer in ctx.detach.'

/** Starts the timer of the deadline, the first time that a call has to wait. */
export function arm(execution: ExecutionState): void {
  const { runtime, frame, call } = execution
  if (frame.deadline === undefined || execution.timer !== undefined || execution.state === 'settled') return
  execution.timer = runtime.wheel.add(frame.remainingMs(runtime.now()), execution)
  call.onDeadlineSet?.(runtime.wheel)
}

/** Cancels the timer of the deadline. */
export function disarm({ timer, runtime }: ExecutionState): void {
  if (timer !== undefined) runtime.wheel.cancel(timer)
}

/** The error that is answered when the deadline passes. */
export function timeoutOf({ frame, plan }: ExecutionState): GatewayTimeoutError {
  const { deadline, startedAt } = frame
  // For a call within another one, this is the time that the other one had left.
  const ms = deadline === undefined ? plan.deadlineMs : Math.round(deadline - startedAt)
  return new GatewayTimeoutError(`The request took longer than ${ms} ms.`, { expose: true, cause: REMEDY })
}
