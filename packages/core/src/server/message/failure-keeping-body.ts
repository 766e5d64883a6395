// On the request path of bodies that are decoded, or read by a mounted handler.

/** A body that keeps its error: its reader, a decoder or a mounted handler, may wrap it in another one. */
export class FailureKeepingBody implements AsyncIterableIterator<Uint8Array, undefined> {
  failure: Error | undefined = undefined
  readonly #iterator: AsyncIterator<Uint8Array, undefined>

  constructor(encoded: AsyncIterable<Uint8Array>) {
    this.#iterator = encoded[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return this.#iterator.next().catch((error: Error) => {
      this.failure = error
      throw error
    })
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    await this.#iterator.return?.()
    return { done: true, value: undefined }
  }
}
