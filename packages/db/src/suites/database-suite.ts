import { callable, ofKind, optionTable, required, withMethods } from '@keelson/core/options'
import { defineSuite, type Suite, type SuiteCase, type SuiteCases } from '@keelson/core/suites'
import type { Adapter } from '../adapter/index.ts'
import { createTables } from '../create-tables/index.ts'
import { openDatabase } from '../database/index.ts'
import { CANCELLATION_CASES } from './cancellation-cases.ts'
import { DATABASE_CASES } from './database-cases.ts'
import { LIST_CASES } from './list-cases.ts'
import { STORE_CASES } from './store-cases.ts'
import type { Cases } from './suite-case.ts'
import { SUITE_TABLES } from './suite-tables.ts'

/** An empty database that no other case uses. */
export interface DatabaseSubject {
  readonly adapter: Adapter
  readonly dispose?: (() => void | Promise<void>) | undefined
}

const SUBJECT = optionTable<DatabaseSubject>({
  adapter: required(
    ofKind(withMethods('an adapter', ['connect', 'dialect', 'failureOf']), 'An empty database.'),
  ),
  dispose: callable('Called after each case.'),
})

const ON_DATABASES = { ...DATABASE_CASES, ...LIST_CASES, ...CANCELLATION_CASES, ...STORE_CASES }
const CASES: SuiteCases<DatabaseSubject> = Object.fromEntries(
  Object.entries(ON_DATABASES).map(([title, run]) => [title, opened(run)]),
)

/** A case on a database that is open, with the tables of the suite. */
function opened(run: Cases[string]): SuiteCase<DatabaseSubject> {
  return async ({ adapter }, expect) => {
    await using db = await openDatabase(adapter, SUITE_TABLES)
    await createTables(db)
    await run(db, expect)
  }
}

/**
 * Proves that an adapter holds what repositories, transactions and `db.sql` promise: values as they were inserted, text by its bytes,
 * NULL as the smallest value, errors of constraints, transactions that end whole, pages and streams, what is over when its request is, and
 * the key-value store.
 *
 * @example
 * import { describe, expect, it } from 'vitest'
 * databaseSuite({ describe, it, expect }, { name: 'sqlite', make: () => ({ adapter: sqlite(':memory:') }) })
 */
export const databaseSuite: Suite<DatabaseSubject> = defineSuite<DatabaseSubject>({
  name: 'databaseSuite',
  subject: SUBJECT,
  cases: CASES,
})
