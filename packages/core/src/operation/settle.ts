// On the request path: the end of a call, when it is recorded and its services are closed.
import { ClientClosedRequestError, describeThrown, type DescribedError } from '../errors/index.ts'
import { runInFrame } from '../frame/index.ts'
import type { RequestSummary } from '../route/index.ts'
import { disposeAll } from './branch.ts'
import { disarm } from './deadline.ts'
import type { ExecutionState } from './execution-state.ts'
import { discardValue } from './prepare.ts'
import { discardStream } from './stream-value.ts'
import { summarise } from './summary.ts'

/** The transport is done with a call; see `Served.settle`. */
// oxlint-disable-next-line max-params -- on the request path: an options object would be one more allocation a request
export function settle(execution: ExecutionState, completed: boolean, bytes: number, reason: unknown): void {
  if (execution.state === 'settled') return
  letGo(execution, completed)
  execution.state = 'settled'
  const { runtime, frame, plan, call } = execution
  const isUnobserved =
    completed && execution.scope === undefined && plan.observers.length === 0 && execution.trace === undefined
  if (isUnobserved && !runtime.records) return leaveIfOver(execution)
  // An error that cut off the answer after its head is in no answer, so it must be in the log.
  const cut = completed || reason === undefined ? undefined : describeThrown(reason)
  const { statusSent } = call
  const durationMs = runtime.now() - frame.startedAt
  const summary = summarise({ completed, bytes, durationMs, statusSent }, execution.outcome, cut)
  // Transports call outside of the frame. It is entered only for code that may read it.
  if (isUnobserved) end(execution, summary, cut)
  else runInFrame(frame, end, execution, summary, cut)
}

function letGo(execution: ExecutionState, completed: boolean): void {
  // What still runs after the answer keeps its deadline.
  if (!completed || execution.running === 0) disarm(execution)
  if (!completed && execution.state !== 'sent') execution.opening?.stop()
  if (execution.replaced !== undefined) discardStream(execution.replaced)
  if (execution.brought !== undefined) for (const one of execution.brought) discardValue(one)
}

/** Records the end; in the frame, if code may read it. */
function end(execution: ExecutionState, summary: RequestSummary, cut: DescribedError | undefined): void {
  const { runtime, frame, plan, ctx } = execution
  if (cut !== undefined) runtime.logError(execution, cut)
  if (summary.aborted) frame.abort(cut?.error ?? new ClientClosedRequestError())
  for (const observe of plan.observers) {
    try {
      observe(ctx, summary)
    } catch (error) {
      ctx.log.error({ err: error }, 'A record middleware failed.')
    }
  }
  execution.trace?.finish(summary)
  runtime.observe(execution, summary)
  leaveIfOver(execution)
}

/** Closes the services of a call, once its answer is written and no handler still runs. */
export function leaveIfOver(execution: ExecutionState): void {
  if (execution.state !== 'settled' || execution.running > 0) return
  disarm(execution)
  const { runtime, ctx, scope, branches } = execution
  execution.isClosed = execution.detached === 0
  // Detached work may still use them; when it ends, it calls this again.
  const disposed = execution.detached > 0 ? undefined : disposeOf(scope, branches)
  if (disposed === undefined) runtime.leave(execution)
  else {
    disposed
      .catch((error: unknown) => ctx.log.error({ err: error }, 'A request-scoped service failed to close.'))
      .finally(() => runtime.leave(execution))
  }
}

function disposeOf(
  scope: ExecutionState['scope'],
  branches: ExecutionState['branches'],
): Promise<void> | undefined {
  if (branches === undefined) return scope?.dispose()
  return disposeAll([scope, ...branches.map((branch) => branch.scope)])
}
