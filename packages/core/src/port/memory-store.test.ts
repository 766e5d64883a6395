import { describe, expect, it } from 'vitest'
import { createFakeClock, createMemoryCacheStore, createMemoryStore } from './index.ts'
import { KeepingTable } from './keeping-table.ts'
import { entryBytes } from './store-table.ts'
import { bytes, text } from './suite.ts'

const empty = entryBytes('', new Uint8Array(0))
/** Room for so many entries of 1,000 bytes. */
const roomFor = (count: number) => ({ maxBytes: count * (1020 + empty) })
const large = new Uint8Array(1000)

describe('createMemoryStore', () => {
  it('refuses what does not fit, and keeps all that is there', async () => {
    const store = createMemoryStore(roomFor(2))
    await store.set('a', large)
    await store.set('b', large)
    await expect(store.set('c', large)).rejects.toMatchObject({
      code: 'ERR_CORE_STORE_FULL',
      status: 503,
      message: expect.stringMatching(/^The store holds \d+ of \d+ bytes, and "c" needs \d+ more\./),
    })
    await expect(store.add('c', large)).rejects.toMatchObject({ code: 'ERR_CORE_STORE_FULL' })
    await expect(store.increment('n', 1)).rejects.toMatchObject({ code: 'ERR_CORE_STORE_FULL' })
    const change = { expected: undefined, next: large }
    await expect(store.compareAndSet('c', change)).rejects.toMatchObject({ code: 'ERR_CORE_STORE_FULL' })
    expect((await store.getMany(['a', 'b', 'c', 'n'])).map((one) => one?.byteLength)).toEqual([
      1000,
      1000,
      undefined,
      undefined,
    ])
  })

  it('writes over what is there, and leaves it as it was where the new value does not fit', async () => {
    const store = createMemoryStore(roomFor(2))
    await store.set('a', large)
    await store.set('b', bytes('old'), { ttlMs: 1000 })
    await store.set('a', large)
    await expect(store.set('b', new Uint8Array(1500))).rejects.toMatchObject({ code: 'ERR_CORE_STORE_FULL' })
    expect(text(await store.get('b'))).toBe('old')
  })

  it('takes room from keys whose time is up, at once and however many', async () => {
    const clock = createFakeClock()
    const store = createMemoryStore({ ...roomFor(50), clock })
    for (let index = 0; index < 50; index++) await store.set(`old ${index}`, large, { ttlMs: 10 + index })
    await clock.advance(9)
    await expect(store.set('early', large)).rejects.toMatchObject({ code: 'ERR_CORE_STORE_FULL' })
    await clock.advance(51)
    await store.set('new', new Uint8Array(40_000))
    expect((await store.get('new'))?.byteLength).toBe(40_000)
  })

  it('refuses a value that is larger than the whole store, and keeps what was there', async () => {
    const store = createMemoryStore({ maxBytes: 1000 })
    await store.set('a', bytes('old'))
    await expect(store.set('a', new Uint8Array(1000))).rejects.toMatchObject({
      code: 'ERR_CORE_STORE_VALUE_TOO_LARGE',
    })
    expect(text(await store.get('a'))).toBe('old')
  })

  it.each([0, -1, 1.5, Number.NaN, '1' as never])('refuses the bound %s', (maxBytes) => {
    expect(() => createMemoryStore({ maxBytes })).toThrow(/maxBytes must be a positive whole number/)
    expect(() => createMemoryCacheStore({ maxBytes })).toThrow(/maxBytes must be a positive whole number/)
  })

  it('does not share memory with the value that it returns, nor keep that of a pool', async () => {
    const store = createMemoryStore()
    await store.increment('n', 7)
    const value = await store.get('n')
    expect(value!.buffer.byteLength).toBe(1)
  })
})

describe('createMemoryCacheStore', () => {
  it('forgets what was not used for longest, reading counting as use', async () => {
    const store = createMemoryCacheStore(roomFor(2))
    await store.set('a', large)
    await store.set('b', large)
    await store.get('a')
    await store.set('c', large)
    const found = await store.getMany(['a', 'b', 'c'])
    expect(found.map((value) => value !== undefined)).toEqual([true, false, true])
  })

  it('refuses a value that is larger than the whole store, and keeps what was there', async () => {
    const store = createMemoryCacheStore({ maxBytes: 1000 })
    await store.set('a', bytes('old'))
    await expect(store.set('a', large)).rejects.toMatchObject({ code: 'ERR_CORE_STORE_VALUE_TOO_LARGE' })
    expect(text(await store.get('a'))).toBe('old')
  })

  it('ends a key at its time, also one that was written at the very beginning of the clock', async () => {
    const clock = createFakeClock()
    const store = createMemoryCacheStore({ clock })
    await store.set('a', bytes('1'), { ttlMs: 10 })
    await clock.advance(9.9)
    expect(text(await store.get('a'))).toBe('1')
    await clock.advance(0.1)
    expect([await store.delete('a'), await store.touch('a', 10), await store.get('a')]).toEqual([
      false,
      false,
      undefined,
    ])
  })
})

describe('KeepingTable', () => {
  it('removes rows whose time is up while others are written, so they do not pile up', async () => {
    const clock = createFakeClock()
    const table = new KeepingTable(Number.MAX_SAFE_INTEGER, clock)
    for (let index = 0; index < 1000; index++) table.put(`old ${index}`, bytes('x'), 10)
    expect(table.size).toBe(1000)
    await clock.advance(10)
    for (let index = 0; index < 501; index++) table.put('same', bytes('x'), undefined)
    expect(table.size).toBe(1)
  })

  it('counts bytes up and down alike', async () => {
    const clock = createFakeClock()
    const table = new KeepingTable(Number.MAX_SAFE_INTEGER, clock)
    table.put('a', new Uint8Array(10), 5)
    table.put('a', new Uint8Array(20), 5)
    table.put('b', new Uint8Array(10), undefined)
    table.replace('b', new Uint8Array(99))
    table.put('c', new Uint8Array(10), 7)
    table.touch('c', 3)
    await clock.advance(5)
    for (const key of ['a', 'b', 'c', 'absent']) table.delete(key)
    expect([table.size, table.bytes]).toEqual([0, 0])
  })
})
