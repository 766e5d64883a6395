// On the request path: node's own message classes, with a few things done in another way. Their fields are declared and not
// initialised, so that making one costs what it costs node; and node's methods are called by name, not by `super`, which
// is looked up each time.
import { Readable } from 'node:stream'
import type { NodeExchange } from './node-exchange.ts'
import { IncomingMessage, ServerResponse } from './node-http.ts'
import type { BodySink } from './request-body.ts'
import { headLines } from './response-head.ts'

const { push } = IncomingMessage.prototype
const { emit } = ServerResponse.prototype
const { _storeHeader: storeHeader } = ServerResponse.prototype as unknown as ResponseInternals

/**
 * Node's request, whose body can be taken as the parser hands it over. Until somebody asks for it the body collects in
 * the stream as usual; from then on chunks go straight to the sink, without the stream's events and ticks.
 */
export class NodeRequest extends IncomingMessage {
  declare sink: BodySink | undefined
  /** Whether the body has come to its end, and all of it went to sinks. */
  declare isTaken: boolean | undefined

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    const { sink } = this
    if (sink === undefined) return push.call(this, chunk, encoding)
    // Before the sink hears of it, which may answer at once.
    if (chunk === null) this.isTaken = true
    return sink.take(chunk)
  }
}

// Node keeps a request that did not come to its end until its connection has another one. 64 connections with what was
// made for their requests made V8 double its young generation: 40 MB.
const isStreamEnded = Object.getOwnPropertyDescriptor(Readable.prototype, 'readableEnded')
  ?.get as () => boolean
Object.defineProperty(NodeRequest.prototype, 'readableEnded', {
  configurable: true,
  get(this: NodeRequest): boolean {
    return this.isTaken === true || isStreamEnded.call(this)
  },
})

/** What node's response has and its types do not say; the same in all versions that are supported. */
interface ResponseInternals {
  _header: string | null
  _headerSent: boolean
  _contentLength: number | null
  _last: boolean
  _storeHeader(firstLine: string, headers: unknown): void
}

/** Node's response, which knows the exchange that it belongs to, and writes the usual heads faster than node does. */
export class NodeResponse extends ServerResponse<NodeRequest> {
  declare exchange: NodeExchange | undefined

  // Called by node's writeHead. A node that should not do so would lack the length, which tests notice.
  _storeHeader(firstLine: string, headers: unknown): void {
    const { exchange, shouldKeepAlive: keepsAlive } = this
    const flat = exchange?.wholeHead
    if (exchange === undefined || flat === undefined) {
      storeHeader.call(this, firstLine, headers)
      return
    }
    const { wholeLength: length, requestId: safe } = exchange
    if (flat !== headers) {
      // A foreign handler had set headers before it failed, so node goes by its own record.
      this.setHeader('content-length', length)
      storeHeader.call(this, firstLine, headers)
      return
    }
    const lines = headLines({ flat, length, keepsAlive, safe })
    if (lines === undefined) {
      storeHeader.call(this, firstLine, [...flat, 'content-length', String(length)])
      return
    }
    const internals = this as unknown as ResponseInternals
    if (!keepsAlive) internals._last = true
    internals._contentLength = length
    internals._header = `${firstLine}${lines}\r\n`
    internals._headerSent = false
  }

  // A listener for each response would cost more.
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    const { exchange } = this
    if (exchange !== undefined) {
      if (event === 'close') exchange.close(exchange.isWritten)
      // Node 22 finishes a response whose socket was destroyed, too.
      else if (event === 'finish') exchange.isWritten = this.socket?.destroyed === false
    }
    return args.length === 0
      ? emit.call(this, event as 'close')
      : emit.call(this, event as 'close', ...(args as []))
  }
}

/** Node's own methods, whatever stands on a response that a foreign handler has or had. */
export const { write, end, flushHeaders } = ServerResponse.prototype as unknown as {
  write(this: NodeResponse, chunk: string | Uint8Array): boolean
  end(this: NodeResponse): void
  flushHeaders(this: NodeResponse): void
}
