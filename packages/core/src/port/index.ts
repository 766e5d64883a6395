export { BUS_KIND } from './bus.ts'
export type {
  Bus,
  BusCallOptions,
  BusCapabilities,
  BusGapListener,
  BusListener,
  BusSubscribeOptions,
  Unsubscribe,
} from './bus.ts'
export { repeatedSecrets, SECRETS_OPTION, type AppSecret } from './app-secret.ts'
export { requireCapabilities, type CapabilityNeed, type HasCapabilities } from './capability.ts'
export { CLOCK_KIND, MAX_DELAY_MS, type Clock, type ClockTimer, type ClockTimerOptions } from './clock.ts'
export { createKeys, createRandomKeys } from './create-keys.ts'
export { createFakeClock, type FakeClock, type FakeClockOptions } from './fake-clock.ts'
export {
  assertAmount,
  assertBytes,
  assertCallOptions,
  assertKey,
  assertTopic,
  assertTtl,
} from './key-value-argument.ts'
export { isGuessable } from './guessable.ts'
export { MAX_KEY_BYTES, MAX_STORED_KEY_BYTES, MAX_TTL_MS, STORE_KIND } from './key-value-store.ts'
export type {
  KeyValueCapabilities,
  KeyValueStore,
  StoreCallOptions,
  StoreChange,
  StoreEntry,
  StoreIncrementOptions,
  StoreQuota,
  StoreTaken,
  StoreWriteOptions,
} from './key-value-store.ts'
export type { DerivedKeys, Keys } from './keys.ts'
export { createMemoryBus, type MemoryBusOptions } from './memory-bus.ts'
export { createMemoryCacheStore, createMemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export {
  BusOverflowError,
  PortArgumentError,
  PortClosedError,
  PortUnsupportedError,
  StoreCounterError,
  StoreFullError,
  StoreValueTooLargeError,
} from './port-error.ts'
export { MAX_RANDOM_BYTES, MAX_RANDOM_INT, RANDOM_KIND, type Random } from './random.ts'
export { RareLog } from './rare-log.ts'
export { scopedStore, type ScopedStoreOptions } from './scoped-store.ts'
export { assertQuota } from './quota-argument.ts'
export { bucketParts, bucketTaken, type BucketParts } from './token-bucket.ts'
export { assertChange, assertEntries, assertKeys, assertTouch, STORE_OPTIONS } from './store-argument.ts'
export { addToCounter, type CounterStep } from './store-counter.ts'
export { createSeededRandom } from './seeded-random.ts'
export { systemClock } from './system-clock.ts'
export { systemRandom } from './system-random.ts'
export { waitUntil, type WaitEnds, type WaitFrame, type WaitLimit } from './wait-until.ts'
export { within, type WithinOptions } from './within.ts'
