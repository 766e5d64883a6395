// On the request path of requests that bring a body.
import { ignore } from '../../errors/index.ts'
import type { BodyTaker } from '../../operation/index.ts'
import { tooLarge } from '../message/body-limits.ts'
import type { BodyOwner, BodySink, RequestMessage } from './contract.ts'
import { readOn } from './node-internals.ts'

const EMPTY = new Uint8Array(0)

/** Sends the body to a sink from now on; what came before comes first. */
export function directBody(request: RequestMessage, sink: BodySink): void {
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
