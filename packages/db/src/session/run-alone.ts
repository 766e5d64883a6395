// On the path of each query outside of transactions: takes a connection for it alone.
import type { Frame } from '@keelson/core'
import type { MaybePromise, Result } from '../adapter/index.ts'
import { TransactionConflictError } from '../errors.ts'
import type { Query } from './contract.ts'
import type { Holder } from './holder.ts'
import type { Asker } from './lane-pool.ts'
import { isUndoneWhole } from './lost-answer.ts'
import { OPERATION_RETRIES, runAgain } from './run-again.ts'
import { runStatement } from './run-statement.ts'
import { siteAround } from './site.ts'
import { errorOf } from './statement-failure.ts'
import type { TransactionHost } from './transaction-host.ts'

interface Asked extends Asker {
  readonly query: Query
  /** Whether who runs it sees to its conflicts. */
  readonly isAgain: boolean
}

/** Runs a statement by itself, and again after a conflict that has undone it. */
export function runAlone(
  host: TransactionHost,
  query: Query,
  frame: Frame | undefined,
): MaybePromise<Result> {
  return run(host, { label: query.label, site: siteAround(), frame, query, isAgain: false })
}

function run(host: TransactionHost, asked: Asked): MaybePromise<Result> {
  const holder = host.acquire(asked.query.statement.isRead, asked)
  return holder instanceof Promise
    ? holder.then((later) => runOn(host, later, asked))
    : runOn(host, holder, asked)
}

function runOn(host: TransactionHost, holder: Holder, asked: Asked): MaybePromise<Result> {
  const { adapter, observer, tables } = host
  let out: MaybePromise<Result>
  try {
    out = runStatement(holder, asked.query, { adapter, observer, tables, frame: asked.frame, isAlone: true })
  } catch (error) {
    host.release(holder)
    return failed(host, error, asked)
  }
  if (!(out instanceof Promise)) {
    host.release(holder)
    return out
  }
  return out.then(
    (result) => {
      host.release(holder)
      return result
    },
    (error: unknown) => {
      host.release(holder)
      return failed(host, error, asked)
    },
  )
}

/** @throws what the caller gets, where nothing is run again */
function failed(host: TransactionHost, thrown: unknown, asked: Asked): Promise<Result> {
  const error = errorOf(thrown)
  const { query, frame, isAgain } = asked
  if (isAgain || !TransactionConflictError.is(error) || !isUndoneWhole(query.statement)) throw error
  const again = (): MaybePromise<Result> => run(host, { ...asked, isAgain: true })
  return runAgain(error, again, { host, retries: OPERATION_RETRIES, frame })
}
