// On the request path: node's own message classes, with a few things done in another way.
import type { Socket } from 'node:net'
import type { NodeExchange } from './node-exchange.ts'
import { IncomingMessage, ServerResponse } from './node-http.ts'
import type { BodySink } from './request-body.ts'
import { headLines } from './response-head.ts'

/**
 * Node's request, whose body can be taken as the parser hands it over. Until somebody asks for it the body collects in
 * the stream as usual; from then on chunks go straight to the sink, without the stream's events and ticks.
 */
export class NodeRequest extends IncomingMessage {
  sink: BodySink | undefined = undefined
  /** Whether a foreign handler reads the stream, and may wait for the end of a body that there never was. */
  hasForeignReader = false

  override push(chunk: Buffer | null, encoding?: BufferEncoding): boolean {
    return this.sink === undefined ? super.push(chunk, encoding) : this.sink.take(chunk)
  }

  override on(event: string | symbol, listener: (...args: never[]) => void): this {
    super.on(event, listener as (...args: unknown[]) => void)
    // Node has ended the stream without a word (`optimizeEmptyRequests`).
    if (event === 'end' && this.hasForeignReader && this.readableEnded)
      process.nextTick(listener.bind(this) as () => void)
    return this
  }

  override addListener(event: string | symbol, listener: (...args: never[]) => void): this {
    return this.on(event, listener)
  }
}

/** What node's response has and its types do not say; the same in all versions that are supported. */
interface ResponseInternals {
  _header: string | null
  _headerSent: boolean
  _contentLength: number | null
  _last: boolean
  _storeHeader(firstLine: string, headers: unknown): void
}

const { _storeHeader: storeHeader } = ServerResponse.prototype as unknown as ResponseInternals

/** Node's response, which knows the exchange that it belongs to, and writes the usual heads faster than node does. */
export class NodeResponse extends ServerResponse<NodeRequest> {
  exchange: NodeExchange | undefined = undefined
  #wholeHead: readonly string[] | undefined = undefined
  #length = 0
  /** Whether the last byte was given to the operating system. */
  isWritten = false

  /** As `writeHead`, for a head that says how long the body is. */
  writeWholeHead(status: number, flat: string[], length: number): void {
    this.#wholeHead = flat
    this.#length = length
    this.writeHead(status, flat)
  }

  // Called by node's writeHead. A node that should not do so would write the head in its own way.
  _storeHeader(firstLine: string, headers: unknown): void {
    const own = this.#wholeHead
    const keepsAlive = this.shouldKeepAlive
    const lines = own === undefined || own !== headers ? undefined : headLines(own, keepsAlive)
    if (lines === undefined) {
      storeHeader.call(this, firstLine, headers)
      return
    }
    const internals = this as unknown as ResponseInternals
    if (!keepsAlive) internals._last = true
    internals._contentLength = this.#length
    internals._header = `${firstLine}${lines}\r\n`
    internals._headerSent = false
  }

  // A listener for each response would cost more.
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event === 'close') this.exchange?.close(this.isWritten)
    return super.emit(event, ...args)
  }

  // Called by node when the response has finished. Node 22 finishes one whose socket was destroyed, too.
  override detachSocket(socket: Socket): void {
    this.isWritten = !socket.destroyed
    super.detachSocket(socket)
  }
}
