// On the request path: outcomes without a schema.
import { isResponse } from '../route/index.ts'
import type { Reply, ResponseHeaders } from '../route/index.ts'
import { prepare } from './prepare.ts'
import { checkStatus, isBodiless, PipelineOutcome, replyHeaders, unpackResponse } from './pipeline-outcome.ts'

/**
 * A reply as an outcome, not checked by a schema.
 *
 * @throws {InternalError} for a status or header that cannot be sent
 * @throws {TypeError} for a body that cannot be sent
 */
export function replyOutcome(value: Reply): PipelineOutcome {
  return freeOutcome(checkStatus(value.status), value.body, replyHeaders(value))
}

/** An outcome without a schema. Status and headers of a Web `Response` are set at once, for middleware around the handler. */
export function freeOutcome(status: number, value: unknown, headers: ResponseHeaders): PipelineOutcome {
  // null means no body for a status without one.
  const body = value === null && isBodiless(status) ? undefined : value
  const outcome = new PipelineOutcome(status, body, false, headers)
  if (typeof body === 'object' && body !== null && isResponse(body)) unpackResponse(outcome, body)
  return prepare(outcome)
}
