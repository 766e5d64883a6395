// Runs again what a conflict with others has undone.
import type { Frame } from '@keelson/core'
import type { MaybePromise } from '../adapter/index.ts'
import { TransactionConflictError } from '../errors.ts'
import { isStalePlan } from './driver-errors.ts'
import { waitToRetry } from './retry-wait.ts'
import type { TransactionHost } from './transaction-host.ts'

/** How often the function of a transaction runs again, unless its options say something else. */
export const DEFAULT_RETRIES = 2

/** How often an operation runs again that runs no code of the program, so that nothing but its time is lost by that. */
export const OPERATION_RETRIES = 4

/** Conflicts after the last retry: a transaction around does not multiply those. */
const exhausted = new WeakSet<object>()

interface Again {
  readonly host: Pick<TransactionHost, 'adapter' | 'random'>
  readonly retries: number
  /** Ends the waits. */
  readonly frame: Frame | undefined
}

/**
 * Runs something again that has failed, while that was a conflict, with a random wait before each run.
 *
 * @param failure - of the first run
 * @throws the first failure that is something else than a conflict, or the last one
 */
export async function runAgain<T>(
  failure: unknown,
  run: () => MaybePromise<T>,
  { host, retries, frame }: Again,
): Promise<T> {
  let error = failure
  let stalePlans = 0
  for (let attempt = 0; ; attempt++) {
    // Each connection of the pool may tell so once after tables were changed.
    if (retries > 0 && isStalePlan(error) && stalePlans++ < host.adapter.pool.poolSize) attempt--
    if (!TransactionConflictError.is(error) || exhausted.has(error)) throw error
    if (attempt >= retries) {
      exhausted.add(error)
      throw error
    }
    await waitToRetry(attempt, { random: host.random, frame })
    try {
      return await run()
    } catch (again) {
      error = again
    }
  }
}
