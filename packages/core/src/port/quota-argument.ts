// On the request path: what a rate limit asks of a store.
import { assertAmount } from './key-value-argument.ts'
import { MAX_TTL_MS, type StoreQuota } from './key-value-store.ts'
import { PortArgumentError } from './port-error.ts'

/**
 * For adapters that have `take`: refuses a quota whose numbers are out of range.
 *
 * @throws {PortArgumentError} when a number is not whole, or the amount exceeds the limit
 */
export function assertQuota({ limit, windowMs, amount }: StoreQuota): void {
  assertAmount(amount)
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new PortArgumentError(`The limit must be a positive whole number, not ${String(limit)}.`)
  if (!Number.isInteger(windowMs) || windowMs < 1 || windowMs > MAX_TTL_MS / 2)
    throw new PortArgumentError(
      `windowMs must be a whole number from 1 to ${MAX_TTL_MS / 2}, not ${String(windowMs)}.`,
    )
  if (amount > limit) throw new PortArgumentError(`The amount ${amount} exceeds the limit ${limit}.`)
}
