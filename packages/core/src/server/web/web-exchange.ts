// On the request path: one object for each request of a host with the Fetch API.
import { BadRequestError, ClientClosedRequestError, InternalError, ignore } from '../../errors/index.ts'
import { readToEnd, type Call, type Served } from '../../operation/index.ts'
import type { TimerWheel } from '../../frame/index.ts'
import type { IncomingHeaders } from '../../route/index.ts'
import type { ReadForwarding } from '../message/forwarding.ts'
import { HttpExchange, resetReason, type PromisedStream } from '../message/http-exchange.ts'
import { refuseLength, tooLarge } from '../message/body-limits.ts'
import type { ContentCodings } from '../message/content-codings.ts'
import { decodeBody, encodedLimit } from '../message/decoded-body.ts'
import { WebBody } from './web-body.ts'

/** What a `Request` itself does not have. */
export interface WebOrigin {
  /** Address of the client, or of the last proxy. */
  readonly peer: string
  readonly readForwarding: ReadForwarding | undefined
  readonly codings: ContentCodings
  /** Header of the answer that carries the id of the request. */
  readonly requestIdHeader: string | undefined
}

/** A `Request` and the `Response` to it. */
export class WebExchange extends HttpExchange implements Call {
  readonly method: string
  protected readonly peer: string
  readonly codings: ContentCodings
  protected readonly readForwarding: ReadForwarding | undefined
  protected readonly requestIdHeader: string | undefined
  /** The answer; rejects if there will be none. */
  readonly response: Promise<Response>
  /** Resolves when the exchange is over. */
  readonly settled: Promise<void>
  readonly #request: Request
  #headers: IncomingHeaders | undefined = undefined
  #served: Served | undefined = undefined
  #body: WebBody | undefined = undefined
  /** Holds the deadline, once there is one. */
  #wheel: TimerWheel | undefined = undefined
  #resolve!: (response: Response) => void
  #reject!: (reason: unknown) => void
  #onSettled!: () => void
  #isBodyTaken = false
  #isSettled = false
  // How it ended, kept until `begin` is called.
  #ending: readonly [completed: boolean, bytes: number, reason: unknown] | undefined = undefined

  constructor(request: Request, { peer, readForwarding, codings, requestIdHeader }: WebOrigin) {
    super()
    this.#request = request
    this.peer = peer
    this.readForwarding = readForwarding
    this.codings = codings
    this.requestIdHeader = requestIdHeader
    this.method = request.method
    this.hasBody = request.body !== null
    this.setTarget(toTarget(request.url))
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.settled = new Promise((resolve) => {
      this.#onSettled = resolve
    })
  }

  onDeadlineSet(wheel: TimerWheel): void {
    this.#wheel = wheel
    if (this.#isSettled || this.#body !== undefined) return
    wheel.hold()
    const release = (): void => wheel.release()
    this.response.then(release, release)
  }

  /** Sets what is called at the end, which may have come already. */
  begin(served: Served): void {
    this.#served = served
    if (this.#ending !== undefined) return this.#settle(...this.#ending)
    const { signal } = this.#request
    if (signal.aborted) this.#abort()
    else signal.addEventListener('abort', this.#abort, { once: true })
  }

  protected get ownScheme(): string {
    return new URL(this.#request.url).protocol.slice(0, -1)
  }

  protected get ownHost(): string {
    return new URL(this.#request.url).host
  }

  meta(name: string): string | undefined {
    return this.#request.headers.get(name) ?? undefined
  }

  headers(): IncomingHeaders {
    return (this.#headers ??= Object.fromEntries(this.#request.headers))
  }

  protected async collectBody(maxBytes: number): Promise<Uint8Array> {
    return readToEnd(this.bodyStream(maxBytes))
  }

  bodyStream(maxBytes: number): AsyncIterable<Uint8Array> {
    const coding = this.codings.of(this.meta('content-encoding'))
    return coding === undefined
      ? this.#arriving(maxBytes)
      : decodeBody(coding, this.#arriving(encodedLimit(maxBytes)), maxBytes)
  }

  async *#arriving(maxBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
    const reader = this.#takeBody(maxBytes)
    if (reader === undefined) return
    let received = 0
    try {
      for (;;) {
        const { done, value } = await read(reader, this.#request.signal)
        if (done) return
        received += value.byteLength
        if (received > maxBytes) throw tooLarge(maxBytes)
        yield value
      }
    } finally {
      reader.cancel().catch(ignore)
    }
  }

  #takeBody(maxBytes: number): ReadableStreamDefaultReader<Uint8Array> | undefined {
    const { body } = this.#request
    if (body === null) return undefined
    if (this.#isBodyTaken || body.locked) throw new InternalError('The body was read already.')
    refuseLength(this.meta('content-length'), maxBytes)
    this.#isBodyTaken = true
    return body.getReader() as ReadableStreamDefaultReader<Uint8Array>
  }

  protected get isOver(): boolean {
    return this.#isSettled
  }

  protected writeHead(status: number, flat: string[]): void {
    this.#answer(null, { status, headers: toHeaders(flat) }, 0)
  }

  protected writeText(status: number, flat: string[], text: string): void {
    const headers = toHeaders(flat)
    const bytes = Buffer.from(text)
    headers.set('content-length', String(bytes.byteLength))
    // Response would set text/plain for a text without a type.
    const body = headers.has('content-type') ? text : bytes
    this.#answer((text === '' ? null : body) as string | null, { status, headers }, bytes.byteLength)
  }

  protected writeBytes(status: number, flat: string[], bytes: Uint8Array): void {
    const headers = toHeaders(flat)
    headers.set('content-length', String(bytes.byteLength))
    this.#answer(bytes as never, { status, headers }, bytes.byteLength)
  }

  #answer(body: string | null, init: ResponseInit, bytes: number): void {
    this.#resolve(new Response(body, init))
    this.#end(true, bytes, undefined)
  }

  protected writeStream(status: number, flat: string[], { stream, promised }: PromisedStream): void {
    const wheel = this.#wheel
    const body = new WebBody(stream, { promised, wheel, onEnd: (...ending) => this.#end(...ending) })
    this.#body = body
    this.#resolve(new Response(body.stream as unknown as null, { status, headers: toHeaders(flat) }))
  }

  reset(reason: unknown): void {
    if (this.#isSettled) return
    const error = resetReason(reason)
    this.#fail(error)
    this.#end(false, this.#body?.bytes ?? 0, error)
  }

  endUnread(reason: unknown): void {
    if (this.#body?.isUnread() === true) this.#leave(reason)
  }

  // A field, so that the same function can be removed from the signal.
  readonly #abort = (): void => this.#leave(this.#request.signal.reason)

  /** The client has gone. */
  #leave(reason: unknown): void {
    if (this.#isSettled) return
    this.#fail(reason)
    this.#end(false, this.#body?.bytes ?? 0, undefined)
  }

  #fail(reason: unknown): void {
    if (this.#body === undefined) this.#reject(reason)
    else this.#body.fail(reason)
  }

  #end(completed: boolean, bytes: number, reason: unknown): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#request.signal.removeEventListener('abort', this.#abort)
    if (this.hasBody && !this.#isBodyTaken && !this.#request.bodyUsed)
      this.#request.body?.cancel().catch(ignore)
    if (this.#served === undefined) this.#ending = [completed, bytes, reason]
    else this.#settle(completed, bytes, reason)
  }

  #settle(completed: boolean, bytes: number, reason: unknown): void {
    this.#served?.settle(completed, bytes, reason)
    this.#onSettled()
  }
}

/** Path and query of a URL that `Request` has already parsed and encoded. */
function toTarget(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start === -1) return '/'
  const end = url.indexOf('#', start)
  return end === -1 ? url.slice(start) : url.slice(start, end)
}

function toHeaders(flat: readonly string[]): Headers {
  const headers = new Headers()
  // Appended, so that each `set-cookie` stays a line of its own.
  for (let i = 0; i < flat.length; i += 2) headers.append(flat[i] as string, flat[i + 1] as string)
  return headers
}

type Chunk = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']>>

function read(reader: ReadableStreamDefaultReader<Uint8Array>, signal: AbortSignal): Promise<Chunk> {
  return reader.read().catch((error: unknown) => {
    const Class = signal.aborted ? ClientClosedRequestError : BadRequestError
    throw new Class('The body was aborted.', { cause: error })
  })
}
