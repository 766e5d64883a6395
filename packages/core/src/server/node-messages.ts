// On the request path: node's own message classes, each with one field more.
import type { Socket } from 'node:net'
import type { NodeExchange } from './node-exchange.ts'
import { IncomingMessage, ServerResponse } from './node-http.ts'
import type { BodySink } from './request-body.ts'

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

/** Node's response, which knows the exchange that it belongs to, so that all responses share their listeners. */
export class NodeResponse extends ServerResponse<NodeRequest> {
  exchange: NodeExchange | undefined = undefined
  /** Whether the last byte was given to the operating system. */
  isWritten = false

  // Called by node when the response has finished. Node 22 finishes one whose socket was destroyed, too.
  override detachSocket(socket: Socket): void {
    this.isWritten = !socket.destroyed
    super.detachSocket(socket)
  }
}
