import type { HeadedReply, Reply, ReplyHeaders } from './outcome.ts'

const kReply = Symbol.for('keelson.reply')

class ReplyValue<TStatus extends number, TBody> implements Reply<TStatus, TBody> {
  readonly kind = 'reply'
  readonly status: TStatus
  readonly body: TBody
  readonly headers: ReplyHeaders | undefined

  constructor(status: TStatus, body: TBody, headers: ReplyHeaders | undefined) {
    this.status = status
    this.body = body
    this.headers = headers
  }

  get [kReply](): true {
    return true
  }
}

/**
 * An answer with a status and headers of its own; what a handler or a middleware's `run` may return.
 *
 * `status` is 200 to 599. `body` is what a handler may return bare; omit it for none. `headers` have lower-case
 * names; a list gives several lines of one name.
 *
 * @example
 * return reply(201, order, { location: `/orders/${order.id}` })
 */
export function reply<TStatus extends number, TBody, const THeaders extends ReplyHeaders>(
  status: TStatus,
  body: TBody,
  headers: THeaders,
): HeadedReply<TStatus, TBody, THeaders>
export function reply<TStatus extends number, TBody>(
  status: TStatus,
  body: TBody,
  headers?: ReplyHeaders,
): Reply<TStatus, TBody>
export function reply<TStatus extends number>(status: TStatus): Reply<TStatus, undefined>
export function reply(status: number, body?: unknown, headers?: ReplyHeaders): Reply {
  return new ReplyValue(status, body, headers)
}

/** Whether a value was made by {@link reply}, by whichever copy of the package. */
export function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && (value as { [kReply]?: unknown })[kReply] === true
}
