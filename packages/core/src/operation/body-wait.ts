// On the request path of requests whose body a schema takes.
import { AsyncResource } from 'node:async_hooks'
import { ignore } from '../errors/index.ts'
import { ResponseHeaders, type Outcome } from '../route/index.ts'
import type { BodyTaker } from './call.ts'
import { PipelineOutcome } from './pipeline-outcome.ts'
import type { BodyTail } from './plan.ts'

/** What a plan returns while it waits for the body; the waiter settles the request. */
export const PENDING: Outcome = Object.freeze(
  new PipelineOutcome(0, undefined, false, new ResponseHeaders([])),
)

/** Continues with the body, or with the error in its place. */
export interface BodyWaiter {
  resume(tail: BodyTail, bytes: Uint8Array): void
  fail(error: unknown): void
}

/**
 * Waits for a body by a callback, where three promises would cost 0.2 microseconds. The connection's parser calls it; as an
 * `AsyncResource` it continues in the asynchronous context of the request, with its frame and what an application or its
 * instrumentation keeps there.
 */
export class BodyWait extends AsyncResource implements BodyTaker {
  readonly #waiter: BodyWaiter
  readonly #tail: BodyTail
  #settled: Promise<Uint8Array> | undefined = undefined
  #bytes: Uint8Array | undefined = undefined
  #onSettled: BodyTaker | undefined = undefined

  constructor(waiter: BodyWaiter, tail: BodyTail) {
    super('KEELSON_BODY')
    this.#waiter = waiter
    this.#tail = tail
  }

  onBody(bytes: Uint8Array): void {
    this.#bytes = bytes
    this.#onSettled?.onBody(bytes)
    this.runInAsyncScope(resume, undefined, this.#waiter, this.#tail, bytes)
  }

  onBodyError(error: Error): void {
    this.#onSettled?.onBodyError(error)
    this.#settled ??= rejected(error)
    // The code that breaks off a body first settles the exchange, or discards the rest.
    queueMicrotask(() => this.runInAsyncScope(fail, undefined, this.#waiter, error))
  }

  /** The same bytes for other readers of the body. */
  whole(): Promise<Uint8Array> {
    this.#settled ??=
      this.#bytes === undefined
        ? new Promise((resolve, reject) => {
            this.#onSettled = { onBody: resolve, onBodyError: reject }
          })
        : Promise.resolve(this.#bytes)
    return this.#settled
  }
}

function rejected(error: Error): Promise<never> {
  const promise = Promise.reject(error)
  promise.catch(ignore)
  return promise
}

function resume(waiter: BodyWaiter, tail: BodyTail, bytes: Uint8Array): void {
  waiter.resume(tail, bytes)
}

function fail(waiter: BodyWaiter, error: Error): void {
  waiter.fail(error)
}
