// On the path of each query within a transaction: whether anybody awaits what was begun.
import type { Begun } from './level.ts'

/**
 * The promise of an operation. `await` calls `then` of a subclass, as `Promise.all` and `return` do, so it learns whether its caller
 * did. What follows from it is a plain promise.
 */
class OperationPromise<T> extends Promise<T> {
  declare readonly '~begun': Begun

  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  // oxlint-disable-next-line unicorn/no-thenable -- what is noted here is the purpose of the class
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this['~begun'].awaited()
    return super.then(onFulfilled, onRejected)
  }
}

/** Makes a promise that nobody else has one that notes when it is awaited; no second one is made, which nobody would handle. */
export function toOperationPromise<T>(out: Promise<T>, begun: Begun): Promise<T> {
  return Object.assign(Object.setPrototypeOf(out, OperationPromise.prototype) as Promise<T>, {
    '~begun': begun,
  })
}
