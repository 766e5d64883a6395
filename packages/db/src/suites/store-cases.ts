import { errorOf, person, type Cases } from './suite-case.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (value: Uint8Array | undefined): string | undefined => value && new TextDecoder().decode(value)

/** The key-value store in the database; `keyValueStoreSuite` of core proves the rest of it. */
export const STORE_CASES: Cases = {
  'keeps keys and bytes, each changed in one step': async (db, expect) => {
    const store = db.keyValueStore({ joins: true })
    await store.set('k\u{1F600}', bytes('one'))
    expect(textOf(await store.get('k\u{1F600}'))).toEqual('one')
    expect(await store.get('K\u{1F600}')).toEqual(undefined)
    expect(await store.add('k\u{1F600}', bytes('two'))).toEqual(false)
    const change = { expected: bytes('one'), next: bytes('three') }
    expect(await store.compareAndSet('k\u{1F600}', change)).toEqual(true)
    expect(await store.compareAndSet('k\u{1F600}', change)).toEqual(false)
    expect(await store.increment('n', 2)).toEqual(2)
    expect(await store.increment('n', 3)).toEqual(5)
    expect(await store.delete('n')).toEqual(true)
    await store.close()
  },
  'writes keys within the transaction around where the store joins it': async (db, expect) => {
    const store = db.keyValueStore({ joins: true })
    await store.set('a', bytes('kept'))
    const refused = new Error('no')
    const work = db.transaction(async () => {
      await db.people.insert(person('a'))
      await store.set('a', bytes('lost'))
      throw refused
    })
    expect((await errorOf(work)) === refused).toEqual(true)
    expect(textOf(await store.get('a'))).toEqual('kept')
    await db.transaction(() => store.set('a', bytes('new')))
    expect(textOf(await store.get('a'))).toEqual('new')
    await store.close()
  },
}
