// On the request path: how a request ended, for the log and the `record` stage.
import { ClientClosedRequestError, type DescribedError } from '../errors/index.ts'
import type { RequestSummary } from '../route/index.ts'
import { TakeOver } from './take-over.ts'
import { Upgrade } from './switching.ts'
import type { PipelineOutcome } from './pipeline-outcome.ts'

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
  // A connection that was switched ends when one of both sides leaves, in whichever way.
  if (!completed && cut === undefined && statusSent !== 101) {
    const { code: errorCode } = ClientClosedRequestError
    return { status: 499, durationMs, bytes, errorCode, error: undefined, aborted: true }
  }
  const { code: errorCode, error } = cut ?? outcome?.described ?? NO_ERROR
  const status = statusSent ?? statusMeant(outcome, cut)
  return { status, durationMs, bytes, errorCode, error, aborted: !completed }
}

/** Who answers by himself and was cut off before he began has said no status. */
function statusMeant(outcome: PipelineOutcome | undefined, cut: DescribedError | undefined): number {
  const value = outcome?.['~value']
  const isSaid = cut === undefined || !(value instanceof TakeOver || value instanceof Upgrade)
  return (isSaid ? outcome?.status : undefined) ?? cut?.status ?? 500
}
