// Interfaces between the files of this room, so that its classes do not import each other.
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
  /** Whether it waits for the client, and not for the reader. */
  readonly isWaiting: boolean
  /** Takes a chunk, `null` for the end. `false` pauses the client until `resume`. */
  take(chunk: Buffer | null): boolean
  /** Nothing more will come. The reader gets the error; `false` if there is no reader. */
  fail(error: Error): boolean
}

/** Node's request, whose body can be directed to a sink. */
export interface RequestMessage extends IncomingMessage {
  sink: BodySink | undefined
  /** Whether the body is complete, and all of it went to sinks. */
  isTaken: boolean | undefined
}

/** Node's response, which knows its exchange. */
export interface ResponseMessage extends ServerResponse<RequestMessage> {
  exchange: Http1Exchange | undefined
}

/** What a sink needs from the exchange whose body it takes. */
export interface BodyOwner {
  readonly request: RequestMessage
  /** Directs the body to a sink. Throws if it was read already, or is announced to be too large. */
  startBody(maxBytes: number, sink: BodySink): void
  /** Discards the rest. */
  discardBody(): void
  /** Called when too much has been discarded. */
  closeUnread(): void
  /** Called when all of the discarded rest has come. */
  endUnread(): void
}

/**
 * State of an answer: not given yet or being written (`open`); its last byte was given to the operating system (`written`);
 * aborted (`reset`); nothing more will happen (`settled`).
 */
export type AnswerState = 'open' | 'written' | 'reset' | 'settled'

/** Who uses request and response: the exchange; a mounted handler; or the exchange again, though the handler may still call them. */
export type Lending = 'own' | 'lent' | 'reclaimed'

/** A request and its answer, as the other parts of the server see them. */
export interface Http1Exchange extends BodyOwner {
  readonly response: ResponseMessage
  readonly connection: Http1Connection
  readonly method: string
  readonly requestId: string
  readonly state: AnswerState
  /** The request before this one on its connection, while that is not settled. */
  readonly previous: Http1Exchange | undefined
  hasBody: boolean
  /** Announced length, bytes; -1 for a chunked body, whose length is unknown before its end. */
  bodyLength: number
  /** The client waits for `100 Continue` before it sends its body (RFC 9110 §10.1.1). */
  awaitsContinue: boolean
  /** Where the body goes while it is incomplete. */
  readonly pendingBody: BodySink | undefined
  /** The head of an answer whose length is known, and that length, bytes. */
  readonly wholeHead: readonly string[] | undefined
  readonly wholeLength: number
  /** Headers that are added to those of a mounted handler. */
  readonly laid: LaidHeaders | undefined
  /** Bytes of the answer's content that were written. */
  bytes: number
  /** Sends `100 Continue` if the client waits for it: the body is about to be read. */
  continueBody(): void
  /**
   * The rest of the body will not come, or is invalid.
   *
   * @returns whether a reader got the error and so will answer
   */
  failBody(error: Error): boolean
  /** The mounted handler fails and has sent nothing. @returns whether it still has request and response */
  failLent(error: unknown): boolean
  /**
   * The mounted handler ends the connection during its answer.
   *
   * @returns whether there is an answer to reset
   */
  breakLent(error: unknown): boolean
  /** The answer is wrong or will be incomplete, and the client must see that. */
  reset(reason: unknown): void
  /** The server stops and does not wait any longer. */
  cut(): void
  /** The socket accepts more of a stream. */
  drain(): void
  /** Node has given the last byte to the operating system. */
  onWritten(): void
  /** The last byte was sent, or none will be. Later calls change nothing. */
  close(completed: boolean): void
}

/** What all exchanges of a server share. */
export interface ServerFacts {
  readonly limits: ServerLimits
  /** Reads the headers of trusted proxies; undefined if none is trusted. */
  readonly readForwarding: ReadForwarding | undefined
  /** Content codings that the app decodes. */
  readonly codings: ContentCodings
  /** Header of answers that carries the id of the request, lower case; `undefined` for none. */
  readonly requestIdHeader: string | undefined
  /** Ends answers of known length. */
  readonly answers: AnswerBatch
}

/** A connection, as its exchanges see it. */
export interface Http1Connection {
  readonly socket: Socket
  readonly server: ServerFacts
  /** Address of the peer; `''` on a Unix socket. Known after the end of the connection, too. */
  readonly address: string
  readonly scheme: 'http' | 'https'
  /** The newest request, until it is answered and has arrived completely. */
  readonly last: Http1Exchange | undefined
  /** It is decided which answer closes the connection; later requests are not served (RFC 9112 §9.6). */
  isClosing: boolean
  /** Whether the client has closed its side or is gone, so that no answer will reach it. */
  readonly isGone: boolean
  /** Whether the answer to this request is to be the connection's last. */
  isLast(exchange: Http1Exchange): boolean
  /** Removes a settled request from the count. */
  leave(exchange: Http1Exchange, completed: boolean): void
  /** A request is answered and has arrived completely. */
  forget(exchange: BodyOwner): void
  /** Closes the connection after the current answer, but first reads for a while what the client still sends. */
  linger(): void
}
