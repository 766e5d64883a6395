import { bytes, codeOf, text, type SuiteCases } from '../suite.ts'
import { optional, type StoreSubject } from './store-subject.ts'

/** Atomic operations, which a store may lack. */
export const ATOMIC_CASES: SuiteCases<StoreSubject> = {
  'add stores only what is absent': optional('add', async ({ store }, expect) => {
    expect([await store.add('k', bytes('a')), await store.add('k', bytes('b'))]).toEqual([true, false])
    expect(text(await store.get('k'))).toEqual('a')
  }),
  'of many that add at once exactly one wins': optional('add', async ({ store }, expect) => {
    const won = await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.add('k', bytes(String(index)))),
    )
    expect(won.filter(Boolean)).toEqual([true])
    expect(text(await store.get('k'))).toEqual(String(won.indexOf(true)))
  }),
  'compareAndSet stores only over the expected bytes': optional(
    'compareAndSet',
    async ({ store }, expect) => {
      await store.set('k', bytes('a'))
      expect(await store.compareAndSet('k', { expected: bytes('b'), next: bytes('x') })).toEqual(false)
      expect(await store.compareAndSet('k', { expected: bytes('aa'), next: bytes('x') })).toEqual(false)
      expect(await store.compareAndSet('k', { expected: undefined, next: bytes('x') })).toEqual(false)
      expect(text(await store.get('k'))).toEqual('a')
      expect(await store.compareAndSet('k', { expected: bytes('a'), next: bytes('b') })).toEqual(true)
      expect(text(await store.get('k'))).toEqual('b')
    },
  ),
  'compareAndSet treats absence as a value': optional('compareAndSet', async ({ store }, expect) => {
    expect(await store.compareAndSet('k', { expected: new Uint8Array(0), next: bytes('x') })).toEqual(false)
    expect(await store.compareAndSet('k', { expected: undefined, next: undefined })).toEqual(true)
    expect(await store.compareAndSet('k', { expected: undefined, next: bytes('a') })).toEqual(true)
    expect(await store.compareAndSet('k', { expected: bytes('b'), next: undefined })).toEqual(false)
    expect(await store.compareAndSet('k', { expected: bytes('a'), next: undefined })).toEqual(true)
    expect(await store.get('k')).toEqual(undefined)
  }),
  'of many that compare and set at once exactly one wins': optional(
    'compareAndSet',
    async ({ store }, expect) => {
      await store.set('k', bytes('start'))
      const change = (index: number) => ({ expected: bytes('start'), next: bytes(String(index)) })
      const won = await Promise.all(
        Array.from({ length: 20 }, (_, index) => store.compareAndSet('k', change(index))),
      )
      expect(won.filter(Boolean)).toEqual([true])
      expect(text(await store.get('k'))).toEqual(String(won.indexOf(true)))
    },
  ),
  'increment counts up and down from zero, and get shows the digits': optional(
    'increment',
    async ({ store }, expect) => {
      const sums = [
        await store.increment('n', 5),
        await store.increment('n', -7),
        await store.increment('n', 0),
      ]
      expect(sums).toEqual([5, -2, -2])
      expect(text(await store.get('n'))).toEqual('-2')
      await store.set('n', bytes('41'))
      expect(await store.increment('n', 1)).toEqual(42)
    },
  ),
  'loses no increment of many at once': optional('increment', async ({ store }, expect) => {
    const sums = await Promise.all(Array.from({ length: 50 }, () => store.increment('n', 1)))
    expect(sums.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  }),
  'increment refuses a value that is not a counter, and does not change it': optional(
    'increment',
    async ({ store }, expect) => {
      for (const value of ['abc', '', '1.5', ' 1', '1e3', '0x10', '99999999999999999999']) {
        await store.set('n', bytes(value))
        expect([value, await codeOf(store.increment('n', 1))]).toEqual([value, 'ERR_CORE_STORE_COUNTER'])
        expect(text(await store.get('n'))).toEqual(value)
      }
    },
  ),
  'increment refuses a sum that a double cannot hold': optional('increment', async ({ store }, expect) => {
    await store.increment('n', Number.MAX_SAFE_INTEGER)
    expect(await codeOf(store.increment('n', 1))).toEqual('ERR_CORE_STORE_COUNTER')
    expect(await store.increment('n', -1)).toEqual(Number.MAX_SAFE_INTEGER - 1)
  }),
  'increment with max returns a sum above it, and does not store it': optional(
    'increment',
    async ({ store }, expect) => {
      const sums = [
        await store.increment('n', 3, { max: 5 }),
        await store.increment('n', 3, { max: 5 }),
        await store.increment('n', 2, { max: 5 }),
        await store.increment('n', 1, { max: 5 }),
      ]
      expect(sums).toEqual([3, 6, 5, 6])
      expect(text(await store.get('n'))).toEqual('5')
      expect(await store.increment('absent', 6, { max: 5, ttlMs: 1000 })).toEqual(6)
      expect(await store.get('absent')).toEqual(undefined)
    },
  ),
  'increment with max counts down, and reads by 0, also from above it': optional(
    'increment',
    async ({ store }, expect) => {
      await store.set('n', bytes('9'))
      const sums = [
        await store.increment('n', 0, { max: 5 }),
        await store.increment('n', -1, { max: 5 }),
        await store.increment('n', 1, { max: 5 }),
      ]
      expect(sums).toEqual([9, 8, 9])
      expect(text(await store.get('n'))).toEqual('8')
    },
  ),
  'of many increments with max at once, exactly those that fit succeed': optional(
    'increment',
    async ({ store }, expect) => {
      const sums = await Promise.all(Array.from({ length: 30 }, () => store.increment('n', 1, { max: 10 })))
      expect(sums.filter((sum) => sum <= 10).length).toEqual(10)
      expect(text(await store.get('n'))).toEqual('10')
    },
  ),
}
