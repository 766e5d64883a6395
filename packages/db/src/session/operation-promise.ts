// On the path of each query within a transaction: whether anybody awaits what was begun.
import type { MaybePromise } from '../adapter/index.ts'
import type { Begun } from './begun.ts'

/**
 * The promise of an operation. `await` calls `then` of a subclass, as `Promise.all` and `return` do, so it learns whether its caller
 * did. What follows from it is a plain promise.
 */
class OperationPromise<T> extends Promise<T> {
  declare '~begun': Begun

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

/**
 * The promise that a caller gets of an operation. It settles when all code that can go on has gone on: a statement of SQLite ends at once,
 * and what a function that nobody awaits has begun would be found in the transactions of servers alone. It is handled: one that nobody
 * awaits fails the transaction, and not the process.
 */
export function toOperationPromise<T>(out: MaybePromise<T>, begun: Begun): Promise<T> {
  const promise: OperationPromise<T> = new OperationPromise((resolve, reject) => {
    // Where a callback of Node calls this, its ticks come before what promises go on with.
    const settled = out instanceof Promise ? out : Promise.resolve(out)
    settled.then(
      (value) => process.nextTick(fulfil, begun, resolve, value),
      (error: unknown) =>
        process.nextTick(() => {
          begun.settled(error)
          void Promise.prototype.then.call(promise, undefined, () => undefined)
          reject(error as Error)
        }),
    )
  })
  promise['~begun'] = begun
  return promise
}

function fulfil<T>(begun: Begun, resolve: (value: T) => void, value: T): void {
  begun.settled()
  resolve(value)
}
