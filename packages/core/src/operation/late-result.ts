// On the request path of requests whose handler ended after its request was over.
import { ClientClosedRequestError, describeThrown, isError } from '../errors/index.ts'
import type { Outcome } from '../route/index.ts'
import type { PipelineOutcome } from './pipeline-outcome.ts'
import type { OperationContext, Tail } from './plan.ts'
import { discardValue } from './prepare.ts'

/** A handler ignored its signal: a warning after a deadline, harmless when the client left. */
export function logLateOutcome({ log, frame }: OperationContext, { status }: PipelineOutcome): void {
  const level = ClientClosedRequestError.is(frame.abortReason) ? 'debug' : 'warn'
  log[level]({ event: 'late-result', status }, 'A handler finished after its request was over.')
}

/**
 * Runs the rest of a plan for a middleware around it. A result after the end of the request is not a success: the caller has
 * received an error, so that nothing must be committed.
 *
 * @param isAwaited - whether the middleware still waits; if not, the late result is logged elsewhere
 * @returns rejects with the reason if the request ended before
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

/** A middleware ended without awaiting what it called: an error, unless the request was aborted. */
export function logLeftRunning({ log, frame }: OperationContext, middleware: string): void {
  const level = frame.isAborted ? 'debug' : 'error'
  log[level](
    { event: 'left-running', middleware },
    `Middleware ${middleware} ended while next() was still running: await it, also after another failure.`,
  )
}

/** What a middleware left running did not end within the time of its request. */
export function logOverrun({ log }: OperationContext, error: unknown): void {
  log.warn({ event: 'late-result', err: error }, 'What a middleware left running passed the deadline.')
}

/** Logs a late failure; one that the abort caused is expected. */
export function logLateFailure({ log, frame }: OperationContext, error: unknown): void {
  const { logLevel } = describeThrown(error)
  const level = frame.isAborted && isOfAbort(error, frame.abortReason) ? 'debug' : logLevel
  log[level]({ event: 'late-result', err: error }, 'A handler failed after its request was over.')
}

/** Whether an error was caused by the abort. */
export function isOfAbort(error: unknown, reason: unknown): boolean {
  if (error === reason || (isError(error) && error.name === 'AbortError')) return true
  return ClientClosedRequestError.is(reason) && isOfLeaving(error)
}

/** Whether an error comes from reading a body whose client left: ours, of Node's streams, of body parsers, or caused by one. */
function isOfLeaving(thrown: unknown): boolean {
  let error = thrown
  for (let depth = 0; depth < MAX_CAUSES && isError(error); depth++) {
    const { code, type } = error as { readonly code?: unknown; readonly type?: unknown }
    // Other connections are reset as well, but with another message.
    if (code === 'ECONNRESET' && error.message === 'aborted') return true
    if (code === 'ERR_STREAM_PREMATURE_CLOSE' || type === 'request.aborted') return true
    if (ClientClosedRequestError.is(error)) return true
    error = error.cause
  }
  return false
}

const MAX_CAUSES = 4
