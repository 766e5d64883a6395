import type { Readable } from 'node:stream'
import type { TimerWheel } from '../frame/index.ts'
import type { AnswerBody, LaidHeaders, Outcome } from '../route/index.ts'
import type { TakeOver } from './take-over.ts'
import type { Switching } from './switching.ts'

/** What is delivered of an outcome: a text, bytes, a stream, or nothing. A stream is closed when nobody wants the rest. */
export type Payload = AnswerBody | Readable

/** Gets a body by a call, once: its bytes, or why they did not come. */
export interface BodyTaker {
  onBody(bytes: Uint8Array): void
  onBodyError(error: Error): void
}

/** Where input comes from besides the path. */
export type InputSource = 'query' | 'headers' | 'cookies'

/**
 * One call of an operation, as a transport brings it, and the way back for its outcome. One object per call, so that the
 * request path allocates once.
 */
export interface Call {
  /** As received, upper case; that of the route where no request was. */
  readonly method: string
  /** Target in origin form, not decoded: `/a/b?c=d`. */
  readonly url: string
  /** Path part of `url`. */
  readonly path: string
  /** Address of the caller, after the trusted-proxy rule. */
  readonly remoteAddress: string
  /** `https` or `http`, as the caller asked. */
  readonly scheme: string
  /** Host and port that the caller asked. */
  readonly host: string
  /** Both as browsers write them. */
  readonly origin: string
  /** Set by who serves it before anything is answered: an id that is safe in texts of the transport as it stands. */
  requestId?: string
  /** Whether the call announced a body. */
  readonly hasBody: boolean
  /** Whether to serve it is all that a callback of the event loop does, and nothing follows that might see its frame. */
  readonly isWholeCallback?: boolean
  /** What comes besides input, by lower-case name: over HTTP a header, of which repeated lines are joined (RFC 9110 §5.3). */
  meta(name: string): string | undefined
  /** A cookie by name, decoded. */
  cookie(name: string): string | undefined
  /** The fields of a place as they came, before any schema. */
  input(place: InputSource): unknown
  /** The body, where it comes as a value: the call's own copy. */
  body?(): unknown
  /** Who calls, where the call itself says so: all that the `authenticate` middleware of its plan would add, which then does not run. */
  readonly caller?: Readonly<Record<string, unknown>> | undefined
  /**
   * The whole body. Called at most once, and never together with `bodyStream`.
   * @throws {ContentTooLargeError} when more than `maxBytes` come, announced or counted
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
  /** Whether the value of an outcome with this status is delivered; if not, its stream need not be begun. */
  takesValue(status: number): boolean
  /**
   * Makes what is to be delivered. A stream is not read yet: its first piece is awaited before `deliver`.
   *
   * @throws what the outcome has that cannot be delivered
   */
  encode(outcome: Outcome): Payload
  /**
   * Delivers an outcome with what `encode` made of it. Its headers may not be kept.
   *
   * @throws what a header is that cannot be written; nothing was sent then, and it may be called once more
   */
  deliver(outcome: Outcome, payload: Payload): void
  /**
   * Hands the transport's own request and response to a foreign handler, which then answers by itself; the outcome's headers
   * are set before, and those of `laid` that stand besides others put right when it has set its own. Only transports that have
   * such objects offer it. The call settles when that response ends. More than the largest body break the connection: nobody
   * knows whether the handler is about to answer.
   *
   * @returns rejects with what the handler threw before it began to answer; `deliver` may then be called
   */
  handOver?(outcome: Outcome, to: TakeOver, laid?: LaidHeaders): Promise<void>
  /**
   * Takes the response back from a foreign handler, or the connection from who was to switch it; their calls have no effect
   * from then on.
   *
   * @returns whether it had it and had not begun to answer; `deliver` may then be called
   */
  takeBack?(): boolean
  /**
   * The protocol to which this call asks to switch, and its route offers to, in lower case; `''` where one of both does not.
   * Only transports that can switch have it.
   */
  readonly switchesTo?: string | undefined
  /**
   * Lends the connection to who speaks another protocol on it, for the rest of its life. Only transports that can offer it,
   * and only where `switchesTo` says so. The call settles when the connection closes.
   *
   * @returns rejects with what went wrong before anything was written; `deliver` may then be called
   */
  switchProtocols?(outcome: Outcome, switching: Switching): Promise<void>
  /** Status that was sent, where that may be another than the outcome's: by a foreign handler, or for an answer that could not be written. */
  readonly statusSent?: number | undefined
  /** A deadline runs: the wheel is held while somebody waits for the answer and no socket keeps the process alive. */
  onDeadlineSet?(wheel: TimerWheel): void
  /**
   * Ends a stream that was delivered, where its reader seems to have gone without a word: nobody waits for a piece of it, nor has
   * asked for one since this was called before. Only transports whose readers may do that offer it.
   *
   * @param reason - what a reader is told that comes back
   */
  endUnread?(reason: unknown): void
  /** The answer cannot be completed: the caller must see a broken connection, never a clean end. */
  reset(reason: unknown): void
}

/** What a transport tells of a call that it brought; `settle` is called exactly once. */
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
  /** Header that carries a request's id, for answers that no dispatcher sees; undefined for none. */
  readonly requestIdHeader?: string | undefined
  /** An id for what came by a connection and is not a request, made as those of requests are. Never throws. */
  newRequestId?(): string
  /**
   * The protocol, in lower case, to which the route of a request may switch its connection. `undefined` where no route of the
   * app does, so that nobody need be asked.
   */
  readonly upgrades?: ((method: string, path: string) => string | undefined) | undefined
  /** Takes a call: matches, runs the plan, delivers. Never throws. May deliver before it returns. */
  dispatch(call: Call): Served
  /** Answers a call that the transport found malformed, by the same error format, headers and log. */
  refuse(call: Call, error: unknown): Served
  /** Calls that have not settled, or whose handler still runs after its answer was given, and work that they detached. */
  inFlight(): readonly Pick<Served, 'label' | 'startedAt'>[]
  /** Resolves when nothing is in flight, or when the signal aborts. */
  whenIdle(signal: AbortSignal): Promise<void>
}
