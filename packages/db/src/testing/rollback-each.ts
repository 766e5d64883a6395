import type { DatabaseMethods } from '../database/index.ts'

/** Hooks of a test runner. */
export interface TestHooks {
  beforeEach(hook: () => Promise<void>): unknown
  afterEach(hook: () => Promise<void>): unknown
}

/**
 * Runs each test in a transaction that is rolled back, its requests in process included. Within it each transaction is a savepoint, and so
 * is each statement outside of one: they commit and fail as they do alone, and work after a commit is done. What a store on a connection of its
 * own writes is not rolled back, and tests of one database run one after the other.
 *
 * @param db - a database, or what gives it once it is open
 * @param hooks - of Vitest, Jest or node:test
 * @throws {TransactionError} `ERR_DB_TRANSACTION`, in the hook, where two tests run at the same time
 * @example
 * import { afterEach, beforeEach } from 'vitest'
 * declare const db: DatabaseMethods
 * rollbackEach(db, { beforeEach, afterEach })
 */
export function rollbackEach(
  db: DatabaseMethods | (() => DatabaseMethods),
  { beforeEach, afterEach }: TestHooks,
): void {
  let end: (() => Promise<void>) | undefined
  beforeEach(async () => {
    const opened = typeof db === 'function' ? db() : db
    end = await opened['~internal'].session.isolate()
  })
  afterEach(async () => {
    await end?.()
    end = undefined
  })
}
