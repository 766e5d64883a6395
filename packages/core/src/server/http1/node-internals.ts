// On the request path: what is private in node and this server takes all the same, such as members with an underscore. Where no comment says
// more, it was read in the sources of Node 22.23, 24.21 and 26.10, which agree; a new version is compared with this file.
import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { IncomingMessage as Incoming, ServerResponse as Response } from './node-http.ts'

interface ResponseInternals {
  _header: string | null
  _contentLength: number | null
  _last: boolean
  readonly _headerSent: boolean
  readonly _hasBody: boolean
  readonly _removedTE: boolean
  _storeHeader(firstLine: string, headers: unknown): void
}

interface RequestInternals {
  _dumped: boolean
  readonly _readableState: Record<'ended' | 'endEmitted' | 'destroyed' | 'closed' | 'closeEmitted', boolean>
}

const { _storeHeader: storeHeader } = Response.prototype as unknown as ResponseInternals
const { setHeader, removeHeader } = Response.prototype
const { _read: read } = Incoming.prototype

function internals(response: ServerResponse): ResponseInternals {
  return response as unknown as ResponseInternals
}

/** `writeHead`, and whatever else sends a head, gives `_storeHeader` what is to be in it: the last chance to change that. */
export function onStoreHead<T extends ServerResponse>(
  response: T,
  store: (this: T, firstLine: string, headers: unknown) => void,
): void {
  Object.defineProperty(response, '_storeHeader', { value: store, configurable: true, writable: true })
}

/** Undoes {@link onStoreHead} of one response. */
export function offStoreHead(response: ServerResponse): void {
  delete (response as { _storeHeader?: unknown })._storeHeader
}

/** Has node write the lines of a head from its record of headers, or from a list that `writeHead` was given. */
export function storeHead(response: ServerResponse, firstLine: string, headers: unknown): void {
  storeHeader.call(response, firstLine, headers)
}

/** In place of {@link storeHead}: a head that is written already, and the length that it promises, which node holds it to. */
export function putHead(response: ServerResponse, head: string, length: number): void {
  const fields = internals(response)
  fields._contentLength = length
  fields._header = head
}

/** Has node close the connection after this answer, as `connection: close` does where node reads the headers (`_last`). */
export function markLast(response: ServerResponse): void {
  internals(response)._last = true
}

/** Whether the head was given to the socket. `headersSent` is true from `writeHead` on, before anything is written. */
export function isHeadWritten(response: ServerResponse): boolean {
  return internals(response)._headerSent
}

/** Whether an answer of its method and status has content: node writes none else (`_hasBody`). */
export function hasContent(response: ServerResponse): boolean {
  return internals(response)._hasBody
}

/** Whether a handler took `transfer-encoding` off: node then makes no chunks of what has no length (`_removedTE`). */
export function isUnchunked(response: ServerResponse): boolean {
  return internals(response)._removedTE
}

/** `writeHead` alone sends a list without a look at it, but once there was a header it puts the list into node's record. */
export function recordHeaders(response: ServerResponse): void {
  setHeader.call(response, 'server', '')
  removeHeader.call(response, 'server')
}

/**
 * Lets the socket read on, as the stream would if it were read. `_read` also marks the request as read, so that node does not
 * throw its body away itself after the answer.
 */
export function readOn(request: IncomingMessage): void {
  request._read(0)
}

/** Calls `tell` each time before the stream of a request asks the socket for more, which it does by `_read`. */
export function onReadOn(request: IncomingMessage, tell: () => void): void {
  request._read = function readLent(size: number) {
    tell()
    read.call(this, size)
  }
}

/**
 * Node keeps a request that did not come to its end until its connection has another one; 64 connections with what was made
 * for their requests made V8 double its young generation: 40 MB. It asks `readableEnded` for that, which knows only what
 * passed the stream.
 *
 * @param isTaken - whether the body passed by the stream, to its end
 */
export function endRequestsWhere<T extends IncomingMessage>(
  prototype: T,
  isTaken: (request: T) => boolean,
): void {
  const isStreamEnded = Object.getOwnPropertyDescriptor(Readable.prototype, 'readableEnded')
    ?.get as () => boolean
  Object.defineProperty(prototype, 'readableEnded', {
    configurable: true,
    get(this: T): boolean {
      return isTaken(this) || isStreamEnded.call(this)
    },
  })
}

/** A request that was answered before its body had come: node lets go of it when it hears this. */
export function tellEnd(request: IncomingMessage): void {
  request.emit('end')
}

/**
 * Undoes what Node 24 and later do to a request without a body (`optimizeEmptyRequests`): its stream has ended, and nobody
 * was told. Whoever reads it, in whichever way, waits for an end.
 *
 * @returns whether there was anything to undo
 */
export function reopen(request: IncomingMessage): boolean {
  const fields = request as unknown as RequestInternals
  const { _readableState: state } = fields
  if (!state.endEmitted) return false
  fields._dumped = false
  state.ended = false
  state.endEmitted = false
  state.destroyed = false
  state.closed = false
  state.closeEmitted = false
  return true
}

/**
 * Tells that a client has sent its last, whether or not what came before it is read: `end` comes only behind that. Node gives
 * the news to the stream by `push(null)`.
 */
export function onLastInput(socket: Socket, tell: () => void): void {
  const { push } = socket
  if ((socket as unknown as RequestInternals)._readableState.ended) return tell()
  socket.push = function pushTold(chunk: unknown, encoding?: BufferEncoding) {
    const wantsMore = push.call(this, chunk, encoding)
    if (chunk === null) tell()
    return wantsMore
  }
}

const HEAD_END = '\r\n\r\n'

/**
 * Whether something may follow a head without a body that asks for an upgrade, in the same piece of input. Node throws that
 * away when nobody upgrades, and only its parser knows what it was.
 */
export function hasInputBehind({ socket }: IncomingMessage): boolean {
  const { parser } = socket as {
    readonly parser?: { readonly getCurrentBuffer?: () => Uint8Array | undefined } | null
  }
  const input = parser?.getCurrentBuffer?.()
  if (input === undefined) return true
  const text = Buffer.from(input).toString('latin1')
  return !text.endsWith(HEAD_END) || text.indexOf(HEAD_END) !== text.length - HEAD_END.length
}

interface Handle {
  readonly bytesWritten: number
  readonly writeQueueSize: number
  /** Of TLS, which itself counts a write as one piece: what it writes to. */
  readonly _parent?: Handle | undefined
}

/**
 * Bytes that the system has taken of what was written. Node counts those that it has not for its own time-out of sockets, which
 * is late by up to its whole length, and is put off by what the client sends. Nothing public shows progress inside of one
 * large write, nor tells it from what a handler goes on writing.
 */
export function takenBytes(socket: Socket): number {
  const { _handle: handle } = socket as { readonly _handle?: Handle | null }
  if (!handle) return socket.bytesWritten - socket.writableLength
  const { bytesWritten, writeQueueSize } = handle._parent ?? handle
  return bytesWritten - writeQueueSize
}
