import type { Readable } from 'node:stream'
import type { TimerWheel } from '../frame/index.ts'
import type { IncomingHeaders, ResponseHeaders } from '../routing/index.ts'

/** A response body ready to be written. A stream is read with back-pressure and closed when the client goes away. */
export type ResponseBody = string | Uint8Array | Readable | AsyncIterable<string | Uint8Array> | undefined

/** Gets a body by a call, once: its bytes, or why they did not come. */
export interface BodyTaker {
  onBody(bytes: Uint8Array): void
  onBodyError(error: Error): void
}

/** What trusted proxies say about a request. */
export interface Forwarding {
  /** Header in which they name the client. */
  readonly header: string
  /** Address of the client. */
  readonly address: string
  /** Their entries in that header, from the client on. */
  readonly entries: readonly string[]
  /** The addresses of these entries. */
  readonly addresses: readonly string[]
  /** How the client asked, `http` or `https`; undefined when none of them says. */
  readonly scheme: string | undefined
  /** Host and port that the client asked; undefined when none of them says. */
  readonly host: string | undefined
}

/**
 * One request and its answer, as a transport offers them to the dispatcher. One object per request, so that
 * the request path allocates once.
 */
export interface Exchange {
  /** As received, upper case. */
  readonly method: string
  /** Request target in origin form, not decoded: `/a/b?c=d`. */
  readonly url: string
  /** Path part of `url`. */
  readonly path: string
  /** Query part of `url`, without `?`; `''` where there is none. */
  readonly search: string
  /** Peer address, after the trusted-proxy rule. */
  readonly remoteAddress: string
  /** `http` or `https`, as the client asked: by the connection, or by the word of a trusted proxy. */
  readonly scheme: string
  /** Host and port that the client asked, checked as RFC 9110 §7.2 says; `localhost` where HTTP/1.0 names none. */
  readonly host: string
  /** What trusted proxies say, when the request comes from one. */
  readonly forwarding?: Forwarding | undefined
  /** Set by who serves it before anything is answered: an id that is a field value (RFC 9110 §5.5) as it stands. */
  requestId?: string
  /** Whether the request announced a body (RFC 9112 §6.3). */
  readonly hasBody: boolean
  /** Whether to dispatch it is all that a callback of the event loop does, and nothing follows that might see its frame. */
  readonly isWholeCallback?: boolean
  /** A request header by lower-case name; repeated ones are joined as RFC 9110 §5.3 says. */
  header(name: string): string | undefined
  headers(): IncomingHeaders
  /**
   * The whole body. Called at most once, and never together with `bodyStream`.
   * @throws {PayloadTooLargeError} when more than `maxBytes` come, announced or counted
   * @throws {BadRequestError} when the body ends early
   */
  readBody(maxBytes: number): Promise<Uint8Array>
  /**
   * In place of `readBody` where there is a body, for transports that can do without a promise. May call the taker before
   * it returns.
   * @throws what `readBody` would reject with before it waits
   */
  takeBody?(maxBytes: number, taker: BodyTaker): void
  /** The body as it arrives, with the same bound and errors. */
  bodyStream(maxBytes: number): AsyncIterable<Uint8Array>
  /**
   * Sends the answer, of which the first piece is there, if it is a stream. `headers` may not be kept. A HEAD request gets
   * no body here, only headers.
   *
   * @throws what a header is that cannot be written; nothing was sent then, and it may be called once more
   */
  respond(status: number, headers: ResponseHeaders, body: ResponseBody): void
  /**
   * Hands the transport's own request and response to a foreign handler, which then answers by itself; `headers` are set
   * before. Only transports that have such objects offer it. The exchange settles when that response ends. More than
   * `maxBodyBytes` of a body break the connection: nobody knows whether the handler is about to answer.
   *
   * @returns rejects with what the handler threw before it began to answer; `respond` may then be called
   */
  takeOver?(
    headers: ResponseHeaders,
    run: (request: unknown, response: unknown) => unknown,
    maxBodyBytes?: number,
  ): Promise<void>
  /**
   * Takes the response back from a foreign handler, whose calls have no effect from then on.
   *
   * @returns whether it had it and had not begun to answer; `respond` may then be called
   */
  takeBack?(): boolean
  /** Status that was written, where that may be another than `respond` was given: by a foreign handler, or for an answer that could not be written. */
  readonly statusSent?: number | undefined
  /** A deadline runs: the wheel is held while somebody waits for the answer and no socket keeps the process alive. */
  onDeadlineSet?(wheel: TimerWheel): void
  /** The answer cannot be completed: the client must see a broken connection, never a clean end. */
  reset(reason: unknown): void
}

/** What the dispatcher wants to hear about an exchange that it took; `settle` is called exactly once. */
export interface Served {
  /** Name of the route, for the drain report. */
  readonly label: string
  /** When the request was received, milliseconds of `performance.now()`; for the drain report. */
  readonly startedAt: number
  /**
   * The exchange is over for the transport: the last byte left (`completed`), or the client went away or the response was reset.
   * Aborts the request's signal in the latter cases.
   */
  settle(completed: boolean, bytes: number, reason?: unknown): void
}

/** Runs plans for a transport. */
export interface Dispatcher {
  /** Header that carries a request's id, for answers that no dispatcher sees; undefined for none. */
  readonly requestIdHeader?: string | undefined
  /** An id for what came by a connection and is not a request, made as those of requests are. Never throws. */
  newRequestId?(remoteAddress: string): string
  /** Takes an exchange: matches, runs the plan, answers. Never throws. May answer before it returns. */
  dispatch(exchange: Exchange): Served
  /** Answers an exchange that the transport found malformed, by the same error format, headers and log. */
  refuse(exchange: Exchange, error: unknown): Served
  /** Requests that have not settled, or whose handler still runs after its answer was given. */
  inFlight(): readonly Served[]
  /** Resolves when nothing is in flight, or when the signal aborts. */
  whenIdle(signal: AbortSignal): Promise<void>
}
