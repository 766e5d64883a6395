// Runs work in a transaction, and again after a conflict.
import { currentFrame } from '@keelson/core'
import { runInTransaction } from '@keelson/core/frames'
import { TransactionConflictError } from '../errors.ts'
import { beginOutermost, type Attempt } from './begin-transaction.ts'
import type { TransactionOptions } from './contract.ts'
import { isStalePlan } from './driver-errors.ts'
import { commit, rollBack, type Ending } from './end-transaction.ts'
import { waitToRetry } from './retry-wait.ts'
import type { Site } from './site.ts'
import type { TransactionHost } from './transaction-host.ts'

const DEFAULT_RETRIES = 2

type Work<T> = () => T | PromiseLike<T>

/** Conflicts after the last retry: a transaction around does not multiply those. */
const exhausted = new WeakSet<object>()

/** Runs work in a new outermost transaction, and again after a conflict. */
export async function runOutermost<T>(
  host: TransactionHost,
  work: Work<T>,
  { options, site }: { readonly options: TransactionOptions; readonly site: Site },
): Promise<T> {
  const retries = options.retries ?? DEFAULT_RETRIES
  const frame = currentFrame()
  let stalePlans = 0
  for (let attempt = 0; ; attempt++) {
    try {
      return await runOnce(host, work, { options, site, frame })
    } catch (error) {
      // Each connection of the pool may tell so once after tables were changed.
      if (retries > 0 && isStalePlan(error) && stalePlans++ < host.adapter.pool.poolSize) attempt--
      if (!TransactionConflictError.is(error) || exhausted.has(error)) throw error
      if (attempt >= retries) {
        exhausted.add(error)
        throw error
      }
      await waitToRetry(attempt, { random: host.random, frame })
    }
  }
}

async function runOnce<T>(
  host: TransactionHost,
  work: Work<T>,
  { options, site, frame }: Attempt,
): Promise<T> {
  const startedAt = performance.now()
  const begun = beginOutermost(host, { options, site, frame })
  const { level, holder, name } = begun instanceof Promise ? await begun : begun
  const ending: Ending = { host, holder, name, site, startedAt }
  let result: T
  try {
    result = await runInTransaction(level, work)
  } catch (error) {
    await rollBack(level, ending, error)
    // A conflict that the work has wrapped or replaced is still one: the server has said so.
    throw TransactionConflictError.is(level.failure?.error) ? level.failure.error : error
  }
  const ended = commit(level, ending, frame)
  if (ended !== undefined) await ended
  return result
}
