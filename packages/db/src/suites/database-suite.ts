import type { SuiteTools } from '@keelson/core/suites'
import type { Adapter } from '../adapter/index.ts'
import { createTables } from '../create-tables/index.ts'
import { openDatabase } from '../database/index.ts'
import { CANCELLATION_CASES } from './cancellation-cases.ts'
import { DATABASE_CASES } from './database-cases.ts'
import { LIST_CASES } from './list-cases.ts'
import { STORE_CASES } from './store-cases.ts'
import { SUITE_TABLES } from './suite-tables.ts'

/** An empty database that no other case uses. */
export interface DatabaseSubject {
  readonly adapter: Adapter
  readonly dispose?: (() => void | Promise<void>) | undefined
}

/** Options of {@link databaseSuite}. */
export interface DatabaseSuiteOptions {
  /** Of the adapter, for the titles. */
  readonly name: string
  /** Makes an empty database for each case. */
  readonly make: () => DatabaseSubject | Promise<DatabaseSubject>
}

const CASES = { ...DATABASE_CASES, ...LIST_CASES, ...CANCELLATION_CASES, ...STORE_CASES }

/**
 * Proves that an adapter holds what repositories, transactions and `db.sql` promise: values as they were inserted, text by its bytes,
 * NULL as the smallest value, errors of constraints, transactions that end whole, pages and streams, what is over when its request is, and
 * the key-value store.
 *
 * @example
 * import { describe, expect, it } from 'vitest'
 * databaseSuite({ describe, it, expect }, { name: 'sqlite', make: () => ({ adapter: sqlite(':memory:') }) })
 */
export function databaseSuite(
  { describe, it, expect }: SuiteTools,
  { name, make }: DatabaseSuiteOptions,
): void {
  describe(`database of ${name}`, () => {
    for (const [title, run] of Object.entries(CASES))
      it(title, async () => {
        const { adapter, dispose } = await make()
        try {
          await using db = await openDatabase(adapter, SUITE_TABLES)
          await createTables(db)
          await run(db, expect)
        } finally {
          await dispose?.()
        }
      })
  })
}
