// On the request path: how a request is refused that a quota has no room for.
import { ServiceUnavailableError, TooManyRequestsError, type FrameworkError } from '@keelson/core'
import { STORE_REST_MS } from './store-watch.ts'

/** @param resetMs - until all of the quotas have room */
export function tooMany(quotas: string, resetMs: number): FrameworkError {
  const retryAfterSeconds = toSeconds(resetMs)
  const detail = `The quota ${quotas} is used up. Try again in ${retryAfterSeconds} s.`
  return new TooManyRequestsError(detail, { retryAfterSeconds })
}

/** For a request that cannot be counted, and must be. */
export function uncounted(): FrameworkError {
  return new ServiceUnavailableError(undefined, { retryAfterSeconds: STORE_REST_MS / 1000 })
}

/** Rounded up: who comes back then is not refused once more. */
export function toSeconds(ms: number): number {
  return Math.ceil(ms / 1000)
}
