// On the request path of answers that are streams: until the first piece is known nothing is sent, so that a stream which
// fails at once is an error like any other.
import type { Readable } from 'node:stream'
import { essenceOf, ignore } from '../errors/index.ts'
import type { ResponseHeaders } from '../route/index.ts'
import {
  BegunIterable,
  closedEarly,
  closeIterator,
  discardStream,
  isEmpty,
  isReadable,
  readBefore,
  type StreamBody,
} from './stream-value.ts'

/** Longest wait for the first event of an event stream, ms; then it opens without one. */
const EVENT_GRACE_MS = 200

/** A stream whose first piece is awaited. */
export class StreamOpening {
  /** What is sent: the stream itself, or an iterable that continues what was begun. */
  readonly body: StreamBody
  /** Resolves when the first piece, or the end, has come; rejects when the stream fails before. */
  readonly opened: Promise<void>
  readonly #seen: StreamBody | undefined
  #timer: NodeJS.Timeout | undefined = undefined
  #release: (() => void) | undefined = undefined

  constructor(stream: StreamBody, { isEventStream, isSeen }: OpeningOptions) {
    const isNode = isReadable(stream)
    const begun = isNode ? undefined : new BegunIterable(stream)
    this.body = begun ?? stream
    // Transforms may check for a web stream, and pipe it through another.
    this.#seen = isSeen && stream instanceof ReadableStream ? toWebStream(this.body) : undefined
    const first = begun === undefined ? this.#watch(stream as Readable) : begun.begun
    this.opened = (isEventStream ? Promise.race([first, this.#grace()]) : first).then(
      () => this.#end(),
      (error: unknown) => {
        this.#end()
        throw error
      },
    )
  }

  #watch(stream: Readable): Promise<void> {
    const watch = watchReadable(stream)
    this.#release = watch.release
    return watch.begun
  }

  #end(): void {
    clearTimeout(this.#timer)
    this.#release?.()
  }

  /** What transforms see. */
  get value(): StreamBody {
    return this.#seen ?? this.body
  }

  /** What is sent for a value that transforms left; `undefined` for another value. */
  bodyOf(value: unknown): StreamBody | undefined {
    if (value === this.body) return this.body
    return value === this.#seen && this.#seen !== undefined && !(this.#seen as ReadableStream).locked
      ? this.body
      : undefined
  }

  /** Discards it. */
  stop(): void {
    this.#end()
    discardStream(this.body)
  }

  #grace(): Promise<void> {
    return new Promise((resolve) => {
      this.#timer = setTimeout(resolve, EVENT_GRACE_MS)
    })
  }
}

interface OpeningOptions {
  /** Whether it opens without a first piece. */
  readonly isEventStream: boolean
  /** Whether middleware will see it. */
  readonly isSeen: boolean
}

/** HTML Standard §9.2: a client waits for the head, and the first event may be late. */
export function isEventStream(headers: ResponseHeaders): boolean {
  return essenceOf(headers.get('content-type') ?? '') === 'text/event-stream'
}

/** Waits until a Node stream has a piece, which it leaves there, or has ended. */
function watchReadable(stream: Readable): { readonly begun: Promise<void>; release(): void } {
  let resolve!: () => void
  let reject!: (error: unknown) => void
  const begun = new Promise<void>((onBegun, onFailure) => {
    resolve = onBegun
    reject = onFailure
  })
  const release = (): void => {
    stream.off('end', onEnd).off('close', onClose).off('error', onError).off('readable', onReadable)
  }
  const onEnd = (): void => {
    release()
    resolve()
  }
  const onError = (error: unknown): void => {
    release()
    reject(error)
  }
  const onClose = (): void => {
    if (stream.errored !== null && stream.errored !== undefined) onError(stream.errored)
    else if (stream.readableEnded) onEnd()
    else onError(closedEarly())
  }
  // A stream of bytes emits it for bytes and for its end, a stream of objects for empty ones as well. An object that is put
  // back emits it again, so the listener is removed first.
  const onReadable = (): void => {
    if (!stream.readableObjectMode || skipEmpty(stream)) onEnd()
  }
  // The code that sends it handles later errors; until then nothing else listens.
  stream.on('error', ignore)
  if (stream.readableEnded) reject(readBefore())
  else if (stream.destroyed) onClose()
  // A flowing stream is being read already; one of the oldest kind has no buffer.
  else if (stream.readableFlowing === true || typeof stream.readableLength !== 'number') resolve()
  else if (stream.readableLength > 0 && (!stream.readableObjectMode || skipEmpty(stream))) resolve()
  else stream.on('end', onEnd).on('close', onClose).on('error', onError).on('readable', onReadable)
  return { begun, release }
}

/** Removes empty texts and bytes from the front of a stream of objects; returns whether a piece remains. */
function skipEmpty(stream: Readable): boolean {
  for (;;) {
    const chunk: unknown = stream.read()
    if (chunk === null) return false
    if (isEmpty(chunk)) continue
    stream.unshift(chunk)
    return true
  }
}

/** Continues a begun iterable, and does not read ahead. */
function toWebStream(body: AsyncIterable<string | Uint8Array>): ReadableStream {
  const iterator = body[Symbol.asyncIterator]()
  return new ReadableStream<string | Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await iterator.next()
        if (done === true) controller.close()
        else controller.enqueue(value)
      },
      cancel: () => closeIterator(iterator),
    },
    { highWaterMark: 0 },
  )
}
