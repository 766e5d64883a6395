import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  createFakeClock,
  createMemoryBus,
  createMemoryCacheStore,
  createMemoryStore,
  createSeededRandom,
  scopedStore,
  systemClock,
  systemRandom,
  type Bus,
  type FakeClock,
  type KeyValueStore,
} from './index.ts'
import {
  busSuite,
  cacheStoreSuite,
  clockSuite,
  keyValueStoreSuite,
  randomSuite,
  type BusSubject,
  type StoreSubject,
} from './suites.ts'

const tools = { describe, it, expect }

const maxBytes = 1_048_576

/** What a suite works on, over a store that is told its clock. */
function storeSubject(make: (clock: FakeClock) => KeyValueStore): StoreSubject {
  const clock = createFakeClock()
  return { store: make(clock), advance: (ms) => clock.advance(ms), maxBytes }
}

/** A store that knows nothing of scopes, as one on a server does. */
function withoutScopes(store: KeyValueStore): KeyValueStore {
  const names = ['get', 'set', 'add', 'compareAndSet', 'increment', 'touch', 'delete', 'close'] as const
  const many = ['getMany', 'setMany', 'deleteMany'] as const
  const methods = [...names, ...many].map((name) => [name, store[name].bind(store)])
  return { capabilities: store.capabilities, ...Object.fromEntries(methods) }
}

keyValueStoreSuite(tools, {
  name: 'the in-process store keeps the contract of a store: it',
  make: () => storeSubject((clock) => createMemoryStore({ clock, maxBytes })),
})

keyValueStoreSuite(tools, {
  name: 'a scope of the in-process store keeps the contract of a store: it',
  make: () => ({
    ...storeSubject((clock) => scopedStore(createMemoryStore({ clock }), 'suite', { maxBytes })),
    maxKeyBytes: 512,
  }),
})

keyValueStoreSuite(tools, {
  name: 'a scope of a store without rooms for scopes keeps the contract of a store: it',
  make: () => ({
    ...storeSubject((clock) => {
      const name = 'a-scope-with-a-name-of-32-letters'.slice(0, 32)
      return scopedStore(withoutScopes(createMemoryStore({ clock, maxBytes })), name, { maxBytes })
    }),
    maxKeyBytes: 512,
  }),
})

cacheStoreSuite(tools, {
  name: 'the in-process cache store keeps the contract of a store: it',
  make: () => storeSubject((clock) => createMemoryCacheStore({ clock, maxBytes })),
})

cacheStoreSuite(tools, {
  name: 'a scope of the in-process cache store keeps the contract of a store: it',
  make: () => ({
    ...storeSubject((clock) => scopedStore(createMemoryCacheStore({ clock }), 'suite', { maxBytes })),
    maxKeyBytes: 512,
  }),
})

/** More messages at once than wait for one listener. */
async function overflow(bus: Bus, topic: string): Promise<void> {
  await Promise.all(Array.from({ length: 1010 }, () => bus.publish(topic, new Uint8Array(0))))
}

busSuite(tools, {
  name: 'the in-process bus keeps the contract of a bus: it',
  make: (): BusSubject => {
    const errors: unknown[] = []
    const bus = createMemoryBus({ onError: (error) => errors.push(error) })
    return {
      bus,
      errors,
      lose: (topic) => overflow(bus, topic),
      settle: () => new Promise((resolve) => void setImmediate(resolve)),
    }
  },
})

clockSuite(tools, {
  name: 'the fake clock keeps the contract of a clock: it',
  make: () => {
    const clock = createFakeClock()
    return { clock, advance: (ms) => clock.advance(ms) }
  },
})

clockSuite(tools, {
  name: 'the clock of the system keeps the contract of a clock: it',
  // Real time has to pass for a real clock; a little more than asked for, as timers of Node come early by a fraction.
  make: () => ({ clock: systemClock, advance: (ms) => delay(ms + 2) }),
})

randomSuite(tools, {
  name: 'the source of the system keeps the contract of a source: it',
  make: () => ({ random: systemRandom }),
})
randomSuite(tools, {
  name: 'a seeded source keeps the contract of a source: it',
  make: () => ({ random: createSeededRandom('a') }),
})
