// On the request path of calls that do not end at once.
import { GatewayTimeoutError } from '../errors/index.ts'
import type { ExecutionState } from './execution-state.ts'

/** Has the deadline watched from the first time that a call has to wait. */
export function arm(execution: ExecutionState): void {
  const { runtime, frame, call } = execution
  if (frame.deadline === undefined || execution.timer !== undefined || execution.state === 'settled') return
  execution.timer = runtime.wheel.add(frame.remainingMs(runtime.now()), execution)
  call.onDeadlineSet?.(runtime.wheel)
}

/** Nobody has to be told of the deadline any more. */
export function disarm({ timer, runtime }: ExecutionState): void {
  if (timer !== undefined) runtime.wheel.cancel(timer)
}

/** What is answered when the deadline passes. */
export function timeoutOf({ frame, plan }: ExecutionState): GatewayTimeoutError {
  const { deadline, startedAt } = frame
  // Of a call within another it is the time that the other one had left.
  const ms = deadline === undefined ? plan.deadlineMs : Math.round(deadline - startedAt)
  return new GatewayTimeoutError(`The request took longer than ${ms} ms.`, { expose: true })
}
