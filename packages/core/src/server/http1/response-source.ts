// On the request path of answers that are streams.
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Readable } from 'node:stream'
import { InternalError } from '../../errors/index.ts'
import {
  closeIterator,
  destroyQuietly,
  isReadable,
  iterate,
  type Payload,
  type StreamBody,
} from '../../operation/index.ts'

/** Where a source writes to: an answer whose head has been given to node. */
export interface SourceSink {
  /** Writes one chunk. `false`: wait for `onDrain` before the next. */
  writeChunk(chunk: string | Uint8Array): boolean
  /** The source is exhausted. */
  endSource(): void
  /** The source failed, or gave what cannot be sent. */
  failSource(error: unknown): void
}

/** A streamed body. */
export interface ResponseSource {
  start(): void
  /** The sink takes chunks again. */
  onDrain(): void
  /** Stops the source. Called at most once, and not after it has ended by itself. */
  stop(): void
}

/** Whether a body is streamed. */
export function isSource(body: Payload): boolean {
  return typeof body === 'object' && !(body instanceof Uint8Array)
}

/** Chooses how a body is read. */
export function createSource(body: StreamBody, sink: SourceSink): ResponseSource {
  return isReadable(body) ? new ReadableSource(body, sink) : new IterableSource(body, sink)
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
    if (stream.readableEnded && stream.errored === null) return this.#end()
    if (stream.destroyed) {
      this.#fail(stream.errored ?? new InternalError('The stream was closed before it was sent.'))
      return
    }
    // The socket drains outside the frame of the request and the storages of the application.
    this.#resume = AsyncLocalStorage.bind(() => void stream.resume())
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

  // Awaited in the pump, so that the iterator continues in the frame of its request.
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
