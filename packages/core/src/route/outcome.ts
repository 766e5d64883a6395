import type { ResponseHeaders } from './response-headers.ts'

/** Result of the pipeline before it is written: no bytes yet, unless a handler gave bytes. */
export interface Outcome {
  status: number
  readonly headers: ResponseHeaders
  /** What the handler returned: a value to serialise, a string, bytes, a stream, an iterable, a Web `Response`, or `undefined` for no body. */
  value: unknown
  /**
   * The JSON text of the value as it will be sent; `undefined` where it is not JSON, and when `value` was read or assigned since it was
   * made, which makes it anew.
   */
  readonly json: string | undefined
  /** The rendered error's code, if this is one. */
  readonly errorCode: string | undefined
  /** The thrown value behind `errorCode`. */
  readonly error: unknown
}

// No type of Node: clients read this file.
/** A body as it goes out: a text, bytes, a stream (a `Readable`, or another that is iterated), or none. */
export type AnswerBody = string | Uint8Array | AsyncIterable<string | Uint8Array> | undefined

/** An answer as it goes out, its value serialised: what `encode` of a middleware is given, and may change. */
export interface Answer {
  status: number
  readonly headers: ResponseHeaders
  /** Also where it will not be sent: for HEAD, so that the headers are those of a GET. */
  body: AnswerBody
}

/** Response header values by lower-case name. */
export interface ReplyHeaders {
  readonly [name: string]: string | number | boolean | readonly string[] | undefined
}

/** An answer with a status of its own, made by {@link reply}. */
export interface Reply<TStatus extends number = number, TBody = unknown> {
  readonly kind: 'reply'
  readonly status: TStatus
  readonly body: TBody
  readonly headers: ReplyHeaders | undefined
}

/** A {@link Reply} with headers of known names. */
export interface HeadedReply<TStatus extends number, TBody, THeaders> extends Reply<TStatus, TBody> {
  readonly headers: THeaders & (ReplyHeaders | undefined)
}
