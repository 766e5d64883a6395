// On the request path of requests with a body.
import { ignore } from '../../errors/index.ts'
import type { BodyTaker } from '../../operation/index.ts'
import { tooLarge } from '../message/body-limits.ts'
import type { BodyOwner, BodySink, RequestMessage } from './contract.ts'
import { readOn } from './node-internals.ts'

const EMPTY = new Uint8Array(0)

/** Directs the body to a sink, with what has come already first. */
export function directBody(request: RequestMessage, sink: BodySink): void {
  // Node 26 returns one chunk at a time, older versions all.
  while (request.readableLength > 0) {
    const early = request.read() as Buffer | null
    if (early === null) break
    sink.take(early)
  }
  request.sink = sink
  // The stream has got the end already, so the sink would not.
  if (request.complete) {
    request.isTaken = true
    sink.take(null)
  } else readOn(request)
}

/** Collects the whole body, up to a limit. */
export class WholeBody implements BodySink {
  received = 0
  isWaiting = true
  readonly #maxBytes: number
  readonly #owner: BodyOwner
  readonly #taker: BodyTaker
  // Most bodies come in one chunk, which is then used as it is.
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

/** A body as a promise. */
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
    // The caller may not await it any more.
    this.promise.catch(ignore)
    this.#reject(error)
  }
}
