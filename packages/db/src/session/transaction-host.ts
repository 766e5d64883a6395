// What a transaction needs of its database, and what that learns of it.
import type { Clock, Random } from '@keelson/core'
import {
  createTransactionScope,
  type OwnedTransactionScope,
  type TransactionScope,
} from '@keelson/core/frames'
import type { Adapter, Dialect, MaybePromise } from '../adapter/index.ts'
import type { TablesFacts } from '../table/index.ts'
import type { Holder } from './holder.ts'
import type { Asker } from './lane-pool.ts'
import type { QueryObserver } from './contract.ts'
import type { Site } from './site.ts'

/** What a transaction needs of its database. */
export interface TransactionHost {
  readonly name: string
  /** Owner of the scopes: what `currentTransaction(owner)` finds them by. */
  readonly owner: object
  readonly adapter: Adapter
  readonly dialect: Dialect
  readonly observer: QueryObserver
  readonly tables: TablesFacts | undefined
  acquire(isRead: boolean, asker: Asker): MaybePromise<Holder>
  release(holder: Holder): void
  discard(holder: Holder, error: unknown): void
  /** Closes the connections that nobody uses at present. */
  closeIdle(): void
  /** Learns of work after an end that failed; it changes nothing of the end. */
  onAfterError(error: unknown, scope: TransactionScope): void
  ended(summary: TransactionSummary): void
  readonly clock: Clock
  readonly random: Random
}

/** An outermost transaction that is over. */
export interface TransactionSummary {
  readonly name: string
  readonly site: Site
  readonly startedAt: number
  readonly outcome: 'committed' | 'rolled-back' | 'unknown'
  readonly error?: unknown
}

/** The scope of a transaction of a database. */
export function newScope(host: TransactionHost, name: string): OwnedTransactionScope {
  return createTransactionScope({
    name,
    owner: host.owner,
    onError: (error, after) => host.onAfterError(error, after),
  })
}
