// On the request path of bodies that are decoded, or read by a mounted handler.

/** A body that keeps what broke it: whoever reads it, a decoder or a mounted handler, may pass that on in a coat of its own. */
export class FailureKeepingBody implements AsyncIterableIterator<Uint8Array, undefined> {
  fault: Error | undefined = undefined
  readonly #iterator: AsyncIterator<Uint8Array, undefined>

  constructor(encoded: AsyncIterable<Uint8Array>) {
    this.#iterator = encoded[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return this.#iterator.next().catch((error: Error) => {
      this.fault = error
      throw error
    })
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#iterator.return?.()
    return { done: true, value: undefined }
  }
}
