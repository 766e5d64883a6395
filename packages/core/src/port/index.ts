export type {
  Bus,
  BusCallOptions,
  BusCapabilities,
  BusErrorHandler,
  BusListener,
  Unsubscribe,
} from './bus.ts'
export { repeatedSecrets, readSecrets, SECRETS_OPTION, type AppSecret } from './app-secret.ts'
export { requireCapabilities, type CapabilityNeed, type HasCapabilities } from './capability.ts'
export { CLOCK_KIND, MAX_DELAY_MS, type Clock, type ClockTimer, type ClockTimerOptions } from './clock.ts'
export { createKeys, createRandomKeys } from './create-keys.ts'
export { createFakeClock, type FakeClock, type FakeClockOptions } from './fake-clock.ts'
export { assertAmount, assertBytes, assertKey, assertTtl } from './key-value-argument.ts'
export { MAX_KEY_BYTES, MAX_TTL_MS } from './key-value-store.ts'
export type {
  KeyValueCapabilities,
  KeyValueStore,
  StoreCallOptions,
  StoreChange,
  StoreEntry,
  StoreWriteOptions,
} from './key-value-store.ts'
export type { DerivedKeys, Keys } from './keys.ts'
export { createMemoryBus, type MemoryBusOptions } from './memory-bus.ts'
export { createMemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export {
  BusOverflowError,
  PortArgumentError,
  PortClosedError,
  PortUnsupportedError,
  StoreCounterError,
  StoreValueTooLargeError,
  type PortError,
} from './port-error.ts'
export { MAX_RANDOM_BYTES, MAX_RANDOM_INT, type Random } from './random.ts'
export { createSeededRandom } from './seeded-random.ts'
export { systemClock } from './system-clock.ts'
export { systemRandom } from './system-random.ts'
