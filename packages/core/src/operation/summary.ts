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
  /** Status on the wire, if it may differ from that of the outcome. */
  readonly statusSent: number | undefined
}

const NO_ERROR = { code: undefined, error: undefined }

/** Makes the summary of a request: of the error that cut off the answer, if there is one, else of the answer. */
export function summarise(
  { completed, bytes, durationMs, statusSent }: Ending,
  outcome: PipelineOutcome | undefined,
  cut: DescribedError | undefined,
): RequestSummary {
  // A switched connection ends when one side leaves, in any way.
  if (!completed && cut === undefined && statusSent !== 101) {
    const { code: errorCode } = ClientClosedRequestError
    return { status: 499, durationMs, bytes, errorCode, error: undefined, aborted: true }
  }
  const { code: errorCode, error } = cut ?? outcome?.described ?? NO_ERROR
  const status = statusSent ?? statusMeant(outcome, cut)
  return { status, durationMs, bytes, errorCode, error, aborted: !completed }
}

/** A handler that answers by itself and was cut off before it began has no status. */
function statusMeant(outcome: PipelineOutcome | undefined, cut: DescribedError | undefined): number {
  const value = outcome?.['~value']
  const isSaid = cut === undefined || !(value instanceof TakeOver || value instanceof Upgrade)
  return (isSaid ? outcome?.status : undefined) ?? cut?.status ?? 500
}
