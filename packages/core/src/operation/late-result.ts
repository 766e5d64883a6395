// On the request path of requests whose handler ended after its request was over.
import { ClientClosedRequestError, describeThrown, isError } from '../errors/index.ts'
import type { Outcome } from '../route/index.ts'
import type { PipelineOutcome } from './pipeline-outcome.ts'
import type { OperationContext, Tail } from './plan.ts'
import { discardValue } from './prepare.ts'

/** A handler that ignores its signal: a warning after a deadline, nothing to worry about when the client left. */
export function logLateOutcome({ log, frame }: OperationContext, { status }: PipelineOutcome): void {
  const level = ClientClosedRequestError.is(frame.abortReason) ? 'debug' : 'warn'
  log[level]({ event: 'late-result', status }, 'A handler finished after its request was over.')
}

/**
 * Runs the rest of a plan for a middleware around it. What ends when its request is over is no success: the caller was told
 * that it failed, so nothing is to be committed.
 *
 * @param isAwaited - whether the middleware still waits; of what it left running others tell
 * @returns rejects with why the request ended, where it did before
 */
export async function inTime(
  ctx: OperationContext,
  rest: Tail,
  isAwaited: () => boolean = () => true,
): Promise<Outcome> {
  const outcome = await rest(ctx)
  if (!ctx.frame.isAborted) return outcome
  if (isAwaited()) logLateOutcome(ctx, outcome as PipelineOutcome)
  discardValue((outcome as PipelineOutcome)['~value'])
  throw ctx.frame.abortReason
}

/** A middleware that goes on without what it called: unless it was told to stop, what it left is lost work. */
export function logLeftRunning({ log, frame }: OperationContext, middleware: string): void {
  const level = frame.isAborted ? 'debug' : 'error'
  log[level](
    { event: 'left-running', middleware },
    `Middleware ${middleware} ended while next() was still running: await it, also after a failure of something else.`,
  )
}

/** What was left running does not end within the time of its request. */
export function logOverrun({ log }: OperationContext, error: unknown): void {
  log.warn({ event: 'late-result', err: error }, 'What a middleware left running passed the deadline.')
}

/** What the abort itself made a handler throw is not news. */
export function logLateFailure({ log, frame }: OperationContext, error: unknown): void {
  const { logLevel } = describeThrown(error)
  const level = frame.isAborted && isOfAbort(error, frame.abortReason) ? 'debug' : logLevel
  log[level]({ event: 'late-result', err: error }, 'A handler failed after its request was over.')
}

/** Whether an error is what the abort made somebody throw. */
export function isOfAbort(error: unknown, reason: unknown): boolean {
  if (error === reason || (isError(error) && error.name === 'AbortError')) return true
  return ClientClosedRequestError.is(reason) && isOfLeaving(error)
}

/** What reading a body gives whose client left: of ours, of node's streams, of body parsers, and what was made of one of them. */
function isOfLeaving(thrown: unknown): boolean {
  let error = thrown
  for (let depth = 0; depth < MAX_CAUSES && isError(error); depth++) {
    const { code, type } = error as { readonly code?: unknown; readonly type?: unknown }
    // Other connections than the client's are reset, too, but not with this word.
    if (code === 'ECONNRESET' && error.message === 'aborted') return true
    if (code === 'ERR_STREAM_PREMATURE_CLOSE' || type === 'request.aborted') return true
    if (ClientClosedRequestError.is(error)) return true
    error = error.cause
  }
  return false
}

const MAX_CAUSES = 4
