// On the request path: what `increment` makes of a value.
import { StoreCounterError } from './port-error.ts'

/** What a counter comes to. */
export interface CounterStep {
  readonly sum: number
  /** The value to store; `undefined` where the sum would pass the maximum, and the counter stays as it is. */
  readonly next: Uint8Array | undefined
}

/**
 * For adapters: adds to the value of a counter, as `increment` does.
 *
 * @param value - what is stored; `undefined` for nothing, which counts as 0
 * @param max - what the counter may come to by adding
 * @throws {StoreCounterError} for a value that is not a whole number, and for a sum beyond ±(2^53 − 1)
 * @example
 * addToCounter(Buffer.from('40'), 2, 100).sum // => 42
 * addToCounter(Buffer.from('99'), 2, 100).next // => undefined
 */
export function addToCounter(value: Uint8Array | undefined, by: number, max?: number): CounterStep {
  const sum = (value === undefined ? 0 : toCounter(value)) + by
  if (max !== undefined && by > 0 && sum > max) return { sum, next: undefined }
  if (!Number.isSafeInteger(sum)) throw new StoreCounterError('The counter would exceed ±(2^53 − 1).')
  // A copy, since small buffers are parts of a pool, which each counter would keep.
  return { sum, next: new Uint8Array(Buffer.from(String(sum), 'latin1')) }
}

function toCounter(value: Uint8Array): number {
  const text = Buffer.from(value).toString('latin1')
  const count = Number(text)
  if (!/^-?\d{1,16}$/.test(text) || !Number.isSafeInteger(count))
    throw new StoreCounterError('The value is not a whole number, so it cannot be incremented.')
  return count
}
