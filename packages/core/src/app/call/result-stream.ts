// On the request path of calls within the process whose answers are streams.
import { AsyncLocalStorage } from 'node:async_hooks'
import { InternalError } from '../../errors/index.ts'
import {
  closeStream,
  isChunk,
  iterate,
  ReaderWatch,
  wrongChunk,
  type StreamBody,
} from '../../operation/index.ts'

/** How a stream ended: complete or not, and why, unless its reader stopped reading. */
export type OnStreamEnd = (completed: boolean, bytes: number, reason: unknown) => void

type Result = IteratorResult<Uint8Array, undefined>

const DONE: Result = Object.freeze({ done: true, value: undefined })

/** The bytes of an answer as they come: read on demand in the frame and the storages of the call, closed when the reader stops. */
export class ResultStream implements AsyncIterableIterator<Uint8Array> {
  bytes = 0
  readonly #body: StreamBody
  readonly #onEnd: OnStreamEnd
  readonly #pull: () => Promise<Result>
  readonly #reader = new ReaderWatch()
  #iterator: AsyncIterator<unknown, unknown> | undefined = undefined
  #isOver = false
  #failure: { readonly error: unknown } | undefined = undefined
  #onFailure: ((error: unknown) => void) | undefined = undefined

  constructor(body: StreamBody, onEnd: OnStreamEnd) {
    this.#body = body
    this.#onEnd = onEnd
    this.#pull = AsyncLocalStorage.bind(() => this.#read())
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** See `Call.endUnread`. */
  isUnread(): boolean {
    return !this.#isOver && this.#reader.isUnread()
  }

  next(): Promise<Result> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error as Error)
    if (this.#isOver) return Promise.resolve(DONE)
    return new Promise((resolve, reject) => {
      // A failure from outside does not wait for the next chunk.
      this.#onFailure = reject
      this.#pull().then(resolve, reject)
    })
  }

  async return(): Promise<Result> {
    if (!this.#isOver) {
      this.#isOver = true
      closeStream(this.#body, this.#iterator)
      this.#onEnd(false, this.bytes, undefined)
    }
    return DONE
  }

  async #read(): Promise<Result> {
    this.#reader.onAsk()
    try {
      this.#iterator ??= iterate(this.#body)
      // Empty chunks are skipped.
      for (;;) {
        const { done, value } = await this.#iterator.next()
        if (this.#isOver) return DONE
        if (done === true) return this.#finish()
        if (!isChunk(value)) throw wrongChunk(value)
        const chunk = typeof value === 'string' ? Buffer.from(value) : value
        this.bytes += chunk.byteLength
        if (chunk.byteLength > 0) return { done: false, value: chunk }
      }
    } catch (error) {
      if (this.#isOver) return DONE
      this.fail(error)
      this.#onEnd(false, this.bytes, error ?? new InternalError('A stream failed for no reason.'))
      throw error
    } finally {
      this.#reader.onAnswer()
    }
  }

  #finish(): Result {
    this.#isOver = true
    this.#onEnd(true, this.bytes, undefined)
    return DONE
  }

  /** Rejects the pending and the next read: the rest will not come. */
  fail(error: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#failure = { error }
    this.#onFailure?.(error)
    closeStream(this.#body, this.#iterator)
  }
}
