// On the request path of requests that bring a body.
import { BadRequestError, ClientClosedRequestError, ignore, type FrameworkError } from '../../errors/index.ts'
import type { BodyTaker } from '../../operation/index.ts'
import { tooLarge } from '../message/body-limits.ts'
import type { NodeRequest } from './node-messages.ts'

/** Where the bytes of a request's body go. */
export interface BodySink {
  /** Bytes so far. */
  received: number
  /** Whether it is the client that is waited for, and not the one who reads. */
  readonly isWaiting: boolean
  /** Takes a chunk, `null` for the end. `false` asks to be left alone until `resume`. */
  take(chunk: Buffer | null): boolean
  /** Nothing more will come. Whoever reads gets the error; `false` when nobody does. */
  fail(error: Error): boolean
}

/** What a sink needs from the exchange whose body it takes. */
export interface BodyOwner {
  readonly request: NodeRequest
  /** Hands the body to a sink. Throws when there is none to be had, or it is announced to be too large. */
  startBody(maxBytes: number, sink: BodySink): void
  /** Nobody wants the rest. */
  discardBody(): void
  /** Even the rest that nobody wants is too much. */
  closeUnread(): void
  /** The rest that nobody wanted has come. */
  endUnread(): void
}

const EMPTY = new Uint8Array(0)
/** Bytes that may wait in a stream before the client is told to pause. */
const HIGH_WATER_BYTES = 65_536

/** Sends the body to a sink from now on; what came before comes first. */
export function directBody(request: NodeRequest, sink: BodySink): void {
  // Node 26 gives one chunk at a time, where older ones gave all.
  while (request.readableLength > 0) {
    const early = request.read() as Buffer | null
    if (early === null) break
    sink.take(early)
  }
  request.sink = sink
  // The stream had the end already, so nobody will tell the sink.
  if (request.complete) {
    request.isTaken = true
    sink.take(null)
  } else readOn(request)
}

/** Lets the socket read on, as the stream would if it were read; also keeps node from throwing the body away itself. */
function readOn(request: NodeRequest): void {
  request._read(0)
}

/** Collects the whole body, up to a bound. */
export class WholeBody implements BodySink {
  received = 0
  isWaiting = true
  readonly #maxBytes: number
  readonly #owner: BodyOwner
  readonly #taker: BodyTaker
  // Most bodies come in one chunk, which is then the answer.
  #first: Buffer | undefined = undefined
  #rest: Buffer[] | undefined = undefined

  constructor(maxBytes: number, owner: BodyOwner, taker: BodyTaker) {
    this.#maxBytes = maxBytes
    this.#owner = owner
    this.#taker = taker
  }

  take(chunk: Buffer | null): boolean {
    if (!this.isWaiting) return true
    if (chunk === null) {
      this.isWaiting = false
      this.#taker.onBody(this.#collect())
      return true
    }
    this.received += chunk.byteLength
    if (this.received > this.#maxBytes) {
      this.fail(tooLarge(this.#maxBytes))
      this.#owner.discardBody()
      return true
    }
    if (this.#first === undefined) this.#first = chunk
    else if (this.#rest === undefined) this.#rest = [this.#first, chunk]
    else this.#rest.push(chunk)
    return true
  }

  #collect(): Uint8Array {
    if (this.#rest !== undefined) return Buffer.concat(this.#rest, this.received)
    return this.#first ?? EMPTY
  }

  fail(error: Error): boolean {
    if (!this.isWaiting) return false
    this.isWaiting = false
    this.#first = undefined
    this.#rest = undefined
    this.#taker.onBodyError(error)
    return true
  }
}

/** Makes a promise of what it is given. */
export class PromisedBody implements BodyTaker {
  readonly promise: Promise<Uint8Array>
  onBody!: (bytes: Uint8Array) => void
  #reject!: (error: Error) => void

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.onBody = resolve
      this.#reject = reject
    })
  }

  onBodyError(error: Error): void {
    // Whoever asked may have gone on without it.
    this.promise.catch(ignore)
    this.#reject(error)
  }
}

interface Pull {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void
  readonly reject: (error: Error) => void
}

/** Hands the body on chunk by chunk; a reader who is slow makes the client pause. */
export class BodyStream implements BodySink, AsyncIterableIterator<Uint8Array, undefined> {
  received = 0
  readonly #owner: BodyOwner
  readonly #maxBytes: number
  readonly #queue: Buffer[] = []
  #queued = 0
  #pull: Pull | undefined = undefined
  #error: Error | undefined = undefined
  #state: 'new' | 'open' | 'ended' | 'closed' = 'new'

  constructor(maxBytes: number, owner: BodyOwner) {
    this.#maxBytes = maxBytes
    this.#owner = owner
  }

  get isWaiting(): boolean {
    return this.#pull !== undefined
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  take(chunk: Buffer | null): boolean {
    if (this.#state !== 'open') return true
    if (chunk === null) {
      this.#state = 'ended'
      this.#give({ done: true, value: undefined })
      return true
    }
    this.received += chunk.byteLength
    if (this.received > this.#maxBytes) {
      this.fail(tooLarge(this.#maxBytes))
      this.#owner.discardBody()
      return true
    }
    if (this.#give({ done: false, value: chunk })) return true
    this.#queue.push(chunk)
    this.#queued += chunk.byteLength
    return this.#queued < HIGH_WATER_BYTES
  }

  #give(result: IteratorResult<Uint8Array, undefined>): boolean {
    const pull = this.#pull
    if (pull === undefined) return false
    this.#pull = undefined
    pull.resolve(result)
    return true
  }

  fail(error: Error): boolean {
    if (this.#state === 'ended' || this.#state === 'closed') return false
    this.#state = 'ended'
    const pull = this.#pull
    this.#pull = undefined
    if (pull === undefined) this.#error = error
    else pull.reject(error)
    return true
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#state === 'new') {
      this.#state = 'open'
      try {
        this.#owner.startBody(this.#maxBytes, this)
      } catch (error) {
        this.#state = 'closed'
        return Promise.reject(error as Error)
      }
    }
    const chunk = this.#queue.shift()
    if (chunk !== undefined) {
      this.#queued -= chunk.byteLength
      if (this.#queue.length === 0 && this.#state === 'open') readOn(this.#owner.request)
      return Promise.resolve({ done: false, value: chunk })
    }
    return this.#end()
  }

  #end(): Promise<IteratorResult<Uint8Array, undefined>> {
    const error = this.#error
    if (error !== undefined) {
      this.#error = undefined
      return Promise.reject(error)
    }
    if (this.#state !== 'open') return Promise.resolve({ done: true, value: undefined })
    if (this.#pull !== undefined) {
      return Promise.reject(new TypeError('The next chunk was asked for before the last one came.'))
    }
    return new Promise((resolve, reject) => {
      this.#pull = { resolve, reject }
    })
  }

  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    const isOpen = this.#state === 'open'
    this.#state = 'closed'
    this.#queue.length = 0
    this.#error = undefined
    this.#give({ done: true, value: undefined })
    if (isOpen) this.#owner.discardBody()
    return Promise.resolve({ done: true, value: undefined })
  }
}

/** Counts and throws away a body that nobody reads, up to a bound. */
export class DiscardedBody implements BodySink {
  received: number
  readonly #maxBytes: number
  readonly #owner: BodyOwner
  #isEnded = false

  constructor(received: number, maxBytes: number, owner: BodyOwner) {
    this.received = received
    this.#maxBytes = maxBytes
    this.#owner = owner
  }

  /** Whether more has come than is read to keep the connection; whoever took the bytes before may have been given more. */
  get isBeyond(): boolean {
    return this.received > this.#maxBytes
  }

  /** Beyond the bound nothing is read, so that a client who cannot send is not too slow. */
  get isWaiting(): boolean {
    return !this.#isEnded && !this.isBeyond
  }

  take(chunk: Buffer | null): boolean {
    if (chunk === null) {
      this.#isEnded = true
      this.#owner.endUnread()
      return true
    }
    const wasWithin = !this.isBeyond
    this.received += chunk.byteLength
    if (wasWithin && this.isBeyond) this.#owner.closeUnread()
    // Beyond, it stays where it is: closing takes a while, in which much more could come.
    return !this.isBeyond
  }

  fail(): boolean {
    return false
  }
}

/** The body of a request that is not served. */
export class UnservedBody implements BodySink {
  readonly received = 0
  readonly isWaiting = false
  readonly #connection: { takeUnserved(): boolean }

  constructor(connection: { takeUnserved(): boolean }) {
    this.#connection = connection
  }

  take(chunk: Buffer | null): boolean {
    return chunk === null || this.#connection.takeUnserved()
  }

  fail(): boolean {
    return false
  }
}

/** What broke a body off: its answer, or a client that went away. */
export function brokenBody(isAnswered: boolean): FrameworkError {
  return isAnswered
    ? new BadRequestError('The request was answered before its body had come.')
    : new ClientClosedRequestError('The client went away before its request was complete.')
}
