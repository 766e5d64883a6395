// Runs work in a transaction, and again after a conflict.
import { currentFrame } from '@keelson/core'
import { runInTransaction } from '@keelson/core/frames'
import { TransactionConflictError } from '../errors.ts'
import { beginOutermost, type Attempt } from './begin-transaction.ts'
import type { TransactionOptions } from './contract.ts'
import { commit, rollBack, type Ending } from './end-transaction.ts'
import { DEFAULT_RETRIES, runAgain } from './run-again.ts'
import type { Site } from './site.ts'
import type { TransactionHost } from './transaction-host.ts'

type Work<T> = () => T | PromiseLike<T>

/** Runs work in a new outermost transaction, and again after a conflict. */
export async function runOutermost<T>(
  host: TransactionHost,
  work: Work<T>,
  { options, site }: { readonly options: TransactionOptions; readonly site: Site },
): Promise<T> {
  const frame = currentFrame()
  const run = (): Promise<T> => runOnce(host, work, { options, site, frame })
  try {
    return await run()
  } catch (error) {
    return await runAgain(error, run, { host, retries: options.retries ?? DEFAULT_RETRIES, frame })
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
