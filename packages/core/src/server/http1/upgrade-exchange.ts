// On the request path of requests that switch the protocol of their connection: node has removed its parser from the socket.
import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { InternalError, isFieldValue, isFramingHeader, isToken } from '../../errors/index.ts'
import type { Payload, Switching } from '../../operation/index.ts'
import type { Outcome } from '../../route/index.ts'
import type { Connection } from './connection.ts'
import { NodeExchange } from './node-exchange.ts'
import { onLastInput } from './node-internals.ts'
import { NodeResponse, type NodeRequest } from './node-messages.ts'
import { gateWrites, onFirstWrite, type SocketGate } from './socket-gate.ts'

/** How long input before the client's end may stay unread, ms. */
const UNREAD_MS = 2_000

/** Who uses the connection: the exchange; the taker; or the exchange again, though the taker may still write. */
type Holder = 'own' | 'lent' | 'reclaimed'

/** A request that asks to switch to the protocol of its route. Its answer is always the last of the connection. */
export class UpgradeExchange extends NodeExchange {
  readonly #protocol: string
  readonly #head: Buffer
  readonly #socket: Socket
  readonly #connection: Connection
  #holder: Holder = 'own'
  /** Status of what the taker wrote first; 0 if that is not a head. */
  #statusWritten: number | undefined = undefined
  #isBroken = false
  /** Bytes that were written on the connection before it was lent. */
  #bytesBefore = 0
  #switching: Switching | undefined = undefined
  #gate: SocketGate | undefined = undefined

  constructor(request: NodeRequest, connection: Connection, asked: { protocol: string; head: Buffer }) {
    super(request, new NodeResponse(request), connection)
    this.#protocol = asked.protocol
    this.#head = asked.head
    this.#socket = connection.socket
    this.#connection = connection
    const { response } = this
    response.exchange = this
    response.shouldKeepAlive = false
    response.assignSocket(this.#socket)
    response.on('finish', () => this.#onAnswered())
    // Node has removed its own listeners.
    this.#socket.on('drain', () => this.#holder === 'lent' || response.emit('drain'))
    this.#socket.on('error', () => (this.#isBroken = true))
  }

  /** An ordinary answer was sent: the connection ends, and further input is read for a while. */
  #onAnswered(): void {
    const { response } = this
    const connection = this.#connection
    response.detachSocket(this.#socket)
    connection.linger()
    this.#socket.on('data', () => connection.takeUnserved())
    response.emit('close')
  }

  async switchProtocols({ headers }: Outcome, switching: Switching): Promise<void> {
    this.addId(headers)
    if (this.isOver) return
    const lines = headLinesOf(headers.flat)
    const socket = this.#socket
    this.#holder = 'lent'
    this.#switching = switching
    this.#bytesBefore = socket.bytesWritten
    this.response.detachSocket(socket)
    this.#gate = onFirstWrite(socket, (chunk) => this.#onFirstWrite(chunk, lines))
    this.#endWithClient()
    try {
      await switching.take(this.request, socket, this.#head)
    } catch (error) {
      if (this.state !== 'open' || (this.#holder as Holder) === 'reclaimed') throw error
      if (this.takeBack()) throw error
      this.reset(error)
    }
  }

  /** Ends the socket with the client, unless the taker listens for the end itself. */
  #endWithClient(): void {
    const socket = this.#socket
    const others = socket.listenerCount('end')
    socket.on('end', () => {
      if (this.#holder === 'lent' && socket.listenerCount('end') === others + 1) socket.end()
    })
    onLastInput(socket, () => {
      const timer = setTimeout(() => this.#passUnread(), UNREAD_MS).unref()
      socket.once('close', () => clearTimeout(timer))
    })
  }

  /** Discards input that nobody has begun to read, since the end comes only after it. */
  #passUnread(): void {
    const socket = this.#socket
    if (this.#holder === 'lent' && socket.readableFlowing === null && socket.listenerCount('readable') === 0)
      socket.resume()
  }

  #onFirstWrite(chunk: string | Uint8Array, lines: string): string | Uint8Array {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1')
    const [line, status] = /^HTTP\/1\.[01] (\d{3})[^\r\n]*\r\n/.exec(text) ?? []
    this.#statusWritten = Number(status ?? 0)
    if (line === undefined || this.#statusWritten !== 101) return chunk
    this.#switching?.onSwitched()
    const whole = line + lines + text.slice(line.length)
    return typeof chunk === 'string' ? whole : Buffer.from(whole, 'latin1')
  }

  override get switchesTo(): string {
    return this.#protocol
  }

  override get statusSent(): number | undefined {
    return this.#holder === 'lent' ? this.#statusWritten : super.statusSent
  }

  override takeBack(): boolean {
    if (this.#holder !== 'lent') return super.takeBack()
    if (this.#statusWritten !== undefined || this.state !== 'open' || this.#socket.destroyed) return false
    this.#gate?.open()
    this.#holder = 'reclaimed'
    this.response.assignSocket(this.#socket)
    return true
  }

  protected override respond(status: number, flat: string[], payload: Payload): void {
    super.respond(status, flat, payload)
    if (this.#holder === 'reclaimed') gateWrites(this.#socket)
  }

  override close(completed: boolean): void {
    if (this.state === 'settled' || this.#holder !== 'lent') return super.close(completed)
    this.bytes = this.#socket.bytesWritten - this.#bytesBefore
    this.#switching?.onClosed()
    super.close(this.#statusWritten !== undefined && !this.#isBroken)
  }
}

/** @throws {InternalError} for a header that cannot be written */
function headLinesOf(flat: readonly string[]): string {
  let lines = ''
  for (let i = 0; i < flat.length; i += 2) {
    const [name, value] = [flat[i] as string, flat[i + 1] as string]
    if (isFramingHeader(name) || name === 'upgrade') continue
    if (!isToken(name) || !isFieldValue(value))
      throw new InternalError(`The header ${name} cannot be written.`)
    lines += `${name}: ${value}\r\n`
  }
  return lines
}
