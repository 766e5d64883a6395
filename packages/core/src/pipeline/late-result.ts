// On the request path of requests whose handler ended after its request was over.
import { ClientClosedRequestError, describeThrown } from '../errors/index.ts'
import type { PipelineOutcome } from './outcome.ts'
import type { RequestContext } from './request-context.ts'

/** A handler that ignores its signal: a warning after a deadline, nothing to worry about when the client left. */
export function logLateOutcome({ log, frame }: RequestContext, { status }: PipelineOutcome): void {
  const level = ClientClosedRequestError.is(frame.abortReason) ? 'debug' : 'warn'
  log[level]({ event: 'late-result', status }, 'A handler finished after its request was over.')
}

/** What the abort itself made a handler throw is no news. */
export function logLateFailure({ log, frame }: RequestContext, error: unknown): void {
  const { logLevel } = describeThrown(error)
  const level = frame.isAborted && isAbort(error, frame.abortReason) ? 'debug' : logLevel
  log[level]({ event: 'late-result', err: error }, 'A handler failed after its request was over.')
}

function isAbort(error: unknown, reason: unknown): boolean {
  return error === reason || (error instanceof Error && error.name === 'AbortError')
}
