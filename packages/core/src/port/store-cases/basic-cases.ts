import { bytes, codeOf, text, type SuiteCases } from '../suite.ts'
import type { StoreSubject } from './store-subject.ts'

/** Values are kept as they were stored. */
export const BASIC_CASES: SuiteCases<StoreSubject> = {
  'says for each capability whether it has it': async ({ store }, expect) => {
    const names = ['add', 'batch', 'compareAndSet', 'durable', 'increment', 'keeps', 'shared', 'touch']
    expect(Object.keys(store.capabilities).toSorted()).toEqual(names)
    expect(Object.values(store.capabilities).every((value) => typeof value === 'boolean')).toEqual(true)
  },
  'returns undefined for an absent key': async ({ store }, expect) =>
    void expect(await store.get('absent')).toEqual(undefined),
  'returns the latest value that was set': async ({ store }, expect) => {
    await store.set('k', bytes('one'))
    expect(text(await store.get('k'))).toEqual('one')
    await store.set('k', bytes('two'))
    expect(text(await store.get('k'))).toEqual('two')
  },
  'keeps every byte, and tells an empty value from an absent one': async ({ store }, expect) => {
    const all = Uint8Array.from({ length: 256 }, (_, index) => index)
    await store.set('all', all)
    expect(Array.from((await store.get('all'))!)).toEqual(Array.from(all))
    await store.set('empty', new Uint8Array(0))
    expect((await store.get('empty'))?.byteLength).toEqual(0)
  },
  'keeps a copy of what is set and returns a copy of what it keeps': async ({ store }, expect) => {
    const given = Buffer.from('abc')
    await store.set('k', given)
    given[0] = 0
    const first = await store.get('k')
    first![1] = 0
    expect(text(await store.get('k'))).toEqual('abc')
  },
  'distinguishes keys by case, blanks, and beyond ASCII': async ({ store }, expect) => {
    const keys = ['a', 'A', 'a ', 'ä', 'a\u0308', '🚢', 'a:b', '__proto__', 'constructor']
    for (const key of keys) await store.set(key, bytes(key))
    const found: unknown[] = []
    for (const key of keys) found.push(text(await store.get(key)))
    expect(found).toEqual(keys)
  },
  'deletes, and says whether the key was there': async ({ store }, expect) => {
    await store.set('k', bytes('v'))
    expect([await store.delete('k'), await store.delete('k')]).toEqual([true, false])
    expect(await store.get('k')).toEqual(undefined)
  },
  'refuses calls after close, and can be closed twice': async ({ store }, expect) => {
    await store.close()
    await store.close()
    expect(await codeOf(store.get('k'))).toEqual('ERR_CORE_PORT_CLOSED')
    expect(await codeOf(store.set('k', bytes('v')))).toEqual('ERR_CORE_PORT_CLOSED')
  },
}
