import type { Frame } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type { AppFacts } from './app-facts.ts'
import type { ResponseHeaders } from './response-headers.ts'
import type { BodyOutput, ShapedOutput } from '../schema/index.ts'

/** Header values as Node gives them: lower-case names, repeated ones joined except `set-cookie`. */
export interface IncomingHeaders {
  readonly [name: string]: string | readonly string[] | undefined
}

/** Query or form fields as they came: one string, or a list for a repeated key. */
export interface RawFields {
  readonly [name: string]: string | readonly string[]
}

/** Options of `ctx.detach`. */
export interface DetachOptions {
  /** Time for the work, ms; `0` for none. Default: `deadlineMs` of the route. */
  readonly deadlineMs?: number | undefined
  /** Aborts the work with the same reason. Default: only its deadline and the stop of the app do. */
  readonly signal?: AbortSignal | undefined
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
  /** What is known of the app: its mode, and how callers can reach it. */
  readonly app: AppFacts
  readonly requestId: string
  /**
   * Address of the client: of the peer as the socket says it, or by the word of a proxy that `trustProxy` believes; IPv4 within IPv6 as
   * IPv4. Empty where there is none: of a Unix socket, of calls within the process, of a client that its proxy does not name.
   */
  readonly remoteAddress: string
  /**
   * `https` or `http`, as the caller asked: by the connection, or by the word of a proxy that `trustProxy` believes. Of calls
   * that did not come over HTTP, by the option `publicUrl`.
   */
  readonly scheme: string
  /**
   * Host, and port where one was written, as the caller asked: `shop.example`, `127.0.0.1:3000`. From the checked `Host` (RFC
   * 9110 §7.2), or from the word of a trusted proxy; a word that names no host is not believed. Any client may ask for any
   * host: what it decides must come from a list of yours.
   */
  readonly host: string
  /** Scheme and host as browsers write them (RFC 6454 §6.2): lower case, without the port that the scheme has anyway. */
  readonly origin: string
  /**
   * Methods that have a route at the path of the request, as `Allow` names them (RFC 9110 §10.2.1): sorted, with HEAD where GET is
   * and OPTIONS; empty where no route has the path. For a preflight, those whose routes have the same middleware as that of the method it
   * asks for. Looked up when it is read.
   */
  readonly allowedMethods: readonly string[]
  readonly frame: Frame
  /** Aborted when the client goes away or the deadline passes. */
  readonly signal: AbortSignal
  /**
   * Aborted when the app begins to drain. The request may go on; a stream without end should end now, before the drain's
   * budget is over and `signal` cuts it.
   */
  readonly draining: AbortSignal
  readonly log: Logger
  /** One request header by name, whose case does not matter (RFC 9110 §5.1). */
  readonly header: (name: string) => string | undefined
  /**
   * One cookie by name, unquoted and decoded, the first of several (RFC 6265 §5.4), whatever the route declares. In development and test
   * `__Host-session` and `__Secure-session` are found over plain HTTP without their prefix, too, as they are set there.
   */
  readonly cookie: (name: string) => string | undefined
  /**
   * Headers for whatever answer goes out: a reply, an error, a stream, a 404, what a mounted handler writes. What is `set`
   * here gives way to a header of that name which the answer brings; what is appended stands besides, cookies always do;
   * `vary` is joined. Once there is an answer, use its own headers.
   *
   * @throws {InternalError} from when the answer is sent
   */
  readonly responseHeaders: ResponseHeaders
  /**
   * Has work go on that outlives the request: it begins at once, in a frame of its own outside any transaction, and nobody
   * waits for it but the stop of the app, whose report names it by its label. Its signal aborts at its deadline, and when the time of
   * the stop is over. A failure is logged.
   *
   * @param label - names it in logs and reports
   * @param options.deadlineMs - time for it; `0` for none. Default that of the route
   * @param options.signal - aborts it as well
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT`; the reason of a signal that is aborted
   * @throws {ServiceUnavailableError} when the app has stopped
   * @throws {InternalError} when the request is over and its services are closed; logged, too
   * @example
   * ctx.detach('mail', (signal: AbortSignal) => fetch('https://mail.test/send', { method: 'POST', signal }))
   */
  readonly detach: (label: string, work: (signal: AbortSignal) => unknown, options?: DetachOptions) => void
  /** The whole body as bytes, bounded by the route's limit; the same bytes each time. Readable from `authenticate` on. */
  readonly rawBody: () => Promise<Uint8Array>
  /** The body as it arrives, bounded by the route's limit; for routes without `body`. */
  readonly bodyStream: () => AsyncIterable<Uint8Array>
}

/** Context that a middleware sees: what every request has, and what it said it needs. */
export type MiddlewareContext<TNeeds> = BaseContext & TNeeds

/** What `body` of a context is by its schema or format; nothing where a route declares none. */
export type DeclaredBody<S> = S extends undefined ? undefined : BodyOutput<S>

/** `S` is the schema or shape given, `TRaw` the type where none is. `undefined` stands for "none given". */
export type Declared<S, TRaw> = S extends undefined ? TRaw : ShapedOutput<S>
