import type { Frame } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type { ShapedOutput } from '../schema/index.ts'

/** Header values as Node gives them: lower-case names, repeated ones joined except `set-cookie`. */
export interface IncomingHeaders {
  readonly [name: string]: string | readonly string[] | undefined
}

/** Query or form fields as they came: one string, or a list for a repeated key. */
export interface RawFields {
  readonly [name: string]: string | readonly string[]
}

/** What every request has, whatever its route. */
export interface BaseContext {
  /** Method as received, upper case. A HEAD request served by a GET route says `HEAD`. */
  readonly method: string
  /** Request target as received: path and query, not decoded. */
  readonly url: string
  /** Path as received, not decoded. */
  readonly path: string
  /** Name of the route, `orders.show`, or `undefined` in the not-found plan. */
  readonly routeName: string | undefined
  readonly requestId: string
  /** Address of the peer as the socket says it; see the `trustProxy` option. */
  readonly remoteAddress: string
  readonly frame: Frame
  /** Aborted when the client goes away or the deadline passes. */
  readonly signal: AbortSignal
  /**
   * Aborted when the app begins to drain. The request may go on; a stream without end should end now, before the drain's
   * budget is over and `signal` cuts it.
   */
  readonly draining: AbortSignal
  readonly log: Logger
  /** One request header by lower-case name. */
  readonly header: (name: string) => string | undefined
  /** The whole body as bytes, bounded by the route's limit; the same bytes each time. Readable from `authenticate` on. */
  readonly rawBody: () => Promise<Uint8Array>
  /** The body as it arrives, bounded by the route's limit; for routes without `body`. */
  readonly bodyStream: () => AsyncIterable<Uint8Array>
}

/** Context that a middleware sees: what every request has, and what it said it needs. */
export type MiddlewareContext<TNeeds> = BaseContext & TNeeds

/** The part of the context that comes from the request's own data. */
export interface InputContext<TParams, TQuery, THeaders, TCookies, TBody> {
  readonly params: TParams
  readonly query: TQuery
  readonly headers: THeaders
  readonly cookies: TCookies
  readonly body: TBody
}

/** `S` is the schema or shape given, `TRaw` the type where none is. `undefined` stands for "none given". */
export type Declared<S, TRaw> = S extends undefined ? TRaw : ShapedOutput<S>
