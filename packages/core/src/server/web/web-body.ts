// On the request path of answers that are streams, for hosts with the Fetch API.
import { AsyncLocalStorage } from 'node:async_hooks'
import { InternalError } from '../../errors/index.ts'
import type { TimerWheel } from '../../frame/index.ts'
import {
  closeStream,
  isChunk,
  iterate,
  ReaderWatch,
  wrongChunk,
  type StreamBody,
} from '../../operation/index.ts'
import { wrongLength } from '../message/framing.ts'

/** How a body ended: complete or not, with how many bytes, and why, unless the reader went away. */
export type OnBodyEnd = (completed: boolean, bytes: number, reason: unknown) => void

/** Options of {@link WebBody}. */
interface WebBodyOptions {
  /** Length that the head promises, bytes; -1 for none. */
  readonly promised: number
  /** Holds the deadline of the request, if it has one. */
  readonly wheel: TimerWheel | undefined
  readonly onEnd: OnBodyEnd
}

const encoder = new TextEncoder()

/** A streamed body as a `ReadableStream`: read on demand, closed when the reader stops. */
export class WebBody {
  readonly stream: ReadableStream<Uint8Array>
  bytes = 0
  readonly #body: StreamBody
  readonly #promised: number
  readonly #onEnd: OnBodyEnd
  #iterator: AsyncIterator<unknown, unknown> | undefined = undefined
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined = undefined
  readonly #wheel: TimerWheel | undefined
  readonly #reader = new ReaderWatch()
  #isHolding = false
  #isOver = false

  constructor(body: StreamBody, { promised, wheel, onEnd }: WebBodyOptions) {
    this.#body = body
    this.#promised = promised
    this.#wheel = wheel
    this.#onEnd = onEnd
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller
        },
        // The reader has no frame; the body is made in that of its request, with the storages of its middleware.
        pull: AsyncLocalStorage.bind(() => this.#pull()),
        cancel: () => this.#cancel(),
      },
      // Nothing is read ahead.
      { highWaterMark: 0 },
    )
  }

  /** See `Call.endUnread`. */
  isUnread(): boolean {
    return this.#reader.isUnread()
  }

  async #pull(): Promise<void> {
    this.#hold()
    this.#reader.onAsk()
    try {
      this.#iterator ??= iterate(this.#body)
      // Empty chunks are skipped: the reader would go on waiting.
      for (;;) {
        const { done, value } = await this.#iterator.next()
        if (this.#isOver) return
        if (done === true) return this.#finish()
        if (this.#enqueue(value)) return
      }
    } catch (error) {
      this.#break(error)
    } finally {
      this.#reader.onAnswer()
      this.#release()
    }
  }

  // Nothing else may keep the process alive until the deadline, and the reader waits.
  #hold(): void {
    if (this.#wheel === undefined || this.#isOver) return
    this.#isHolding = true
    this.#wheel.hold()
  }

  #release(): void {
    if (!this.#isHolding) return
    this.#isHolding = false
    this.#wheel?.release()
  }

  #enqueue(value: unknown): boolean {
    if (!isChunk(value)) throw wrongChunk(value)
    const chunk = typeof value === 'string' ? encoder.encode(value) : value
    if (chunk.byteLength === 0) return false
    this.bytes += chunk.byteLength
    if (this.#promised !== -1 && this.bytes > this.#promised) {
      throw wrongLength('more than', this.#promised)
    }
    this.#controller?.enqueue(chunk)
    return true
  }

  #finish(): void {
    if (this.#promised !== -1 && this.bytes !== this.#promised) {
      throw wrongLength(`${this.bytes} bytes of`, this.#promised)
    }
    this.#isOver = true
    this.#controller?.close()
    this.#onEnd(true, this.bytes, undefined)
  }

  #break(error: unknown): void {
    if (this.#isOver) return
    this.fail(error)
    this.#onEnd(false, this.bytes, error ?? new InternalError('A stream failed for no reason.'))
  }

  /** Reports to the reader that the rest will not come. */
  fail(error: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#release()
    this.#controller?.error(error)
    closeStream(this.#body, this.#iterator)
  }

  #cancel(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#release()
    closeStream(this.#body, this.#iterator)
    this.#onEnd(false, this.bytes, undefined)
  }
}
