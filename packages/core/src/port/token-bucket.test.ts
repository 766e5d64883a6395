import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeClock, createMemoryStore, scopedStore } from './index.ts'
import { bucketParts, bucketTaken } from './token-bucket.ts'

describe('bucketParts', () => {
  it('are whole numbers that can be summed, of any quota', () => {
    const limits = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 2 ** 50 }))
    const windows = fc.integer({ min: 1, max: 31_536_000_000 })
    const property = fc.property(limits, windows, (limit, windowMs) => {
      const { unit, capacity, perMs } = bucketParts({ limit, windowMs })
      expect([Number.isSafeInteger(unit), unit > 0, capacity]).toEqual([true, true, unit * limit])
      expect(Number.isSafeInteger(4 * capacity)).toBe(true)
      expect(perMs * windowMs).toBeCloseTo(capacity, -6)
    })
    fc.assert(property)
  })

  it('are windowMs of a unit, of which limit come back in a millisecond, where that is not too many', () => {
    const limits = fc.integer({ min: 1, max: 30_000 })
    const windows = fc.integer({ min: 1, max: 31_536_000_000 })
    const property = fc.property(limits, windows, (limit, windowMs) => {
      expect(bucketParts({ limit, windowMs })).toEqual({
        unit: windowMs,
        capacity: limit * windowMs,
        perMs: limit,
      })
    })
    fc.assert(property)
  })
})

describe('bucketTaken', () => {
  const quota = { limit: 3, windowMs: 60_000, amount: 1 }

  it('says what is left, and when there is more', () => {
    expect(bucketTaken(quota, 0)).toEqual({ isTaken: true, left: 2, resetMs: 20_000 })
    expect(bucketTaken(quota, 1)).toEqual({ isTaken: true, left: 1, resetMs: 1 })
    expect(bucketTaken({ ...quota, amount: 3 }, 0)).toEqual({ isTaken: true, left: 0, resetMs: 20_000 })
    expect(bucketTaken({ ...quota, amount: 3 }, 30_000)).toEqual({ isTaken: false, left: 2, resetMs: 10_000 })
    expect(bucketTaken({ ...quota, amount: 0 }, 0)).toEqual({ isTaken: true, left: 3, resetMs: 0 })
    expect(bucketTaken({ ...quota, amount: -2 }, 150_000)).toEqual({
      isTaken: true,
      left: 2,
      resetMs: 10_000,
    })
  })
})

describe('a quota of a store in the process', () => {
  const room = (count: number) => ({ maxBytes: count * 560 })
  const take = (store: ReturnType<typeof createMemoryStore>, key: string, amount: number) =>
    store.take!(key, { limit: 100, windowMs: 60_000, amount })

  it('takes room until it is whole again, and no longer', async () => {
    const clock = createFakeClock()
    const store = scopedStore(createMemoryStore({ clock }), 'quota', room(10))
    for (let at = 0; at < 10; at++) await take(store, `k ${at}`, at === 0 ? 50 : 2)
    expect(() => take(store, 'k 10', 1)).toThrow(/bytes/)
    // Two of a hundred a minute come back in 1.2 s, and half of them in 30 s.
    await clock.advance(1200)
    for (let at = 1; at < 10; at++) await take(store, `l ${at}`, 1)
    expect(() => take(store, 'l 10', 1)).toThrow(/bytes/)
    expect(await take(store, 'k 0', 0)).toMatchObject({ left: 52 })
  })

  it('takes none where it is only looked at, or given back', async () => {
    const store = scopedStore(createMemoryStore({ clock: createFakeClock() }), 'quota', room(1))
    await take(store, 'a', 1)
    for (const amount of [0, -1]) expect(await take(store, 'b', amount)).toMatchObject({ left: 100 })
  })

  it('is kept while it is in use', async () => {
    const clock = createFakeClock()
    const store = createMemoryStore({ clock })
    for (let at = 0; at < 100; at++) await take(store, 'a', 1)
    // One each 600 ms is what comes back, so that none is ever left.
    for (let at = 0; at < 300; at++) {
      await clock.advance(600)
      expect([at, await take(store, 'a', 1)]).toEqual([at, { isTaken: true, left: 0, resetMs: 600 }])
      expect(await take(store, 'a', 1)).toMatchObject({ isTaken: false })
    }
  })
})
