/**
 * What adapters of ports are written with, and the adapters that come with core: those of the process and of the system, and
 * fakes for tests.
 *
 * @module
 */
export {
  assertAmount,
  assertBytes,
  assertCallOptions,
  assertKey,
  assertQuota,
  assertTopic,
  assertTtl,
  bucketParts,
  bucketTaken,
  BusOverflowError,
  createFakeClock,
  createKeys,
  createMemoryBus,
  createMemoryCacheStore,
  createMemoryStore,
  createSeededRandom,
  MAX_DELAY_MS,
  MAX_KEY_BYTES,
  MAX_RANDOM_BYTES,
  MAX_RANDOM_INT,
  MAX_STORED_KEY_BYTES,
  MAX_TTL_MS,
  PortArgumentError,
  PortClosedError,
  PortUnsupportedError,
  requireCapabilities,
  scopedStore,
  StoreCounterError,
  StoreFullError,
  StoreValueTooLargeError,
  systemClock,
  systemRandom,
} from './port/index.ts'
export type {
  BucketParts,
  CapabilityNeed,
  FakeClock,
  FakeClockOptions,
  HasCapabilities,
  MemoryBusOptions,
  MemoryStoreOptions,
  ScopedStoreOptions,
} from './port/index.ts'
