// On the request path: how a request ended, for the log and the `record` stage.
import { ClientClosedRequestError, type DescribedError } from '../errors/index.ts'
import type { RequestSummary } from '../route/index.ts'
import { TakeOver } from './take-over.ts'
import type { PipelineOutcome } from './outcome.ts'

/** How the transport saw the end of a request. */
export interface Ending {
  readonly completed: boolean
  readonly bytes: number
  readonly durationMs: number
  /** Status on the wire, where it may be another than that of the outcome. */
  readonly statusSent: number | undefined
}

const NO_ERROR = { code: undefined, error: undefined }

/** Puts together what is told of a request. What cut the answer off counts, if anything did; else the answer as it was meant. */
export function summarise(
  { completed, bytes, durationMs, statusSent }: Ending,
  outcome: PipelineOutcome | undefined,
  cut: DescribedError | undefined,
): RequestSummary {
  if (!completed && cut === undefined) {
    const { code: errorCode } = ClientClosedRequestError
    return { status: 499, durationMs, bytes, errorCode, error: undefined, aborted: true }
  }
  const { code: errorCode, error } = cut ?? outcome?.described ?? NO_ERROR
  const status = statusSent ?? statusMeant(outcome, cut)
  return { status, durationMs, bytes, errorCode, error, aborted: !completed }
}

/** A foreign handler that was cut off before its head has said no status. */
function statusMeant(outcome: PipelineOutcome | undefined, cut: DescribedError | undefined): number {
  const isSaid = cut === undefined || !(outcome?.['~value'] instanceof TakeOver)
  return (isSaid ? outcome?.status : undefined) ?? cut?.status ?? 500
}
