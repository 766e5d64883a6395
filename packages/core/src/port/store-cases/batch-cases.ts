import { bytes, text, type SuiteCases } from '../suite.ts'
import type { StoreSubject } from './store-subject.ts'

/** Several keys at once. */
export const BATCH_CASES: SuiteCases<StoreSubject> = {
  'gets many in the order asked for, absent and repeated ones too': async ({ store }, expect) => {
    await store.set('a', bytes('1'))
    await store.set('b', bytes('2'))
    const found = await store.getMany(['b', 'absent', 'a', 'b'])
    expect(found.map(text)).toEqual(['2', undefined, '1', '2'])
    expect(await store.getMany([])).toEqual([])
  },
  'sets many, each with its own TTL, and keeps the last of a repeated key': async (
    { store, advance, ttlUnitMs = 1000 },
    expect,
  ) => {
    await store.setMany([
      { key: 'a', value: bytes('1'), ttlMs: ttlUnitMs },
      { key: 'b', value: bytes('2') },
      { key: 'b', value: bytes('3') },
    ])
    await store.setMany([])
    expect((await store.getMany(['a', 'b'])).map(text)).toEqual(['1', '3'])
    await advance(ttlUnitMs * 2)
    expect((await store.getMany(['a', 'b'])).map(text)).toEqual([undefined, '3'])
  },
  'deletes many and counts those that were there': async ({ store }, expect) => {
    await store.setMany([
      { key: 'a', value: bytes('1') },
      { key: 'b', value: bytes('2') },
      { key: 'c', value: bytes('3') },
    ])
    expect(await store.deleteMany(['a', 'absent', 'b', 'a'])).toEqual(2)
    expect((await store.getMany(['a', 'b', 'c'])).map(text)).toEqual([undefined, undefined, '3'])
    expect(await store.deleteMany([])).toEqual(0)
  },
}
