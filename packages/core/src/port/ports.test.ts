import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import {
  createFakeClock,
  createMemoryBus,
  createMemoryStore,
  createSeededRandom,
  systemClock,
  systemRandom,
} from './index.ts'
import { busSuite, clockSuite, keyValueStoreSuite, randomSuite, type BusSubject } from './suites.ts'

const tools = { describe, it, expect }

keyValueStoreSuite(tools, {
  name: 'the in-process store keeps the contract of a store: it',
  make: () => {
    const clock = createFakeClock()
    return { store: createMemoryStore({ clock }), advance: (ms) => clock.advance(ms) }
  },
})

busSuite(tools, {
  name: 'the in-process bus keeps the contract of a bus: it',
  make: (): BusSubject => {
    const errors: unknown[] = []
    return {
      bus: createMemoryBus({ onError: (error) => errors.push(error) }),
      errors,
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
