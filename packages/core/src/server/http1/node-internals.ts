// On the request path: the private parts of node that this server uses, such as members with an underscore. Unless a comment
// says otherwise, they are the same in the sources of Node 22.23, 24.21 and 26.10; compare a new version with this file.
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

/** Replaces `_storeHeader`, which gets the head from `writeHead` and all else that sends one: the last chance to change it. */
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

/** Makes node write the lines of a head from its record of headers, or from the list given to `writeHead`. */
export function storeHead(response: ServerResponse, firstLine: string, headers: unknown): void {
  storeHeader.call(response, firstLine, headers)
}

/** Instead of {@link storeHead}: sets a head that is complete, and the length that it promises, which node enforces. */
export function putHead(response: ServerResponse, head: string, length: number): void {
  const fields = internals(response)
  fields._contentLength = length
  fields._header = head
}

/** Makes node close the connection after this answer, as `connection: close` does where node reads the headers (`_last`). */
export function markLast(response: ServerResponse): void {
  internals(response)._last = true
}

/** Whether the head was given to the socket. `headersSent` is true from `writeHead` on, before anything is written. */
export function isHeadWritten(response: ServerResponse): boolean {
  return internals(response)._headerSent
}

/** Whether an answer of its method and status has content; otherwise node writes none (`_hasBody`). */
export function hasContent(response: ServerResponse): boolean {
  return internals(response)._hasBody
}

/** Whether a handler removed `transfer-encoding`: node then writes no chunks, even without a length (`_removedTE`). */
export function isUnchunked(response: ServerResponse): boolean {
  return internals(response)._removedTE
}

/** Makes `writeHead` put a list of headers into node's record, which it does once there was a header. */
export function recordHeaders(response: ServerResponse): void {
  setHeader.call(response, 'server', '')
  removeHeader.call(response, 'server')
}

/**
 * Lets the socket read on, as if the stream were read. `_read` also marks the request as read, so that node does not discard
 * its body itself after the answer.
 */
export function readOn(request: IncomingMessage): void {
  request._read(0)
}

/** Calls a function each time before the stream of a request asks the socket for more, which it does by `_read`. */
export function onReadOn(request: IncomingMessage, tell: () => void): void {
  request._read = function readLent(size: number) {
    tell()
    read.call(this, size)
  }
}

/**
 * Makes `readableEnded` true for bodies that bypass the stream. Node reads it, and keeps a request that has not ended until
 * its connection has the next one; 64 connections with everything made for their requests made V8 double its young
 * generation: 40 MB.
 *
 * @param isTaken - whether the whole body bypassed the stream
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

/** Makes node release a request that was answered before its body had come. */
export function tellEnd(request: IncomingMessage): void {
  request.emit('end')
}

/**
 * Undoes what Node 24 and later do to a request without a body (`optimizeEmptyRequests`): its stream has ended without an
 * event, so a reader would wait for the end.
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
 * Calls a function when the client has sent its last byte, even if earlier bytes are unread: the event `end` comes only after
 * those. Node reports it to the stream by `push(null)`.
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
 * Whether something may follow, in the same chunk of input, a head without a body that asks for an upgrade. Node discards
 * that if nobody upgrades, and only its parser has it.
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
  /** What TLS writes to; TLS itself counts a write as a whole. */
  readonly _parent?: Handle | undefined
}

/**
 * Bytes written that the system has accepted. Node's own time-out of sockets is late by up to its whole length, and restarts
 * with input of the client. Nothing public shows the progress of one large write, or distinguishes it from further writes.
 */
export function takenBytes(socket: Socket): number {
  const { _handle: handle } = socket as { readonly _handle?: Handle | null }
  if (!handle) return socket.bytesWritten - socket.writableLength
  const { bytesWritten, writeQueueSize } = handle._parent ?? handle
  return bytesWritten - writeQueueSize
}
