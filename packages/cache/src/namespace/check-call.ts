import { ArgumentError } from '@keelson/core'
import { checkCallOptions, describeValue, type OptionTable } from '@keelson/core/options'

/**
 * @param place - `prices.getMany`, for messages
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT`
 */
export function checkCall<T>(table: OptionTable<T>, options: T | undefined, place: string): void {
  if (options !== undefined) checkCallOptions(table, options, { name: place, below: undefined })
}

/**
 * @param what - of which it should be a list
 * @throws {ArgumentError} `ERR_CORE_ARGUMENT`
 */
export function assertList(given: unknown, place: string, what: string): void {
  if (Array.isArray(given)) return
  throw new ArgumentError(`${place}: Give a list of ${what}, not ${describeValue(given)}.`)
}
