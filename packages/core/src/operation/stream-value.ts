// On the request path of answers that are streams: their kinds, and how they are read and discarded.
import { Readable } from 'node:stream'
import { InternalError, ignore } from '../errors/index.ts'

/** A body that comes in pieces. */
export type StreamBody = Readable | AsyncIterable<string | Uint8Array>

// Takes web streams as well, which its types do not say.
const { isDisturbed } = Readable

/** A Node stream, of node itself or of a package that copies it. */
export function isReadable(value: object): value is Readable {
  return (
    value instanceof Readable || ('pipe' in value && 'destroy' in value && typeof value.pipe === 'function')
  )
}

/** Destroys a stream; an error while it is destroyed must not end the process. */
export function destroyQuietly(stream: Readable): void {
  stream.on('error', ignore)
  stream.destroy()
}

/**
 * A web stream is read without its iterator, whose `return` waits for the chunk that was asked for. Streams of Node.js
 * before version 10, and of packages that copy them, have none.
 */
export function iterate(
  iterable: AsyncIterable<string | Uint8Array>,
): AsyncIterator<string | Uint8Array, unknown> {
  if (isReadable(iterable) && typeof iterable[Symbol.asyncIterator] !== 'function')
    return wrapOld(iterable)[Symbol.asyncIterator]()
  if (!(iterable instanceof ReadableStream)) return iterable[Symbol.asyncIterator]()
  const reader = (iterable as ReadableStream<string | Uint8Array>).getReader()
  return {
    next: () => reader.read() as Promise<IteratorResult<string | Uint8Array, unknown>>,
    return: () => reader.cancel().then(() => ({ done: true, value: undefined })),
  }
}

function wrapOld(stream: Readable): Readable {
  return new Readable({
    objectMode: true,
    highWaterMark: 1,
    destroy: (error, done) => {
      destroyQuietly(stream)
      done(error)
    },
  }).wrap(stream)
}

/** Closes an iterator whose rest is not needed. Never throws. */
export function closeIterator(iterator: AsyncIterator<unknown> | undefined): void {
  try {
    // A busy generator ends when what it awaits has settled; the signal of its frame is aborted meanwhile.
    Promise.resolve(iterator?.return?.()).catch(ignore)
  } catch {
    // The answer is over: the error has no receiver.
  }
}

/** Closes a stream whose rest is not needed. One that was not read may run as well, since its first piece was awaited. */
export function closeStream(body: StreamBody, iterator: AsyncIterator<unknown> | undefined): void {
  if (iterator === undefined) discardStream(body)
  else closeIterator(iterator)
}

/** All bytes of a stream. */
export async function readToEnd(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
}

/** An iterable that was begun: its first piece has come, or was asked for. */
export class BegunIterable implements AsyncIterableIterator<string | Uint8Array> {
  #iterator: AsyncIterator<string | Uint8Array, unknown> | undefined = undefined
  #first: Promise<IteratorResult<string | Uint8Array, unknown>> | undefined
  /** The first piece, if it has come and was not taken. */
  peeked: IteratorResult<string | Uint8Array, unknown> | undefined = undefined

  constructor(iterable: AsyncIterable<string | Uint8Array>) {
    this.#first = this.#begin(iterable)
    // The code that takes it receives a failure.
    this.#first.catch(ignore)
  }

  /** Resolves when the first piece has come, without taking it. */
  get begun(): Promise<unknown> {
    return this.#first as Promise<unknown>
  }

  // Skips empty pieces: an error after them still comes before anything is sent.
  async #begin(
    iterable: AsyncIterable<string | Uint8Array>,
  ): Promise<IteratorResult<string | Uint8Array, unknown>> {
    const wasRead = iterable instanceof ReadableStream && isDisturbed(iterable as never)
    const iterator = iterate(iterable)
    this.#iterator = iterator
    let result = await iterator.next()
    // A stream that was read in part may have a rest.
    if (wasRead && result.done === true) throw readBefore()
    while (result.done !== true && isEmpty(result.value)) result = await iterator.next()
    return (this.peeked = result)
  }

  next(): Promise<IteratorResult<string | Uint8Array, unknown>> {
    const first = this.#first
    if (first === undefined) return (this.#iterator as AsyncIterator<string | Uint8Array, unknown>).next()
    this.#first = undefined
    this.peeked = undefined
    return first
  }

  async return(value?: unknown): Promise<IteratorResult<string | Uint8Array, unknown>> {
    this.#first = undefined
    return this.#iterator?.return?.(value) ?? { done: true, value }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

/** Whether a piece is empty. */
export function isEmpty(chunk: unknown): boolean {
  return chunk === '' || (chunk instanceof Uint8Array && chunk.byteLength === 0)
}

/** Whether a piece of a stream can be written. */
export function isChunk(chunk: unknown): chunk is string | Uint8Array {
  return typeof chunk === 'string' || chunk instanceof Uint8Array
}

/** The error for a piece that cannot be written. */
export function wrongChunk(chunk: unknown): InternalError {
  const what = chunk === null ? 'null' : Array.isArray(chunk) ? 'an array' : `a value of type ${typeof chunk}`
  return new InternalError(`A stream gave ${what}; only strings and bytes can be sent.`)
}

/**
 * Checks the first piece of an opened stream, if it has one.
 *
 * @throws {InternalError} when it cannot be sent, or the stream has failed meanwhile
 */
export function assertBegun(body: StreamBody): void {
  if (body instanceof BegunIterable) {
    const { peeked } = body
    if (peeked !== undefined && peeked.done !== true && !isChunk(peeked.value)) throw wrongChunk(peeked.value)
  } else if (isReadable(body)) {
    if (body.destroyed && !body.readableEnded) throw body.errored ?? closedEarly()
    const chunk = peek(body)
    if (chunk !== null && !isChunk(chunk)) throw wrongChunk(chunk)
  }
}

/** The error for a stream that closed before its end. */
export function closedEarly(): InternalError {
  return new InternalError('The stream was closed before it was sent.')
}

/** The error for a stream that was read to its end. */
export function readBefore(): InternalError {
  return new InternalError('The stream was read before it was returned, so nothing of it is left to send.')
}

/** The first object of a stream of objects; `null` if there is none, and for streams of bytes. */
function peek(stream: Readable): unknown {
  if (!stream.readableObjectMode || stream.readableLength === 0 || stream.readableFlowing === true)
    return null
  const chunk: unknown = stream.read()
  if (chunk !== null) stream.unshift(chunk)
  return chunk
}

/** Frees a body that will not be sent: a HEAD request, a late result. An iterator that never started is not started. */
export function discardStream(body: unknown): void {
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return
  if (body instanceof BegunIterable) closeIterator(body)
  else if (isReadable(body)) destroyQuietly(body)
  else if (body instanceof ReadableStream) body.cancel().catch(ignore)
}
