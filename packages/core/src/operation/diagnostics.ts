// On the request path while a channel has subscribers: what tools outside of the app see of each call.
import { tracingChannel } from 'node:diagnostics_channel'
import type { RequestSummary } from '../route/index.ts'
import type { ExecutionState } from './execution-state.ts'

/**
 * What the tracing channel `keelson:core:operation` of `node:diagnostics_channel` publishes of a call: one object for all of
 * its events, completed as more is known.
 *
 * `start` and `end` are published around the synchronous part; `asyncStart` and `asyncEnd` when a call that took longer is over,
 * with its last byte or its abort; `error` before the last of them, if an error was answered or cut off the answer.
 *
 * @example
 * import { tracingChannel } from 'node:diagnostics_channel'
 * tracingChannel<unknown, OperationMessage>('keelson:core:operation').subscribe({
 *   start: ({ route, requestId }) => console.log('begins', route, requestId),
 *   end: () => {},
 *   asyncStart: () => {},
 *   asyncEnd: ({ route, status }) => console.log('is over', route, status),
 *   error: ({ error }) => console.log('failed', error),
 * })
 */
export interface OperationMessage {
  /** Name of the route, `orders.show`; `undefined` for a call without a route. */
  readonly route: string | undefined
  /** Its path pattern. */
  readonly pattern: string | undefined
  /** Kind of the call: `http`, `call`. */
  readonly kind: string
  /** As received. */
  readonly method: string
  readonly requestId: string
  readonly traceId: string
  readonly spanId: string
  /** As in the log; `undefined` until the call is over. */
  status: number | undefined
  /** What was thrown, if the answer is an error or was cut off by one. */
  error?: unknown
}

const OPERATION = tracingChannel<unknown, OperationMessage>('keelson:core:operation')

/** Whether the channel has subscribers; if not, no message is made. */
export function isTraced(): boolean {
  const { start, end, asyncStart, asyncEnd, error } = OPERATION
  return (
    start.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers
  )
}

/** A call that is traced. */
export class CallTrace {
  readonly #message: OperationMessage
  /** Whether the synchronous part is done. */
  #isAsync = false

  constructor({ plan, call, frame }: ExecutionState) {
    const { traceId, spanId } = frame.trace
    this.#message = {
      route: plan.name,
      pattern: plan.pattern,
      kind: plan.kind,
      method: call.method,
      requestId: frame.id,
      traceId,
      spanId,
      status: undefined,
    }
  }

  /** Runs the synchronous part, in the stores that subscribers have bound. */
  run(work: () => void): void {
    OPERATION.start.runStores(this.#message, work)
    OPERATION.end.publish(this.#message)
    this.#isAsync = true
  }

  /** The call is over. */
  finish({ status, error }: RequestSummary): void {
    const message = this.#message
    message.status = status
    if (error !== undefined) {
      message.error = error
      OPERATION.error.publish(message as OperationMessage & { error: unknown })
    }
    if (!this.#isAsync) return
    OPERATION.asyncStart.publish(message)
    OPERATION.asyncEnd.publish(message)
  }
}
