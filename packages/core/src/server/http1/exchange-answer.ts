// On the request path: the answer half of an exchange, written by node's response.
import { Buffer } from 'node:buffer'
import { ignore, ServiceUnavailableError } from '../../errors/index.ts'
import { isChunk, wrongChunk, type Payload } from '../../operation/index.ts'
import { wrongLength } from '../message/framing.ts'
import { resetReason, type PromisedStream } from '../message/http-exchange.ts'
import type { Http1Exchange, ResponseMessage } from './contract.ts'
import { ExchangeBody } from './exchange-body.ts'
import { end, flushHeaders, write } from './node-messages.ts'
import { resetSocket } from './reset-socket.ts'
import { isAscii } from './response-head.ts'
import { createSource, type SourceSink } from './response-source.ts'

/** As latin1 any bytes are a text of as many characters. Node joins a text with the head and writes both at once; bytes take a `writev`. */
const toLatin1 = Buffer.prototype.latin1Slice as (this: Uint8Array, start: number, end: number) => string

/** From some size on the copy costs more than the second piece. */
const MAX_JOINED_BYTES = 8_192

/** The answer half of an exchange. */
export abstract class ExchangeAnswer extends ExchangeBody implements Http1Exchange, SourceSink {
  abstract failLent(error: unknown): boolean
  abstract breakLent(error: unknown): boolean

  protected get isOver(): boolean {
    return this.state !== 'open' || this.response.destroyed
  }

  protected send(status: number, flat: string[], payload: Payload): void {
    try {
      this.frame(status, flat, payload)
    } catch (error) {
      // Node has stored the status line already.
      this.response.statusMessage = ''
      if (!this.response.headersSent) throw error
      this.reset(error)
    }
  }

  protected override closeAfter(): void {
    this.connection.isClosing = true
  }

  protected override beforeAnswer(flat: string[], payload: Payload, namesUpgrade: boolean): void {
    if (this.isEarly) this.giveUpBody(payload)
    const isLast = this.connection.isLast(this)
    if (namesUpgrade) flat.push('connection', this.#upgradeOption(isLast))
    else if (isLast) flat.push('connection', 'close')
    if (!isLast) return
    if (this.isEarly) this.connection.linger()
    else this.connection.isClosing = true
  }

  /** RFC 9110 §7.8: `upgrade` is also an option of `connection`. Node then adds nothing, so the option to keep or close is written here. */
  #upgradeOption(isLast: boolean): string {
    if (isLast || !this.response.shouldKeepAlive) return 'upgrade, close'
    return this.request.httpVersionMinor === 0 ? 'upgrade, keep-alive' : 'upgrade'
  }

  protected writeHead(status: number, flat: string[]): void {
    this.response.writeHead(status, flat)
    this.#end(undefined, 'latin1')
  }

  protected writeText(status: number, flat: string[], text: string): void {
    const length = Buffer.byteLength(text)
    this.#writeWholeHead(status, flat, length)
    // As many bytes as characters, so ASCII, which is cheaper to write as latin1.
    if (length === text.length) this.#end(text, 'latin1')
    else this.#end(isAscii(flat) ? text : Buffer.from(text), 'utf8')
  }

  protected writeBytes(status: number, flat: string[], bytes: Uint8Array): void {
    const length = bytes.byteLength
    this.#writeWholeHead(status, flat, length)
    this.#end(length <= MAX_JOINED_BYTES ? toLatin1.call(bytes, 0, length) : bytes, 'latin1')
  }

  #end(content: string | Uint8Array | undefined, encoding: BufferEncoding): void {
    // A mounted handler that had the response may call it again, and must not find it open.
    if (this.lending === 'reclaimed') this.response.end(content, encoding)
    else this.connection.server.answers.end(this, content, encoding)
  }

  #writeWholeHead(status: number, flat: string[], length: number): void {
    this.bytes = length
    // For a response that was lent node uses its own record of headers, even an empty one.
    if (this.lending === 'reclaimed') {
      this.response.writeHead(status, [...flat, 'content-length', String(length)])
      return
    }
    this.wholeHead = flat
    this.wholeLength = length
    this.response.writeHead(status, flat)
  }

  protected writeStream(status: number, flat: string[], { stream, promised }: PromisedStream): void {
    const { response, request } = this
    this.promised = promised
    // RFC 9112 §6.1: no chunks for an HTTP/1.0 client, even if it sends `TE: chunked` (node would).
    if (request.httpVersionMinor === 0) response.useChunkedEncodingByDefault = false
    response.writeHead(status, flat)
    response.on('drain', onResponseDrain)
    response.on('error', ignore)
    const source = createSource(stream, this)
    this.source = source
    source.start()
    // The head is sent with the first chunk if that comes soon, but does not wait for it.
    if (this.bytes === 0) setImmediate(flushHead, this)
  }

  /** Sends the head before the first chunk has come. */
  flushHead(): void {
    if (this.bytes === 0 && this.state === 'open' && !this.response.writableEnded)
      flushHeaders.call(this.response)
  }

  writeChunk(chunk: string | Uint8Array): boolean {
    if (this.state !== 'open') return true
    const isText = typeof chunk === 'string'
    if (!isChunk(chunk)) return this.#abandonSource(wrongChunk(chunk))
    const length = isText ? Buffer.byteLength(chunk) : chunk.byteLength
    if (length === 0) return true
    this.bytes += length
    if (this.promised !== -1 && this.bytes > this.promised)
      return this.#abandonSource(wrongLength('more than', this.promised))
    return write.call(this.response, chunk)
  }

  endSource(): void {
    this.source = undefined
    if (this.promised === -1 || this.bytes === this.promised) end.call(this.response)
    else this.reset(wrongLength(`${this.bytes} bytes of`, this.promised))
  }

  failSource(error: unknown): void {
    this.source = undefined
    this.reset(error)
  }

  #abandonSource(error: unknown): true {
    this.#stopSource()
    this.reset(error)
    return true
  }

  #stopSource(): void {
    const { source } = this
    this.source = undefined
    source?.stop()
  }

  drain(): void {
    this.source?.onDrain()
  }

  reset(reason: unknown): void {
    if (this.state === 'reset' || this.state === 'settled') return
    this.#break(reason)
    const { response, connection } = this
    if (!response.headersSent) {
      resetSocket(connection.socket)
      return
    }
    // The client first gets what was written, so that it sees which answer was aborted.
    if (response.socket !== null && !response.writableEnded) flushHeaders.call(response)
    setImmediate(resetSocket, connection.socket)
  }

  #break(reason: unknown): void {
    this.state = 'reset'
    this.reason ??= resetReason(reason)
    this.#stopSource()
  }

  cut(): void {
    if (this.state === 'settled') return
    this.#break(new ServiceUnavailableError('The server was stopped.'))
    resetSocket(this.connection.socket)
  }

  onWritten(): void {
    if (this.state === 'open') this.state = 'written'
  }

  close(completed: boolean): void {
    if (this.state === 'settled') return
    this.state = 'settled'
    this.previous = undefined
    this.#stopSource()
    this.releaseBody(completed)
    this.connection.leave(this, completed)
    this.served?.settle(completed && this.reason === undefined, this.bytes, this.reason)
  }
}

function onResponseDrain(this: ResponseMessage): void {
  this.exchange?.drain()
}

function flushHead(exchange: ExchangeAnswer): void {
  exchange.flushHead()
}
