import { describe, expect, it } from 'vitest'
import {
  createFakeClock,
  createMemoryBus,
  createMemoryCacheStore,
  createMemoryStore,
  createSeededRandom,
  PortArgumentError,
  PortUnsupportedError,
  type Bus,
  type Clock,
  type KeyValueStore,
  type Random,
} from './index.ts'
import { bytes } from './suite.ts'
import {
  busSuite,
  cacheStoreSuite,
  clockSuite,
  keyValueStoreSuite,
  randomSuite,
  type SuiteTools,
} from './suites.ts'

interface Report {
  readonly passed: string[]
  readonly failed: string[]
  readonly skipped: string[]
}

/** Runs a suite with a test runner of a few lines, which also proves that it needs no more. */
async function report(declare: (tools: SuiteTools) => void): Promise<Report> {
  const result: Report = { passed: [], failed: [], skipped: [] }
  const cases: [string, () => Promise<void>][] = []
  const collect = Object.assign((name: string, body: () => Promise<void>) => cases.push([name, body]), {
    skip: (name: string) => result.skipped.push(name),
  })
  declare({ describe: (_, body) => body(), it: collect, expect })
  for (const [name, body] of cases) {
    await body().then(
      () => result.passed.push(name),
      () => result.failed.push(name),
    )
  }
  return result
}

/** The in-process store with some of its parts replaced. */
function reportStore(
  change: (store: KeyValueStore) => Partial<KeyValueStore>,
  skip?: Record<string, string>,
): Promise<Report> {
  return report((tools) =>
    keyValueStoreSuite(tools, {
      name: 'store',
      skip,
      make: () => {
        const clock = createFakeClock()
        const store = createMemoryStore({ clock, maxBytes: 1_048_576 })
        return {
          store: changed(store, change(store)),
          advance: (ms) => clock.advance(ms),
          maxBytes: 1_048_576,
        }
      },
    }),
  )
}

function changed<T extends object>(subject: T, parts: Partial<T>): T {
  return new Proxy(subject, {
    get: (target, name) => {
      if (name in parts) return parts[name as keyof T]
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** What a store must not do when it is full. */
function noRoom(error: { readonly code?: string }): void {
  if (error.code !== 'ERR_CORE_STORE_FULL') throw error
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

describe('keyValueStoreSuite', () => {
  it('passes a store that keeps the contract', async () => {
    const { failed, passed } = await reportStore(() => ({}))
    expect(failed).toEqual([])
    expect(passed.length).toBeGreaterThan(30)
  })

  const faults: Record<string, (store: KeyValueStore) => Partial<KeyValueStore>> = {
    'forgets what it is told': () => ({ set: async () => {} }),
    'ignores TTLs': (s) => ({ set: (key, value) => s.set(key, value) }),
    'prolongs by reading': (s) => ({
      get: async (key, o) => (await s.touch(key, 9000).catch(() => false), s.get(key, o)),
    }),
    'keeps the TTL when set without': (s) => ({ set: (k, v, o) => s.set(k, v, { ttlMs: 1000, ...o }) }),
    'folds case': (s) => ({ get: (key, o) => s.get(typeof key === 'string' ? key.toLowerCase() : key, o) }),
    'throws within the call': (s) => ({
      get: (key) => {
        if (key === '') throw new TypeError('empty')
        return s.get(key)
      },
    }),
    'adds in two steps': (s) => ({
      add: async (key, value, o) => {
        if ((await s.get(key)) !== undefined) return false
        await s.set(key, value, o)
        return true
      },
    }),
    'compares in two steps': (s) => ({
      compareAndSet: async (key, { expected, next, ...o }) => {
        const there = await s.get(key)
        const isSame =
          there === undefined || expected === undefined
            ? there === expected
            : Buffer.compare(there, expected) === 0
        if (!isSame) return false
        await (next === undefined ? s.delete(key) : s.set(key, next, o))
        return true
      },
    }),
    'compares by prefix': (s) => ({
      compareAndSet: async (key, change) => {
        const there = await s.get(key)
        const head = change.expected?.subarray(0, there?.byteLength)
        return s.compareAndSet(key, { ...change, expected: head })
      },
    }),
    'counts in two steps': (s) => ({
      increment: async (key, by, o) => {
        const sum = Number(new TextDecoder().decode((await s.get(key)) ?? bytes('0'))) + by
        await s.set(key, bytes(String(sum)), o)
        return sum
      },
    }),
    'renews the TTL of a counter': (s) => ({
      increment: async (key, by, o) => {
        const sum = await s.increment(key, by, o)
        if (o?.ttlMs !== undefined) await s.touch(key, o.ttlMs)
        return sum
      },
    }),
    'gives many without the gaps': (s) => ({
      getMany: async (keys, o) => (await s.getMany(keys, o)).filter((v) => v !== undefined),
    }),
    'counts what it did not delete': (s) => ({
      deleteMany: async (keys, o) => (await s.deleteMany(keys, o), keys.length),
    }),
    'ignores signals': (s) => ({ get: (key) => s.get(key) }),
    'works after close': () => ({ close: async () => {} }),
    'stores what passes max': (s) => ({
      increment: (key, by, { ttlMs } = {}) => s.increment(key, by, { ttlMs }),
    }),
    'bounds in two steps': (s) => ({
      increment: async (key, by, { max = Infinity, ...o } = {}) => {
        const sum = Number(new TextDecoder().decode((await s.get(key)) ?? bytes('0'))) + by
        return sum > max && by > 0 ? sum : s.increment(key, by, o)
      },
    }),
    'takes shorter keys alone': (s) => ({
      get: async (key, o) => {
        if (typeof key === 'string' && key.length > 512) throw new PortArgumentError('Too long.')
        return s.get(key, o)
      },
    }),
    'takes more than there is': (s) => ({
      take: async (key, quota) => ({ ...(await s.take!(key, { ...quota, amount: 0 })), isTaken: true }),
    }),
    'takes while it is to look': (s) => ({
      take: (key, quota) => s.take!(key, quota.amount === 0 ? { ...quota, amount: 1 } : quota),
    }),
    'refuses for longer than who asks evenly waits': (s) => ({
      take: (key, quota) => s.take!(key, { ...quota, windowMs: quota.windowMs * 2 }),
    }),
    'says too early when there is more': (s) => ({
      take: async (key, quota) => ({ ...(await s.take!(key, quota)), resetMs: 1 }),
    }),
    'drops what does not fit': (s) => ({ set: (key, value, o) => s.set(key, value, o).catch(noRoom) }),
    'says that it may evict': (s) => ({ capabilities: { ...s.capabilities, keeps: false } }),
    'hides a capability': () => ({ capabilities: {} as never }),
    'claims to lack what it has': (s) => ({ capabilities: { ...s.capabilities, increment: false } }),
  }

  it.each(Object.entries(faults))('fails a store that %s', async (_, change) => {
    expect((await reportStore(change)).failed).not.toEqual([])
  })

  it('passes a store that lacks what its capabilities deny', async () => {
    const lacking = async (): Promise<never> => {
      throw new PortUnsupportedError('Not here.')
    }
    const { failed } = await reportStore((s) => ({
      capabilities: { ...s.capabilities, add: false, compareAndSet: false, increment: false, touch: false },
      add: lacking,
      compareAndSet: lacking,
      increment: lacking,
      touch: lacking,
    }))
    expect(failed).toEqual([])
  })

  it('lists a skipped case with its reason', async () => {
    const { failed, skipped } = await reportStore(() => ({ close: async () => {} }), {
      'refuses calls after close, and can be closed twice': 'shared by all cases',
    })
    expect(failed).toEqual([])
    expect(skipped).toEqual(['refuses calls after close, and can be closed twice (shared by all cases)'])
  })

  it('refuses to skip by a runner that cannot say so', () => {
    const make = () => ({ store: createMemoryStore() })
    const skip = { 'refuses calls after close, and can be closed twice': 'shared' }
    const bare = { describe: (_: string, body: () => void) => body(), it: () => undefined, expect }
    expect(() => keyValueStoreSuite(bare as never, { name: 'store', make: make as never, skip })).toThrow(
      'no it.skip',
    )
  })

  it('refuses to skip what it does not have, and without a reason', async () => {
    await expect(reportStore(() => ({}), { 'no such case': 'why' })).rejects.toThrow(/no case "no such case"/)
    await expect(reportStore(() => ({}), { 'returns undefined for an absent key': ' ' })).rejects.toThrow(
      /Give a reason/,
    )
  })
})

describe('a suite', () => {
  const suites = { busSuite, cacheStoreSuite, clockSuite, keyValueStoreSuite, randomSuite }
  const name = 'it'

  it.each(Object.entries(suites))(
    'says what belongs there, called without arguments: %s',
    (suite, declare) => {
      const call = declare as (...args: unknown[]) => void
      const tools = { describe, it, expect }
      expect(() => call()).toThrow(
        new RegExp(`${suite}.*The first argument is missing. Give what a test runner has`),
      )
      expect(() => call({ describe })).toThrow(/must be what a test runner has.*It lacks it, expect/)
      expect(() => call(tools)).toThrow(new RegExp(`${suite}.*The options must be an object, not undefined`))
      expect(() => call(tools, { name })).toThrow(/Option make is missing/)
      expect(() => call(tools, { name, make: () => ({}), skp: {} })).toThrow(/Did you mean 'skip'/)
    },
  )

  it.each(Object.entries(suites))('says what make has to give: %s', async (suite, declare) => {
    const call = declare as (tools: SuiteTools, options: unknown) => void
    const errors: unknown[] = []
    await report((tools) => {
      const collect = (_: string, body: () => Promise<void>) =>
        tools.it(_, () => body().catch((error: unknown) => void errors.push(error)))
      call({ ...tools, it: collect }, { name, make: () => ({}) })
    })
    expect(errors.length).toBeGreaterThan(5)
    for (const error of errors)
      expect(String(error)).toMatch(new RegExp(`${suite}, what make returns: .* is missing`))
  })

  it('of a store asks for the bound of a full one, or for a reason', async () => {
    const make = () => ({ store: createMemoryStore(), advance: async () => {} })
    const when = 'when full, refuses new keys and drops none'
    const failed = async (skip?: Record<string, string>) =>
      (await report((tools) => keyValueStoreSuite(tools, { name, make, skip }))).failed
    expect(await failed()).toContain(when)
    expect(await failed({ [when]: 'the bound is that of the server' })).not.toContain(when)
  })
})

async function swallow(run: () => void | Promise<void>): Promise<void> {
  try {
    await run()
  } catch {
    // What a bus must not do.
  }
}

describe('cacheStoreSuite', () => {
  const failed = async (make: typeof createMemoryStore): Promise<string[]> =>
    (
      await report((tools) =>
        cacheStoreSuite(tools, {
          name: 'cache',
          make: () => {
            const clock = createFakeClock()
            return {
              store: make({ clock, maxBytes: 1_048_576 }),
              advance: (ms) => clock.advance(ms),
              maxBytes: 1_048_576,
            }
          },
        }),
      )
    ).failed

  it('passes a store that evicts, and fails one that is full', async () => {
    expect(await failed(createMemoryCacheStore)).toEqual([])
    expect(await failed(createMemoryStore)).toEqual(['when full, accepts new keys and drops others'])
  })

  it('is not the suite of a store that keeps', async () => {
    const { failed: kept } = await reportStore(() => ({}))
    expect(kept).toEqual([])
    const evicting = await report((tools) =>
      keyValueStoreSuite(tools, {
        name: 'store',
        make: () => {
          const clock = createFakeClock()
          const store = createMemoryCacheStore({ clock, maxBytes: 1_048_576 })
          return { store, advance: (ms) => clock.advance(ms), maxBytes: 1_048_576 }
        },
      }),
    )
    expect(evicting.failed).toEqual([
      'says that it keeps every key until it expires',
      'when full, refuses new keys and drops none',
    ])
  })
})

describe('busSuite', () => {
  async function overflow(bus: Bus, topic: string): Promise<void> {
    await Promise.all(Array.from({ length: 1010 }, () => bus.publish(topic, new Uint8Array(0))))
  }

  function reportBus(change: (bus: Bus) => Partial<Bus>): Promise<Report> {
    return report((tools) =>
      busSuite(tools, {
        name: 'bus',
        make: () => {
          const errors: unknown[] = []
          const bus = createMemoryBus({ onError: (error) => errors.push(error) })
          const given = changed(bus, change(bus))
          return { bus: given, errors, settle: turn, lose: (topic) => overflow(given, topic) }
        },
      }),
    )
  }

  it('passes a bus that keeps the contract', async () => {
    expect((await reportBus(() => ({}))).failed).toEqual([])
  })

  const faults: Record<string, (bus: Bus) => Partial<Bus>> = {
    'delivers nothing': () => ({ publish: async () => {} }),
    'delivers everything twice': (b) => ({
      publish: async (t, p, o) => (await b.publish(t, p, o), b.publish(t, p, o)),
    }),
    'swallows what listeners throw': (b) => ({
      subscribe: (t, l, o) => b.subscribe(t, (p, topic) => swallow(() => l(p, topic)), o),
    }),
    'delivers side by side': (b) => ({
      subscribe: (t, l, o) => b.subscribe(t, (p, topic) => void swallow(() => l(p, topic)), o),
    }),
    'cannot unsubscribe': (b) => ({
      subscribe: async (t, l, o) => (await b.subscribe(t, l, o), async () => {}),
    }),
    'drops without a word': (b) => ({ subscribe: (t, l) => b.subscribe(t, l) }),
    'tells of a gap at every loss': (b) => ({
      subscribe: (t, l, o) =>
        b.subscribe(t, l, { ...o, onGap: async (topic) => (await o?.onGap?.(topic), o?.onGap?.(topic)) }),
    }),
    'does not wait for onGap': (b) => ({
      subscribe: (t, l, o) =>
        b.subscribe(t, l, { ...o, onGap: (topic) => void swallow(() => o?.onGap?.(topic)) }),
    }),
    'works after close': () => ({ close: async () => {} }),
    'ignores signals': (b) => ({ publish: (t, p) => b.publish(t, p) }),
    'takes any payload': (b) => ({ publish: (t, p, o) => b.publish(t, Buffer.from(p), o) }),
  }

  it.each(Object.entries(faults))('fails a bus that %s', async (_, change) => {
    expect((await reportBus(change)).failed).not.toEqual([])
  })
})

describe('clockSuite', () => {
  function reportClock(change: (clock: Clock) => Partial<Clock>): Promise<Report> {
    return report((tools) =>
      clockSuite(tools, {
        name: 'clock',
        make: () => {
          const clock = createFakeClock()
          return { clock: changed<Clock>(clock, change(clock)), advance: (ms) => clock.advance(ms) }
        },
      }),
    )
  }

  const faults: Record<string, (clock: Clock) => Partial<Clock>> = {
    'counts seconds': (c) => ({ now: () => c.now() / 1000 }),
    'stands still': () => ({ monotonic: () => 1 }),
    'goes back': (c) => ({ monotonic: () => -c.monotonic() }),
    'fires early': (c) => ({ setTimeout: (f, ms) => c.setTimeout(f, ms / 2) }),
    'fires twice': (c) => ({ setTimeout: (f, ms) => (c.setTimeout(f, ms), c.setTimeout(f, ms)) }),
    'cannot cancel': (c) => ({ setTimeout: (f, ms) => (c.setTimeout(f, ms), { cancel: () => {} }) }),
    'ignores signals': (c) => ({ sleep: (ms) => (ms > 1000 ? Promise.resolve() : c.sleep(ms)) }),
    overflows: (c) => ({ setTimeout: (f, ms) => c.setTimeout(f, ms > 2 ** 31 - 1 ? 1 : ms) }),
  }

  it.each(Object.entries(faults))('fails a clock that %s', async (_, change) => {
    expect((await reportClock(change)).failed).not.toEqual([])
  })
})

describe('randomSuite', () => {
  function reportRandom(change: (random: Random) => Partial<Random>): Promise<Report> {
    return report((tools) =>
      randomSuite(tools, {
        name: 'random',
        make: () => {
          const random = createSeededRandom('suite')
          return { random: changed(random, change(random)) }
        },
      }),
    )
  }

  const faults: Record<string, (random: Random) => Partial<Random>> = {
    'repeats itself': () => ({ bytes: (length) => new Uint8Array(length) }),
    'gives Buffers of a pool': (r) => ({ bytes: (length) => Buffer.from(r.bytes(length)) }),
    'leaves out the last': (r) => ({ int: (below) => r.int(below > 2 ? below - 1 : below) }),
    'takes the remainder': (r) => ({
      int: (below) => (below >= 1 ? r.int(2 ** 48 - 1) % below : r.int(below)),
    }),
    'makes UUIDs of version 1': (r) => ({ uuid: () => r.uuid().replace(/-4/, '-1') }),
    'takes any length': (r) => ({
      bytes: (length) => r.bytes(Math.max(0, Math.min(65_536, Math.floor(Number(length)) || 0))),
    }),
  }

  it.each(Object.entries(faults))('fails a source that %s', async (_, change) => {
    expect((await reportRandom(change)).failed).not.toEqual([])
  })
})
