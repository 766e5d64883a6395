// On the request path of answers that are streams.
import type { Readable } from 'node:stream'
import { InternalError } from '../errors/index.ts'
import { bindToFrame } from '../frame/index.ts'

/** Where a source writes to: an answer whose head has been given to node. */
export interface SourceSink {
  /** Writes one chunk. `false`: wait for `onDrain` before the next. */
  writeChunk(chunk: string | Uint8Array): boolean
  /** The source is exhausted. */
  endSource(): void
  /** The source failed, or gave what cannot be sent. */
  failSource(error: unknown): void
}

/** A body that comes bit by bit. */
export interface ResponseSource {
  start(): void
  /** The sink takes chunks again. */
  onDrain(): void
  /** Nobody wants the rest. Called at most once, and not after the source ended by itself. */
  stop(): void
}

/** Chooses how a body is read. */
export function createSource(
  body: Readable | AsyncIterable<string | Uint8Array>,
  sink: SourceSink,
): ResponseSource {
  return isReadable(body) ? new ReadableSource(body, sink) : new IterableSource(body, sink)
}

/** Frees a body that is not going to be sent; an iterator is not even made. */
export function discardSource(body: unknown): void {
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return
  if (isReadable(body)) destroyQuietly(body)
  else if (body instanceof ReadableStream) body.cancel().catch(ignore)
}

function isReadable(body: object): body is Readable {
  return 'pipe' in body && 'destroy' in body && typeof body.pipe === 'function'
}

function destroyQuietly(stream: Readable): void {
  // A stream that fails while it is torn down must not take the process along.
  stream.on('error', ignore)
  stream.destroy()
}

class ReadableSource implements ResponseSource {
  readonly #stream: Readable
  readonly #sink: SourceSink
  #isOver = false
  #resume: (() => void) | undefined = undefined

  constructor(stream: Readable, sink: SourceSink) {
    this.#stream = stream
    this.#sink = sink
  }

  start(): void {
    const stream = this.#stream
    if (stream.destroyed) {
      this.#fail(stream.errored ?? new InternalError('The stream was closed before it was sent.'))
      return
    }
    // The socket says when it takes more, in no frame or another's.
    this.#resume = bindToFrame(() => stream.resume())
    stream.on('error', (error) => this.#fail(error))
    stream.on('end', () => this.#end())
    stream.on('close', () => this.#fail(new InternalError('The stream was closed before its end.')))
    stream.on('data', (chunk: string | Uint8Array) => this.#forward(chunk))
  }

  #forward(chunk: string | Uint8Array): void {
    if (this.#isOver || this.#sink.writeChunk(chunk)) return
    this.#stream.pause()
  }

  #end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#sink.endSource()
  }

  #fail(error: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#sink.failSource(error)
    destroyQuietly(this.#stream)
  }

  onDrain(): void {
    if (!this.#isOver) this.#resume?.()
  }

  stop(): void {
    this.#isOver = true
    destroyQuietly(this.#stream)
  }
}

class IterableSource implements ResponseSource {
  readonly #iterable: AsyncIterable<string | Uint8Array>
  readonly #sink: SourceSink
  #iterator: AsyncIterator<string | Uint8Array, unknown> | undefined = undefined
  #isOver = false
  #wake: (() => void) | undefined = undefined

  constructor(iterable: AsyncIterable<string | Uint8Array>, sink: SourceSink) {
    this.#iterable = iterable
    this.#sink = sink
  }

  start(): void {
    void this.#pump()
  }

  async #pump(): Promise<void> {
    try {
      const iterator = iterate(this.#iterable)
      this.#iterator = iterator
      while (!this.#isOver) {
        const result = await iterator.next()
        if (this.#isOver) return
        if (result.done === true) {
          this.#isOver = true
          this.#sink.endSource()
          return
        }
        if (!this.#sink.writeChunk(result.value)) await this.#drained()
      }
    } catch (error) {
      if (this.#isOver) return
      this.#isOver = true
      this.#sink.failSource(error)
    }
  }

  // Awaited inside the pump, so that the iterator goes on in the frame of its request.
  #drained(): Promise<void> | undefined {
    if (this.#isOver) return undefined
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  onDrain(): void {
    const wake = this.#wake
    this.#wake = undefined
    wake?.()
  }

  stop(): void {
    this.#isOver = true
    this.onDrain()
    closeIterator(this.#iterator)
  }
}

/** A web stream is read without its iterator, whose `return` waits for the chunk that was asked for. */
export function iterate(
  iterable: AsyncIterable<string | Uint8Array>,
): AsyncIterator<string | Uint8Array, unknown> {
  if (!(iterable instanceof ReadableStream)) return iterable[Symbol.asyncIterator]()
  const reader = (iterable as ReadableStream<string | Uint8Array>).getReader()
  return {
    next: () => reader.read() as Promise<IteratorResult<string | Uint8Array, unknown>>,
    return: () => reader.cancel().then(() => ({ done: true, value: undefined })),
  }
}

/** Tells an iterator that nobody wants the rest. Never throws. */
export function closeIterator(iterator: AsyncIterator<unknown> | undefined): void {
  try {
    // A generator that is busy ends when what it awaits has come; its frame's signal is aborted meanwhile.
    Promise.resolve(iterator?.return?.()).catch(ignore)
  } catch {
    // Nobody is left to hear it.
  }
}

function ignore(): void {}

/** Names, for a message, what a stream gave in place of strings and bytes. */
export function describeChunk(chunk: unknown): string {
  return chunk === null ? 'null' : Array.isArray(chunk) ? 'an array' : `a value of type ${typeof chunk}`
}
