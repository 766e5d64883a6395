import type { Readable } from 'node:stream'
import type { TimerWheel } from '../frame/index.ts'
import type { AnswerBody, LaidHeaders, Outcome } from '../route/index.ts'
import type { TakeOver } from './take-over.ts'
import type { Switching } from './switching.ts'

/** What is delivered of an outcome: a text, bytes, a stream, or nothing. A stream is closed when the rest is not needed. */
export type Payload = AnswerBody | Readable

/** Is called with a body, once: its bytes, or the error in their place. */
export interface BodyTaker {
  onBody(bytes: Uint8Array): void
  onBodyError(error: Error): void
}

/** Places of input besides the path and the body. */
export type InputSource = 'query' | 'headers' | 'cookies'

/**
 * One call of an operation from a transport, and the way back for its outcome. One object per call, so that the request path
 * allocates once.
 */
export interface Call {
  /** As received, upper case; that of the route if there is no request. */
  readonly method: string
  /** Target in origin form, not decoded: `/a/b?c=d`. */
  readonly url: string
  /** Path part of `url`. */
  readonly path: string
  /** Address of the caller, after the trusted-proxy rule. */
  readonly remoteAddress: string
  /** `https` or `http`, as the caller sent it. */
  readonly scheme: string
  /** Host and port that the caller addressed. */
  readonly host: string
  /** Scheme and host as browsers write them. */
  readonly origin: string
  /** Set by the dispatcher before anything is answered: an id that texts of the transport may contain unchanged. */
  requestId?: string
  /** Whether the call announced a body. */
  readonly hasBody: boolean
  /** Whether a callback of the event loop only serves this call, so that nothing after it can see its frame. */
  readonly isWholeCallback?: boolean
  /** Other values of the call, by lower-case name: over HTTP a header, its repeated lines joined (RFC 9110 §5.3). */
  meta(name: string): string | undefined
  /** A cookie by name, decoded. */
  cookie(name: string): string | undefined
  /** The fields of a place as they came, before any schema. */
  input(place: InputSource): unknown
  /** The body, if it comes as a value: the call's own copy. */
  body?(): unknown
  /** The caller, if the call itself names it: all that the `authenticate` middleware of its plan would add, which then does not run. */
  readonly caller?: Readonly<Record<string, unknown>> | undefined
  /**
   * The whole body. Called at most once, and never together with `bodyStream`.
   * @throws {ContentTooLargeError} when more than `maxBytes` come, announced or counted
   * @throws {BadRequestError} when the body ends early
   */
  readBody(maxBytes: number): Promise<Uint8Array>
  /**
   * Replaces `readBody` if there is a body, for transports that need no promise. May call the taker before it returns.
   * @throws what `readBody` would reject with before it waits
   */
  takeBody?(maxBytes: number, taker: BodyTaker): void
  /** The body as it arrives, with the same limit and errors. */
  bodyStream(maxBytes: number): AsyncIterable<Uint8Array>
  /** Whether the value of an outcome with this status is delivered; if not, its stream is not begun. */
  takesValue(status: number): boolean
  /**
   * Makes the payload to deliver. A stream is not read here: its first piece is awaited before `deliver`.
   *
   * @throws for an outcome that cannot be delivered
   */
  encode(outcome: Outcome): Payload
  /**
   * Delivers an outcome with the payload that `encode` made of it. Its headers must not be kept.
   *
   * @throws for a header that cannot be written; nothing was sent then, and it may be called once more
   */
  deliver(outcome: Outcome, payload: Payload): void
  /**
   * Hands the transport's own request and response to a mounted handler, which then answers by itself. The outcome's headers are
   * set before; those of `laid` that are added to others are corrected when the handler has set its own. Only transports that
   * have such objects offer it. The call settles when that response ends. A body above the limit breaks the connection, since
   * the handler may be about to answer.
   *
   * @returns rejects with what the handler threw before it began to answer; `deliver` may then be called
   */
  handOver?(outcome: Outcome, to: TakeOver, laid?: LaidHeaders): Promise<void>
  /**
   * Takes the response back from a mounted handler, or the connection from the code that was to switch it. Their calls have no
   * effect from then on.
   *
   * @returns whether the answer had not begun; `deliver` may then be called
   */
  takeBack?(): boolean
  /**
   * The protocol to which this call asks to switch and that its route offers, in lower case; `''` if there is none. Only
   * transports that can switch have it.
   */
  readonly switchesTo?: string | undefined
  /**
   * Hands the connection to code that speaks another protocol on it, for the rest of its life. Only transports that can offer
   * it, and only if `switchesTo` names a protocol. The call settles when the connection closes.
   *
   * @returns rejects with an error from before anything was written; `deliver` may then be called
   */
  switchProtocols?(outcome: Outcome, switching: Switching): Promise<void>
  /** Status that was sent, if it may differ from the outcome's: by a mounted handler, or for an answer that could not be written. */
  readonly statusSent?: number | undefined
  /** A deadline was set: the wheel keeps the process alive while a caller waits for the answer and no socket does. */
  onDeadlineSet?(wheel: TimerWheel): void
  /**
   * Ends a delivered stream whose reader seems to be gone: it neither waits for a piece, nor has asked for one since the last
   * call of this. Only transports whose readers can leave unnoticed offer it.
   *
   * @param reason - the error for a reader that comes back
   */
  endUnread?(reason: unknown): void
  /** The answer cannot be completed: the caller must see a broken connection, not a clean end. */
  reset(reason: unknown): void
}

/** A call that a transport dispatched, as the transport sees it; `settle` is called exactly once. */
export interface Served {
  /** Name of the route, for the drain report. */
  readonly label: string
  /** When the call was received, milliseconds of `performance.now()`; for the drain report. */
  readonly startedAt: number
  /**
   * The call is over for the transport: the last byte left (`completed`), or the caller went away or the answer was reset.
   * Aborts the signal in the latter cases.
   */
  settle(completed: boolean, bytes: number, reason?: unknown): void
}

/** Runs plans for a transport. */
export interface Dispatcher {
  /** Header with a request's id, for answers that no dispatcher sees; `undefined` for none. */
  readonly requestIdHeader?: string | undefined
  /** An id, made as those of requests, for what a connection sent that is not a request. Never throws. */
  newRequestId?(): string
  /**
   * Returns the protocol, in lower case, to which the route of a request may switch its connection. `undefined` if no route of
   * the app does, so that nothing is looked up.
   */
  readonly upgrades?: ((method: string, path: string) => string | undefined) | undefined
  /** Takes a call: matches, runs the plan, delivers. Never throws. May deliver before it returns. */
  dispatch(call: Call): Served
  /** Answers a call that the transport found malformed, with the same error format, headers and log. */
  refuse(call: Call, error: unknown): Served
  /** Calls that have not settled or whose handler still runs after its answer, and work that they detached. */
  inFlight(): readonly Pick<Served, 'label' | 'startedAt'>[]
  /** Resolves when nothing is in flight, or when the signal aborts. */
  whenIdle(signal: AbortSignal): Promise<void>
}
