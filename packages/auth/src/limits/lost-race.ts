import { ServiceUnavailableError } from '@keelson/core'

/** A change that was tried again and again, and always came after that of somebody else. */
export interface LostRace {
  /** What the caller is told. */
  readonly detail: string
  /** What was called, for the log: `compareAndSet of the record of revoked tokens`. */
  readonly call: string
  readonly tries: number
}

/** A 503, whose cause tells the log what was lost. */
export function lostRace({ detail, call, tries }: LostRace): ServiceUnavailableError {
  const cause = new Error(
    `${call} was lost ${tries} times, each to another change of the same. Look at how long the store takes.`,
  )
  return new ServiceUnavailableError(detail, { retryAfterSeconds: 1, cause })
}
