// Results of synchronous drivers stay synchronous: a promise less for each read of SQLite.
import type { MaybePromise } from './contract.ts'

/** What follows from a result, at once or later. */
export function andThen<T, R>(value: MaybePromise<T>, next: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(next) : next(value)
}
