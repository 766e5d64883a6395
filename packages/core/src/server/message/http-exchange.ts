// On the request path: what all HTTP transports do with a request and its answer.
import { InternalError } from '../../errors/index.ts'
import {
  discardStream,
  isBodiless,
  type Call,
  type InputSource,
  type OperationContext,
  type Payload,
  type PipelineOutcome,
  type StreamBody,
} from '../../operation/index.ts'
import {
  holdsHeader,
  removeHeader,
  type IncomingHeaders,
  type Outcome,
  type ResponseHeaders,
} from '../../route/index.ts'
import { parseCookies, parseQuery } from '../../schema/index.ts'
import { checkRange, hasFraming, headLength, takeFraming } from './framing.ts'
import { normalizeAuthority } from './authority.ts'
import { encode } from './encode.ts'
import type { ContentCodings } from './content-codings.ts'
import type { Forwarding, ReadForwarding } from './forwarding.ts'

const NO_BYTES: Promise<Uint8Array> = Promise.resolve(new Uint8Array(0))

/** A request and its answer over HTTP. A transport provides their parts, and writes the answer. */
export abstract class HttpExchange implements Partial<Call> {
  abstract readonly method: string
  url = ''
  path = ''
  /** Query of the target, without `?`; `''` for none. */
  search = ''
  requestId = ''
  hasBody = false
  /** Address of the peer. */
  protected abstract readonly peer: string
  /** Content codings that the app decodes. */
  abstract readonly codings: ContentCodings
  /** Reads the headers of trusted proxies; undefined if none is trusted. */
  protected abstract readonly readForwarding: ReadForwarding | undefined
  /** `http` or `https`, of the connection itself. */
  protected abstract readonly ownScheme: string
  /** Host and port that the request itself has. */
  protected abstract readonly ownHost: string
  /** Header of an answer that carries the id, lower case; `undefined` for none. */
  protected abstract readonly requestIdHeader: string | undefined

  /** Parsed once, at the first read of a cookie by name. */
  #cookies: Readonly<Record<string, string>> | undefined = undefined
  /** Null until it is read. */
  #forwarding: Forwarding | undefined | null = null

  /** What trusted proxies say, if the request comes from one. Read once, on demand. */
  get forwarding(): Forwarding | undefined {
    if (this.#forwarding !== null) return this.#forwarding
    return (this.#forwarding = this.readForwarding?.(this.peer, (name) => this.meta(name)))
  }

  /** `http` or `https`, as the client used it: of the connection, or as a trusted proxy says. */
  get scheme(): string {
    return this.forwarding?.scheme ?? this.ownScheme
  }

  /** Host and port that the client requested, checked by RFC 9110 §7.2; `localhost` if HTTP/1.0 has none. */
  get host(): string {
    return this.forwarding?.host ?? this.ownHost
  }

  get origin(): string {
    const { scheme } = this
    return `${scheme}://${normalizeAuthority(this.host, scheme)}`
  }

  /** Address of the client: of the peer, or as trusted proxies say. */
  get remoteAddress(): string {
    return this.forwarding?.address ?? this.peer
  }

  /** @param url - the target in origin form */
  setTarget(url: string): void {
    const at = url.indexOf('?')
    this.url = url
    this.path = at === -1 ? url : url.slice(0, at)
    this.search = at === -1 ? '' : url.slice(at + 1)
  }

  abstract meta(name: string): string | undefined
  /** Request headers by lower-case name. */
  abstract headers(): IncomingHeaders

  cookie(name: string): string | undefined {
    return (this.#cookies ??= parseCookies(this.meta('cookie')))[name]
  }

  input(place: InputSource): unknown {
    if (place === 'query') return parseQuery(this.search)
    return place === 'headers' ? this.headers() : parseCookies(this.meta('cookie'))
  }

  readBody(maxBytes: number): Promise<Uint8Array> {
    return this.hasBody ? this.collectBody(maxBytes) : NO_BYTES
  }

  /** Reads the whole body, if there is one. */
  protected abstract collectBody(maxBytes: number): Promise<Uint8Array>

  takesValue(status: number): boolean {
    return this.method !== 'HEAD' && !isBodiless(status)
  }

  encode(outcome: Outcome): Payload {
    return encode(outcome as PipelineOutcome)
  }

  deliver({ status, headers }: Outcome, payload: Payload): void {
    this.addId(headers)
    if (this.isOver) discardStream(payload)
    else this.respond(status, headers.flat, payload)
  }

  protected addId({ flat }: ResponseHeaders): void {
    const { requestIdHeader } = this
    if (requestIdHeader === undefined) return
    if (holdsHeader(flat, requestIdHeader)) removeHeader(flat, requestIdHeader)
    // Checked when it was made.
    flat.push(requestIdHeader, this.requestId)
  }

  /** Whether the client can no longer be answered. */
  protected abstract readonly isOver: boolean

  protected respond(status: number, flat: string[], payload: Payload): void {
    this.frame(status, flat, payload)
  }

  /** Decides the framing of an answer and writes it (RFC 9110 §8.6, RFC 9112 §6). */
  protected frame(status: number, flat: string[], payload: Payload): void {
    // The transport frames the message; a handler may only promise a length.
    let promised = -1
    let namesUpgrade = false
    if (hasFraming(flat)) {
      const { length, isClose, isUpgrade } = takeFraming(flat)
      promised = length
      namesUpgrade = isUpgrade
      if (isClose) this.closeAfter()
    }
    if (status === 206) checkRange(flat, payload)
    this.beforeAnswer(flat, payload, namesUpgrade)
    if (!this.takesValue(status)) {
      const length = headLength({ method: this.method, status, payload, promised })
      if (length !== -1) flat.push('content-length', String(length))
      discardStream(payload)
      this.writeHead(status, flat)
    } else if (payload === undefined || typeof payload === 'string')
      this.writeText(status, flat, payload ?? '')
    else if (payload instanceof Uint8Array) this.writeBytes(status, flat, payload)
    else {
      if (promised !== -1) flat.push('content-length', String(promised))
      this.writeStream(status, flat, { stream: payload, promised })
    }
  }

  /** Called if a handler asks to close the connection. */
  protected closeAfter(): void {}
  /**
   * Lets the transport add to the head, for example `connection`.
   *
   * @param _namesUpgrade - whether the head has `upgrade`
   */
  protected beforeAnswer(_flat: string[], _payload: Payload, _namesUpgrade: boolean): void {}
  /** An answer without content. */
  protected abstract writeHead(status: number, flat: string[]): void
  protected abstract writeText(status: number, flat: string[], text: string): void
  protected abstract writeBytes(status: number, flat: string[], bytes: Uint8Array): void
  protected abstract writeStream(status: number, flat: string[], content: PromisedStream): void
}

/** A stream and the length that its head promises, bytes; -1 for none. */
export interface PromisedStream {
  readonly stream: StreamBody
  readonly promised: number
}

/** Why an answer is reset, with a default. */
export function resetReason(reason: unknown): unknown {
  return reason ?? new InternalError('The response was reset.')
}

/** The exchange of a call over HTTP, for what only HTTP has. */
export function exchangeOf(ctx: OperationContext): HttpExchange {
  return ctx['~execution'].call as Call & HttpExchange
}
