// On the request path of requests whose body is read as a stream.
import { tooLarge } from '../message/body-limits.ts'
import type { BodyOwner, BodySink } from './contract.ts'
import { readOn } from './node-internals.ts'

/** Bytes that may wait in a stream before reading from the client pauses. */
const HIGH_WATER_BYTES = 65_536

interface Pull {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void
  readonly reject: (error: Error) => void
}

/** Passes the body on chunk by chunk; a slow reader makes the client pause. */
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
