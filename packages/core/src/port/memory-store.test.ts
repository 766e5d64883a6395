import { describe, expect, it } from 'vitest'
import { createFakeClock, createMemoryStore } from './index.ts'
import { MemoryTable } from './memory-table.ts'
import { bytes, text } from './suite.ts'

describe('createMemoryStore', () => {
  it('forgets the least recently used beyond maxEntries, reading counting as use', async () => {
    const store = createMemoryStore({ maxEntries: 2 })
    await store.set('a', bytes('1'))
    await store.set('b', bytes('2'))
    await store.get('a')
    await store.set('c', bytes('3'))
    expect((await store.getMany(['a', 'b', 'c'])).map(text)).toEqual(['1', undefined, '3'])
  })

  it('does not forget others when a key is set again at the limit', async () => {
    const store = createMemoryStore({ maxEntries: 2 })
    await store.set('a', bytes('1'))
    await store.set('b', bytes('2'))
    await store.set('b', bytes('3'))
    expect((await store.getMany(['a', 'b'])).map(text)).toEqual(['1', '3'])
  })

  it('forgets the least recently used beyond maxBytes', async () => {
    const store = createMemoryStore({ maxBytes: 3000 })
    for (const key of ['a', 'b', 'c', 'd']) await store.set(key, new Uint8Array(1000))
    const found = await store.getMany(['a', 'b', 'c', 'd'])
    expect(found.map((value) => value !== undefined)).toEqual([false, false, true, true])
  })

  it('refuses a value that is larger than the whole store, and keeps what was there', async () => {
    const store = createMemoryStore({ maxBytes: 1000 })
    await store.set('a', bytes('old'))
    await expect(store.set('a', new Uint8Array(1000))).rejects.toMatchObject({
      code: 'ERR_CORE_STORE_VALUE_TOO_LARGE',
    })
    expect(text(await store.get('a'))).toBe('old')
  })

  it.each([0, -1, 1.5, Number.NaN, '1' as never])('refuses the bound %s', (bound) => {
    expect(() => createMemoryStore({ maxEntries: bound })).toThrow(/maxEntries/)
    expect(() => createMemoryStore({ maxBytes: bound })).toThrow(/maxBytes/)
  })

  it('does not share memory with the value that it returns', async () => {
    const store = createMemoryStore()
    await store.increment('n', 7)
    const value = await store.get('n')
    expect(value!.buffer.byteLength).toBe(1)
  })
})

describe('MemoryTable', () => {
  it('removes expired rows while others are written, so they do not pile up', async () => {
    const clock = createFakeClock()
    const table = new MemoryTable(1_000_000, Number.MAX_SAFE_INTEGER, clock)
    for (let index = 0; index < 1000; index++) table.put(`old ${index}`, bytes('x'), 10)
    expect(table.size).toBe(1000)
    await clock.advance(10)
    for (let index = 0; index < 1100; index++) table.put('same', bytes('x'), undefined)
    expect(table.size).toBe(1)
  })

  it('counts bytes up and down alike', async () => {
    const clock = createFakeClock()
    const table = new MemoryTable(3, Number.MAX_SAFE_INTEGER, clock)
    table.put('a', new Uint8Array(10), 5)
    table.put('a', new Uint8Array(20), 5)
    table.put('b', new Uint8Array(10), undefined)
    table.replace('b', new Uint8Array(99))
    table.put('c', new Uint8Array(10), undefined)
    table.put('d', new Uint8Array(10), undefined)
    await clock.advance(5)
    for (const key of ['a', 'b', 'c', 'd', 'absent']) table.delete(key)
    expect([table.size, table.bytes]).toEqual([0, 0])
  })
})
