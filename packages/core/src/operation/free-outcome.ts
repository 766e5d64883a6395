// On the request path: outcomes that no schema holds.
import { isResponse } from '../route/index.ts'
import type { Reply, ResponseHeaders } from '../route/index.ts'
import { prepare } from './prepare.ts'
import { checkStatus, isBodiless, PipelineOutcome, replyHeaders, unpackResponse } from './pipeline-outcome.ts'

/**
 * A reply as an outcome, not held to any schema.
 *
 * @throws {InternalError} for a status or header that cannot be sent
 * @throws {TypeError} for a body that cannot
 */
export function replyOutcome(value: Reply): PipelineOutcome {
  return freeOutcome(checkStatus(value.status), value.body, replyHeaders(value))
}

/** An outcome that no schema holds. A Web `Response` gives its status and headers at once, for those who wrap the handler. */
export function freeOutcome(status: number, value: unknown, headers: ResponseHeaders): PipelineOutcome {
  // Where there can be no body, null is none.
  const body = value === null && isBodiless(status) ? undefined : value
  const outcome = new PipelineOutcome(status, body, false, headers)
  if (typeof body === 'object' && body !== null && isResponse(body)) unpackResponse(outcome, body)
  return prepare(outcome)
}
