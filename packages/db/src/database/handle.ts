// What code has of a database: repositories by the keys of its tables, beside the methods of the database itself.
import {
  callable,
  callSite,
  checkCallOptions,
  flag,
  integer,
  isPromise,
  oneOf,
  optionTable,
  text,
} from '@keelson/core/options'
import { TransactionError } from '../errors.ts'
import { createRepository } from '../repository/index.ts'
import type { TransactionOptions } from '../session/index.ts'
import { createKysely, createSql, TextRunner } from '../sql/index.ts'
import { createKeyValueStore } from '../store/index.ts'
import type { LiveDatabase } from './live-database.ts'

const TRANSACTION_OPTIONS = optionTable<TransactionOptions>({
  propagation: oneOf(['required', 'nested', 'new', 'never'], 'How it stands to a transaction around.', {
    default: 'required',
  }),
  isolation: oneOf(['read committed', 'repeatable read', 'serializable'], 'What it sees of others.'),
  readOnly: flag('Whether it only reads.', { default: false }),
  retries: integer('How often its work runs again after a conflict.', { maximum: 10, default: 2 }),
  name: text('Its name in messages and diagnostics.', { minLength: 1 }),
  waitsFor: callable('What it waits for before it begins on the server.'),
})

/** The handle of a live database. What it needs of it is asked when it is used, so that it exists before that is open. */
export function createHandle(live: LiveDatabase, close?: () => Promise<void>): object {
  const handle = Object.create(null) as Record<PropertyKey, unknown>
  for (const key of live.tables.tables.keys()) {
    let repository: unknown
    Object.defineProperty(handle, key, {
      enumerable: true,
      get: () => (repository ??= createRepository(live.session, live.tables, key)),
    })
  }
  const runner = new TextRunner(live)
  const queries = createKysely(runner)
  Object.defineProperty(handle, 'kysely', { enumerable: true, get: () => queries.kysely })
  const methods = {
    name: live.name,
    transaction: transactionOf(live),
    sql: createSql(runner),
    select: queries.select,
    where: queries.where,
    prepare: queries.prepare,
    keyValueStore: createKeyValueStore(live),
    '~internal': live,
  }
  if (close !== undefined) handle[Symbol.asyncDispose] = close
  return Object.freeze(Object.assign(handle, methods))
}

function transactionOf(live: LiveDatabase) {
  // Not async: its promise is that of the session, which handles one that nobody awaits.
  return function transaction<T>(work: () => T | PromiseLike<T>, options?: TransactionOptions): Promise<T> {
    try {
      const { session } = live
      return session.begin(work, {
        options: options ?? {},
        site: session.hasSites ? callSite(transaction) : undefined,
        assertOptions: () => {
          assertWork(work)
          if (options !== undefined)
            checkCallOptions(TRANSACTION_OPTIONS, options, { name: 'transaction', below: transaction })
        },
      })
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }
}

/** @throws {TransactionError} for what is not a function: the work of a promise has begun, outside of the transaction */
function assertWork(work: unknown): void {
  if (typeof work === 'function') return
  const given = isPromise(work) ? 'a promise, whose work has begun outside of the transaction' : 'none'
  throw new TransactionError({
    message: `db.transaction takes a function, and was given ${given}. Write db.transaction(async () => { … }).`,
  })
}
