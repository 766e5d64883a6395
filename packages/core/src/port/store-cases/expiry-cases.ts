import { bytes, text, type SuiteCase } from '../suite.ts'
import { optional, type StoreSubject } from './store-subject.ts'

/** Keys and their time. */
export const EXPIRY_CASES: readonly SuiteCase<StoreSubject>[] = [
  {
    name: 'forgets nothing before its time',
    run: async ({ store, advance, ttlUnitMs = 1000 }, expect) => {
      await store.set('short', bytes('v'), { ttlMs: ttlUnitMs * 4 })
      await store.set('for ever', bytes('v'))
      await advance(ttlUnitMs)
      expect(text(await store.get('short'))).toEqual('v')
      await advance(ttlUnitMs * 4)
      expect(text(await store.get('for ever'))).toEqual('v')
    },
  },
  {
    name: 'forgets a key when its time is up',
    run: async ({ store, advance, ttlUnitMs = 1000 }, expect) => {
      await store.set('k', bytes('v'), { ttlMs: ttlUnitMs })
      await advance(ttlUnitMs * 2)
      expect(await store.get('k')).toEqual(undefined)
      expect(await store.getMany(['k'])).toEqual([undefined])
      expect(await store.delete('k')).toEqual(false)
    },
  },
  {
    name: 'lifts a TTL when a key is set without one',
    run: async ({ store, advance, ttlUnitMs = 1000 }, expect) => {
      await store.set('k', bytes('v'), { ttlMs: ttlUnitMs })
      await store.set('k', bytes('w'))
      await advance(ttlUnitMs * 2)
      expect(text(await store.get('k'))).toEqual('w')
    },
  },
  {
    name: 'does not prolong a TTL by reading',
    run: async ({ store, advance, ttlUnitMs = 1000 }, expect) => {
      await store.set('k', bytes('v'), { ttlMs: ttlUnitMs * 3 })
      await advance(ttlUnitMs)
      await store.get('k')
      await advance(ttlUnitMs * 3)
      expect(await store.get('k')).toEqual(undefined)
    },
  },
  optional('touch', 'touch gives a key new time from now, and knows absent ones', async (subject, expect) => {
    const { store, advance, ttlUnitMs = 1000 } = subject
    await store.set('k', bytes('v'), { ttlMs: ttlUnitMs * 2 })
    await advance(ttlUnitMs)
    expect(await store.touch('k', ttlUnitMs * 4)).toEqual(true)
    await advance(ttlUnitMs * 2)
    expect(text(await store.get('k'))).toEqual('v')
    await advance(ttlUnitMs * 4)
    expect(await store.get('k')).toEqual(undefined)
    expect(await store.touch('k', ttlUnitMs)).toEqual(false)
  }),
  optional('add', 'add takes a key whose time is up', async (subject, expect) => {
    const { store, advance, ttlUnitMs = 1000 } = subject
    await store.add('lock', bytes('a'), { ttlMs: ttlUnitMs })
    expect(await store.add('lock', bytes('b'), { ttlMs: ttlUnitMs })).toEqual(false)
    await advance(ttlUnitMs * 2)
    expect(await store.add('lock', bytes('c'), { ttlMs: ttlUnitMs * 10 })).toEqual(true)
    expect(text(await store.get('lock'))).toEqual('c')
  }),
  optional(
    'increment',
    'increment sets the TTL only when it creates the counter',
    async (subject, expect) => {
      const { store, advance, ttlUnitMs = 1000 } = subject
      await store.increment('n', 1, { ttlMs: ttlUnitMs * 4 })
      await advance(ttlUnitMs)
      expect(await store.increment('n', 1, { ttlMs: ttlUnitMs * 100 })).toEqual(2)
      await advance(ttlUnitMs * 4)
      expect(await store.increment('n', 1, { ttlMs: ttlUnitMs })).toEqual(1)
    },
  ),
  optional(
    'compareAndSet',
    'compareAndSet takes the TTL it is given, and lifts one when given none',
    async (subject, expect) => {
      const { store, advance, ttlUnitMs = 1000 } = subject
      await store.set('a', bytes('1'), { ttlMs: ttlUnitMs })
      await store.set('b', bytes('1'))
      await store.compareAndSet('a', { expected: bytes('1'), next: bytes('2') })
      await store.compareAndSet('b', { expected: bytes('1'), next: bytes('2'), ttlMs: ttlUnitMs })
      await advance(ttlUnitMs * 2)
      expect([text(await store.get('a')), text(await store.get('b'))]).toEqual(['2', undefined])
    },
  ),
]
