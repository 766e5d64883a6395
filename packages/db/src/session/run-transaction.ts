// Runs work in a transaction, and again after a conflict.
import { currentFrame } from '@keelson/core'
import { runInTransaction } from '@keelson/core/frames'
import { TransactionConflictError } from '../errors.ts'
import { openOutermost, type Attempt } from './begin-transaction.ts'
import type { TransactionOptions } from './contract.ts'
import { commit, rollBack } from './end-transaction.ts'
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
  const level = openOutermost(host, { options, site, frame })
  let result: T
  try {
    result = await runInTransaction(level, work)
  } catch (error) {
    await rollBack(level, host, error)
    // A conflict that the work has wrapped or replaced is still one: the server has said so.
    throw TransactionConflictError.is(level.failure?.error) ? level.failure.error : error
  }
  const ended = commit(level, host, frame)
  if (ended !== undefined) await ended
  return result
}
