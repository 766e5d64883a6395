// What the files of this room need of each other. The classes implement it, so that none of them has to know another's.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { LaidHeaders } from '../../route/index.ts'
import type { ContentCodings } from '../message/content-codings.ts'
import type { ReadForwarding } from '../message/forwarding.ts'
import type { AnswerBatch } from './answer-batch.ts'
import type { ServerLimits } from './limits.ts'

/** Where the bytes of a request's body go. */
export interface BodySink {
  /** Bytes so far. */
  received: number
  /** Whether it is the client that is waited for, and not the one who reads. */
  readonly isWaiting: boolean
  /** Takes a chunk, `null` for the end. `false` asks to be left alone until `resume`. */
  take(chunk: Buffer | null): boolean
  /** Nothing more will come. Whoever reads gets the error; `false` when nobody does. */
  fail(error: Error): boolean
}

/** Node's request, whose body can go to a sink. */
export interface RequestMessage extends IncomingMessage {
  sink: BodySink | undefined
  /** Whether the body has come to its end, and all of it went to sinks. */
  isTaken: boolean | undefined
}

/** Node's response, which knows whose answer it sends. */
export interface ResponseMessage extends ServerResponse<RequestMessage> {
  exchange: Http1Exchange | undefined
}

/** What a sink needs from the exchange whose body it takes. */
export interface BodyOwner {
  readonly request: RequestMessage
  /** Hands the body to a sink. Throws when there is none to be had, or it is announced to be too large. */
  startBody(maxBytes: number, sink: BodySink): void
  /** Nobody wants the rest. */
  discardBody(): void
  /** Even the rest that nobody wants is too much. */
  closeUnread(): void
  /** The rest that nobody wanted has come. */
  endUnread(): void
}

/**
 * How far an answer has come: it may still be given or is being written (`open`); its last byte was given to the operating
 * system (`written`); it was broken off (`reset`); nothing more will happen (`settled`).
 */
export type AnswerState = 'open' | 'written' | 'reset' | 'settled'

/** Who has request and response: the exchange; a foreign handler; or the exchange again, though the handler may yet call them. */
export type Lending = 'own' | 'lent' | 'reclaimed'

/** A request and its answer, as the parts of the server see them. */
export interface Http1Exchange extends BodyOwner {
  readonly response: ResponseMessage
  readonly connection: Http1Connection
  readonly method: string
  readonly requestId: string
  readonly state: AnswerState
  /** The request before this one on its connection, while that is not settled. */
  readonly previous: Http1Exchange | undefined
  hasBody: boolean
  /** As announced, bytes; -1 for a chunked body, whose length nobody knows before its end. */
  bodyLength: number
  /** The client waits for `100 Continue` before it sends its body (RFC 9110 §10.1.1). */
  awaitsContinue: boolean
  /** The part of the body that has come, while the client still owes the rest. */
  readonly pendingBody: BodySink | undefined
  /** The answer's head, where the length of the body is known, and that length, bytes. */
  readonly wholeHead: readonly string[] | undefined
  readonly wholeLength: number
  /** What a foreign handler's own headers are joined with. */
  readonly laid: LaidHeaders | undefined
  /** Bytes of the answer's content that were written. */
  bytes: number
  /** Somebody reads the body, or is about to. */
  continueBody(): void
  /**
   * The rest of the body will not come, or makes no sense.
   *
   * @returns whether somebody was reading it and so will answer
   */
  failBody(error: Error): boolean
  /** The foreign handler fails and has sent nothing; whether it still has what it was lent. */
  failLent(error: unknown): boolean
  /**
   * The foreign handler ends the connection under its answer.
   *
   * @returns whether there is an answer to break off
   */
  breakLent(error: unknown): boolean
  /** The answer is wrong or will not be whole, and the client must see that. */
  reset(reason: unknown): void
  /** The server ends and does not wait any longer. */
  cut(): void
  /** The socket takes more of a stream. */
  drain(): void
  /** Node has given the last byte away. */
  onWritten(): void
  /** The last byte left, or none will. Later calls change nothing. */
  close(completed: boolean): void
}

/** What the exchanges of a server share. */
export interface ServerFacts {
  readonly limits: ServerLimits
  /** Reads what trusted proxies say; undefined where none is trusted. */
  readonly readForwarding: ReadForwarding | undefined
  /** Those of bodies that are decoded. */
  readonly codings: ContentCodings
  /** Header of answers that carries the id of the request, lower case; `undefined` for none. */
  readonly requestIdHeader: string | undefined
  /** Ends answers whose length is known. */
  readonly answers: AnswerBatch
}

/** A connection, as its exchanges see it. */
export interface Http1Connection {
  readonly socket: Socket
  readonly server: ServerFacts
  /** Address of the peer; `''` where it has none, as on a Unix socket. Known beyond the end of the connection. */
  readonly address: string
  readonly scheme: 'http' | 'https'
  /** The newest request, until it is answered and has arrived completely. */
  readonly last: Http1Exchange | undefined
  /** The answer that closes the connection is decided; what still comes is not served (RFC 9112 §9.6). */
  isClosing: boolean
  /** Whether the client has closed its side or is gone; no answer is expected to reach it. */
  readonly isGone: boolean
  /** Whether the answer to this request is to be the connection's last. */
  isLast(exchange: Http1Exchange): boolean
  /** Counts a settled request out. */
  leave(exchange: Http1Exchange, completed: boolean): void
  /** A request is answered and has arrived completely. */
  forget(exchange: BodyOwner): void
  /** Has the connection closed after the present answer, once what the client still sends has been read for a while. */
  linger(): void
}
