import { bytes, codeOf, text, type SuiteCases } from '../suite.ts'
import type { StoreSubject } from './store-subject.ts'

/** Writes values of a part of the limit until nothing more fits, or four times as many as fit. */
async function fill({ store, maxBytes }: StoreSubject): Promise<{ keys: string[]; refused: unknown[] }> {
  if (maxBytes === undefined)
    throw new Error('Return the maxBytes of the store in the subject, or skip this case with a reason.')
  const value = new Uint8Array(Math.floor(maxBytes / 16))
  const keys: string[] = []
  const refused: unknown[] = []
  for (let count = 0; count < 64 && refused.length === 0; count++) {
    const code = await codeOf(store.set(`fill ${count}`, value))
    if (code === 'no error') keys.push(`fill ${count}`)
    else refused.push(code)
  }
  return { keys, refused }
}

/** A full store that keeps. */
export const KEEPING_CASES: SuiteCases<StoreSubject> = {
  'says that it keeps every key until it expires': async ({ store }, expect) =>
    void expect(store.capabilities.keeps).toEqual(true),
  'when full, refuses new keys and drops none': async (subject, expect) => {
    const { store, advance, ttlUnitMs = 1000 } = subject
    await store.increment('n', 1).catch(() => store.set('n', bytes('1')))
    await store.set('short', new Uint8Array(1024), { ttlMs: ttlUnitMs })
    const { keys, refused } = await fill(subject)
    expect(refused).toEqual(['ERR_CORE_STORE_FULL'])
    const found = await store.getMany(keys)
    expect(found.filter((value) => value === undefined).length).toEqual(0)
    expect(text(await store.get('n'))).toEqual('1')
    // Values may be replaced, and deleted and expired keys make room.
    const large = new Uint8Array(found[0]!.byteLength)
    await store.set(keys[0]!, large)
    await store.delete(keys[1]!)
    await store.set('instead', large)
    await advance(ttlUnitMs * 2)
    await store.set('small', new Uint8Array(64))
    expect((await store.get('small'))?.byteLength).toEqual(64)
  },
}

/** A full store that may evict. */
export const EVICTING_CASES: SuiteCases<StoreSubject> = {
  'when full, accepts new keys and drops others': async (subject, expect) => {
    const { keys, refused } = await fill(subject)
    expect(refused).toEqual([])
    const found = await subject.store.getMany(keys)
    expect(found.some((value) => value === undefined)).toEqual(true)
    expect(found.at(-1) === undefined).toEqual(false)
  },
}
