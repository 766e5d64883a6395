// On the request path: node's own message classes, with a few changes. Their fields are declared and not initialised, so that
// making one costs as much as in node; and node's methods are called by name, not by `super`, which is looked up each time.
import type { BodySink, Http1Exchange, RequestMessage, ResponseMessage } from './contract.ts'
import { IncomingMessage, ServerResponse } from './node-http.ts'
import { markLast, endRequestsWhere, onStoreHead, putHead, storeHead } from './node-internals.ts'
import { headLines } from './response-head.ts'

const { push } = IncomingMessage.prototype
const { emit } = ServerResponse.prototype

/**
 * Node's request, whose body can be directed to a sink. Until then the body collects in the stream as usual; from then on
 * chunks go from the parser straight to the sink, without the events and ticks of the stream.
 */
export class NodeRequest extends IncomingMessage implements RequestMessage {
  declare sink: BodySink | undefined
  declare isTaken: boolean | undefined

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    const { sink } = this
    if (sink === undefined) return push.call(this, chunk, encoding)
    // Before the sink gets the end, since it may answer at once.
    if (chunk === null) this.isTaken = true
    return sink.take(chunk)
  }
}

endRequestsWhere(NodeRequest.prototype, ({ isTaken }) => isTaken === true)

/** Node's response, which knows its exchange, and writes common heads faster than node does. */
export class NodeResponse extends ServerResponse<NodeRequest> implements ResponseMessage {
  declare exchange: Http1Exchange | undefined

  // A listener for each response would cost more.
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    const { exchange } = this
    if (exchange !== undefined) {
      if (event === 'close') exchange.close(exchange.state === 'written')
      // Node 22 finishes a response whose socket was destroyed, too.
      else if (event === 'finish' && this.socket?.destroyed === false) exchange.onWritten()
    }
    return args.length === 0
      ? emit.call(this, event as 'close')
      : emit.call(this, event as 'close', ...(args as []))
  }
}

// If a version of node did not call it, answers would lack their length, which tests detect.
onStoreHead(NodeResponse.prototype, storeWholeHead)

function storeWholeHead(this: NodeResponse, firstLine: string, headers: unknown): void {
  const { exchange, shouldKeepAlive: keepsAlive } = this
  const flat = exchange?.wholeHead
  if (exchange === undefined || flat === undefined) return storeHead(this, firstLine, headers)
  const { wholeLength: length, requestId: safe } = exchange
  if (flat !== headers) {
    // A mounted handler had set headers before it failed, so node uses its own record.
    this.setHeader('content-length', length)
    return storeHead(this, firstLine, headers)
  }
  const lines = headLines({ flat, length, keepsAlive, safe })
  if (lines === undefined) return storeHead(this, firstLine, [...flat, 'content-length', String(length)])
  if (!keepsAlive) markLast(this)
  putHead(this, `${firstLine}${lines}\r\n`, length)
}

/** Node's own methods, which a mounted handler may have replaced on a response. */
export const { write, end, flushHeaders } = ServerResponse.prototype as unknown as {
  write(this: ResponseMessage, chunk: string | Uint8Array): boolean
  end(this: ResponseMessage): void
  flushHeaders(this: ResponseMessage): void
}
