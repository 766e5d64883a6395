import type { ResponseHeaders } from '@keelson/contract'

export type { ResponseHeaders }

/** A body ready to be sent. Streams are sent as they come, and only once. */
export type RequestBody =
  | string
  | Uint8Array
  | Blob
  | FormData
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>

/** One request as interceptors and the transport see it. Immutable: an interceptor passes a changed copy on. */
export interface ClientRequest {
  /** Operation id, `orders.show`. */
  readonly name: string
  /** Upper case. */
  readonly method: string
  /** Base URL, path and query, percent-encoded. */
  readonly url: string
  /** Lower-case names. */
  readonly headers: { readonly [name: string]: string }
  readonly body: RequestBody | undefined
  /** Aborts when the caller ends the call or the time is up; reading the body must then fail, too. */
  readonly signal: AbortSignal
  /** When the time is up, ms on the clock of `performance.now()`; `Infinity` for never. */
  readonly expiresAt: number
}

/** One response, its body not yet read. */
export interface ClientResponse {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array> | undefined
  /** Drops a body that is not read, so that its connection can be used again. */
  discard?(): void
}

/**
 * Sends a request and resolves when the headers of the response are there. Rejects only when no response came.
 *
 * @example
 * const headers = { 'content-type': 'application/json' }
 * const canned: Transport = async (request) => ({ status: 200, headers, body: JSON.stringify(request.url) })
 */
export type Transport = (request: ClientRequest) => Promise<ClientResponse>

/**
 * A function around the transport. The first of a list sees the request first and the response last.
 *
 * @example
 * const timed: Interceptor = async (request, next) => {
 *   const started = performance.now()
 *   const response = await next(request)
 *   console.log(request.name, response.status, performance.now() - started)
 *   return response
 * }
 */
export type Interceptor = (request: ClientRequest, next: Transport) => Promise<ClientResponse>
