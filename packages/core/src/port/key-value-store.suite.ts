import { ARGUMENT_CASES } from './store-cases/argument-cases.ts'
import { ATOMIC_CASES } from './store-cases/atomic-cases.ts'
import { BASIC_CASES } from './store-cases/basic-cases.ts'
import { BATCH_CASES } from './store-cases/batch-cases.ts'
import { EXPIRY_CASES } from './store-cases/expiry-cases.ts'
import { EVICTING_CASES, KEEPING_CASES } from './store-cases/full-store-cases.ts'
import { TAKE_CASES } from './store-cases/take-cases.ts'
import { SUBJECT, type StoreSubject } from './store-cases/store-subject.ts'
import { defineSuite, type Suite } from './suite.ts'

const COMMON = {
  ...BASIC_CASES,
  ...EXPIRY_CASES,
  ...ATOMIC_CASES,
  ...TAKE_CASES,
  ...BATCH_CASES,
  ...ARGUMENT_CASES,
}

/**
 * Proves that a store keeps the contract of `KeyValueStore`, and every key until it expires, as the token `KEY_VALUE_STORE`
 * requires. An operation that its capabilities deny must reject.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for invalid tools or options
 * @example
 * keyValueStoreSuite({ describe, it, expect }, {
 *   name: 'redis',
 *   make: async () => ({ store: await emptyStore(), advance: sleep, ttlUnitMs: 50 }),
 *   skip: { 'when full, refuses new keys and drops none': 'the server sets the limit' },
 * })
 */
export const keyValueStoreSuite: Suite<StoreSubject> = defineSuite<StoreSubject>({
  name: 'keyValueStoreSuite',
  subject: SUBJECT,
  cases: { ...COMMON, ...KEEPING_CASES },
})

/**
 * Proves that a store keeps the contract of `KeyValueStore`, and accepts new keys when it is full, as the token `CACHE_STORE`
 * requires. Otherwise like {@link keyValueStoreSuite}.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for invalid tools or options
 * @example
 * cacheStoreSuite({ describe, it, expect }, {
 *   name: 'memcached',
 *   make: async () => ({ store: await emptyStore(), advance: sleep, ttlUnitMs: 1000, maxBytes: 1_048_576 }),
 * })
 */
export const cacheStoreSuite: Suite<StoreSubject> = defineSuite<StoreSubject>({
  name: 'cacheStoreSuite',
  subject: SUBJECT,
  cases: { ...COMMON, ...EVICTING_CASES },
})
