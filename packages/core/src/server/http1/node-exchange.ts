// On the request path: one object for each request over a socket. Here request and response are lent to a mounted handler, and
// taken back; what else happens to them is in files of its own.
import { ignore, InternalError } from '../../errors/index.ts'
import type { Call, Payload, TakeOver } from '../../operation/index.ts'
import type { LaidHeaders, Outcome } from '../../route/index.ts'
import { watchSocket } from './connection.ts'
import { ExchangeAnswer } from './exchange-answer.ts'
import { LentBody } from './lent-body.ts'
import { lendMessages } from './lent-messages.ts'
import { reclaimResponse, silenceResponse } from './reclaimed-response.ts'

const CLOSED_BY_HANDLER = 'The mounted handler closed the connection before its answer was complete.'

/** A request and its answer over HTTP/1.1 or 1.0. */
export class NodeExchange extends ExchangeAnswer implements Call {
  async handOver({ headers }: Outcome, { run, maxBodyBytes }: TakeOver, laid?: LaidHeaders): Promise<void> {
    this.addId(headers)
    const { request, response } = this
    if (this.isOver) return undefined
    this.laid = laid
    response.on('error', ignore)
    try {
      this.#lend(maxBodyBytes)
      for (const [name, value] of headers) response.appendHeader(name, value)
      const failed = new Promise<never>((_resolve, reject) => (this.rejectLent = reject))
      failed.catch(ignore)
      await run(request, response)
      // A handler may return early; its later errors come by its response.
      if (this.state !== 'settled') await failed
    } catch (error) {
      if (this.lending !== 'reclaimed' && response.headersSent) return this.reset(error)
      this.takeBack()
      throw error
    }
  }

  #lend(maxBodyBytes: number): void {
    if (this.sink !== undefined || this.readerBytes !== -1)
      throw new InternalError(
        'The body was read before the mounted handler was called. Do not read it in middleware.',
      )
    const body = this.hasBody ? new LentBody(this, maxBodyBytes) : undefined
    this.sink = body
    this.lending = 'lent'
    watchSocket(this.connection.socket)
    lendMessages(this, body)
  }

  takeBack(): boolean {
    const { response } = this
    if (this.lending !== 'lent' || response.headersSent) return false
    this.lending = 'reclaimed'
    silenceResponse(response, Object.getPrototypeOf(response) as object)
    return true
  }

  failLent(error: unknown): boolean {
    if (!this.takeBack()) return false
    this.rejectLent?.(error)
    return true
  }

  breakLent(error: unknown): boolean {
    const { response } = this
    if (this.lending !== 'lent' || this.state !== 'open' || response.writableEnded) return false
    this.reset(error ?? new InternalError(CLOSED_BY_HANDLER))
    response.destroyed = true
    return true
  }

  protected override respond(status: number, flat: string[], payload: Payload): void {
    if (this.lending !== 'reclaimed') return this.send(status, flat, payload)
    // The mounted handler still has the response, and may call it.
    const { response } = this
    const prototype = Object.getPrototypeOf(response) as object
    reclaimResponse(response)
    this.bytes = 0
    try {
      this.send(status, flat, payload)
    } finally {
      silenceResponse(response, prototype)
    }
  }
}
