import { bytes, text, type SuiteCases } from '../suite.ts'
import { optional, type StoreSubject } from './store-subject.ts'

/** Keys that expire. */
export const EXPIRY_CASES: SuiteCases<StoreSubject> = {
  'keeps a key until it expires': async ({ store, advance, ttlUnitMs = 1000 }, expect) => {
    await store.set('short', bytes('v'), { ttlMs: ttlUnitMs * 4 })
    await store.set('lasting', bytes('v'))
    await advance(ttlUnitMs)
    expect(text(await store.get('short'))).toEqual('v')
    await advance(ttlUnitMs * 4)
    expect(text(await store.get('lasting'))).toEqual('v')
  },
  'drops a key that has expired': async ({ store, advance, ttlUnitMs = 1000 }, expect) => {
    await store.set('k', bytes('v'), { ttlMs: ttlUnitMs })
    await advance(ttlUnitMs * 2)
    expect(await store.get('k')).toEqual(undefined)
    expect(await store.getMany(['k'])).toEqual([undefined])
    expect(await store.delete('k')).toEqual(false)
  },
  'removes the TTL when a key is set without one': async ({ store, advance, ttlUnitMs = 1000 }, expect) => {
    await store.set('k', bytes('v'), { ttlMs: ttlUnitMs })
    await store.set('k', bytes('w'))
    await advance(ttlUnitMs * 2)
    expect(text(await store.get('k'))).toEqual('w')
  },
  'does not prolong a TTL by reading': async ({ store, advance, ttlUnitMs = 1000 }, expect) => {
    await store.set('k', bytes('v'), { ttlMs: ttlUnitMs * 3 })
    await advance(ttlUnitMs)
    await store.get('k')
    await advance(ttlUnitMs * 3)
    expect(await store.get('k')).toEqual(undefined)
  },
  'touch sets a TTL from now, and returns false for absent keys': optional(
    'touch',
    async (subject, expect) => {
      const { store, advance, ttlUnitMs = 1000 } = subject
      await store.set('k', bytes('v'), { ttlMs: ttlUnitMs * 2 })
      await advance(ttlUnitMs)
      expect(await store.touch('k', ttlUnitMs * 4)).toEqual(true)
      await advance(ttlUnitMs * 2)
      expect(text(await store.get('k'))).toEqual('v')
      await advance(ttlUnitMs * 4)
      expect(await store.get('k')).toEqual(undefined)
      expect(await store.touch('k', ttlUnitMs)).toEqual(false)
    },
  ),
  'add takes an expired key': optional('add', async (subject, expect) => {
    const { store, advance, ttlUnitMs = 1000 } = subject
    await store.add('lock', bytes('a'), { ttlMs: ttlUnitMs })
    expect(await store.add('lock', bytes('b'), { ttlMs: ttlUnitMs })).toEqual(false)
    await advance(ttlUnitMs * 2)
    expect(await store.add('lock', bytes('c'), { ttlMs: ttlUnitMs * 10 })).toEqual(true)
    expect(text(await store.get('lock'))).toEqual('c')
  }),
  'increment sets the TTL only when it creates the counter': optional(
    'increment',
    async (subject, expect) => {
      const { store, advance, ttlUnitMs = 1000 } = subject
      await store.increment('n', 1, { ttlMs: ttlUnitMs * 4 })
      await advance(ttlUnitMs)
      expect(await store.increment('n', 1, { ttlMs: ttlUnitMs * 100 })).toEqual(2)
      await advance(ttlUnitMs * 4)
      expect(await store.increment('n', 1, { ttlMs: ttlUnitMs })).toEqual(1)
    },
  ),
  'compareAndSet sets the TTL, and removes it when there is none': optional(
    'compareAndSet',
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
}
