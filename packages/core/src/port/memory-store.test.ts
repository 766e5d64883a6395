import { describe, expect, it } from 'vitest'
import {
  createFakeClock,
  createMemoryCacheStore,
  createMemoryStore,
  scopedStore,
  systemClock,
  type Clock,
} from './index.ts'
import { KeepingTable } from './keeping-table.ts'
import { entryBytes } from './store-table.ts'
import { bytes, text } from './suite.ts'

const empty = entryBytes('', new Uint8Array(0))
/** Room for so many entries of 1,000 bytes. */
const roomFor = (count: number) => ({ maxBytes: count * (1020 + empty) })
const large = new Uint8Array(1000)

/** Time passes with each look at it, as on a busy machine: an operation that looked twice would see two moments. */
function createSteppingClock(): Clock & { pass(ms: number): void } {
  let now = 0
  return { ...systemClock, monotonic: () => now++, pass: (ms) => void (now += ms) }
}

describe.each([
  ['createMemoryStore', createMemoryStore],
  ['createMemoryCacheStore', createMemoryCacheStore],
])('a key of %s whose time is up during an operation', (_, create) => {
  // How far the key's end is when the operation begins: one of them falls within it.
  it.each([1, 2, 3, 4, 5, 6])('is never counted on without a TTL, %d ms before', async (ttlMs) => {
    const clock = createSteppingClock()
    const store = create({ clock })
    for (let count = 0; count < 20; count++) await store.increment('n', 1, { ttlMs })
    clock.pass(100)
    expect(await store.get('n')).toBe(undefined)
  })

  it.each([1, 2, 3, 4, 5, 6])('is there once it was written over, %d ms before', async (ttlMs) => {
    const clock = createSteppingClock()
    const store = create({ clock })
    const write = [
      () => store.set('k', bytes('new'), { ttlMs: 1000 }),
      () => store.setMany([{ key: 'k', value: bytes('new'), ttlMs: 1000 }]),
      async () => {
        const isSame = await store.compareAndSet('k', { expected: bytes('old'), next: bytes('new') })
        if (!isSame) await store.add('k', bytes('new'))
      },
    ]
    for (const one of write) {
      await store.set('k', bytes('old'), { ttlMs })
      await one()
      expect(text(await store.get('k'))).toBe('new')
    }
  })

  it.each([1, 2, 3, 4, 5, 6])(
    'has its new time where touch says that it is there, %d ms before',
    async (ttlMs) => {
      const clock = createSteppingClock()
      const store = create({ clock })
      await store.set('k', bytes('old'), { ttlMs })
      const isThere = await store.touch('k', 1000)
      expect((await store.get('k')) !== undefined).toBe(isThere)
    },
  )
})

describe('the options of a call to a store in the process', () => {
  it.each([
    [{ ttl: 5 }, "There is no option 'ttl'. Did you mean 'ttlMs'?"],
    [{ TTLMS: 5 }, "There is no option 'TTLMS'. Did you mean 'ttlMs'?"],
    [{ expires: 5 }, "There is no option 'expires'. The options are signal, ttlMs."],
    [5000, 'The options must be an object, like { ttlMs }, not 5000.'],
    [null, 'The options must be an object, like { ttlMs }, not null.'],
  ])('are refused with a sentence that says what was meant: %o', async (options, message) => {
    const scope = scopedStore(createMemoryStore(), 'scope')
    for (const store of [createMemoryStore(), createMemoryCacheStore(), scope])
      await expect(store.set('k', bytes('v'), options as never)).rejects.toMatchObject({
        code: 'ERR_CORE_PORT_ARGUMENT',
        message,
      })
  })

  it('and lists that are none are refused', async () => {
    const scope = scopedStore(createMemoryStore(), 'scope')
    for (const store of [createMemoryStore(), scope]) {
      const wrong = [store.getMany('k' as never), store.deleteMany({} as never), store.setMany('k' as never)]
      for (const one of [
        ...wrong,
        store.setMany([undefined as never]),
        store.compareAndSet('k', undefined as never),
      ])
        await expect(one).rejects.toMatchObject({ code: 'ERR_CORE_PORT_ARGUMENT' })
    }
  })
})

describe.each([
  ['createMemoryStore', createMemoryStore],
  ['createMemoryCacheStore', createMemoryCacheStore],
])('an error of %s', (_, create) => {
  it('does not tell the key, which may be a secret', async () => {
    const store = create({ maxBytes: 4000 })
    await store.set('s:secret', bytes('x'))
    const failing = [
      store.set('s:secret', new Uint8Array(5000)),
      store.increment('s:secret', 1),
      ...(store.capabilities.keeps ? [1, 2, 3, 4].map((n) => store.set(`s:secret${n}`, large)) : []),
    ]
    const failed = (await Promise.allSettled(failing)).filter((one) => one.status === 'rejected')
    expect(failed.length).toBeGreaterThan(1)
    for (const { reason } of failed) expect(String(reason)).not.toContain('secret')
  })
})

describe('createMemoryStore', () => {
  it('refuses what does not fit, and keeps all that is there', async () => {
    const store = createMemoryStore(roomFor(2))
    await store.set('a', large)
    await store.set('b', large)
    await expect(store.set('c', large)).rejects.toMatchObject({
      code: 'ERR_CORE_STORE_FULL',
      status: 503,
      message: expect.stringMatching(/^The store holds \d+ of \d+ bytes, and the entry needs \d+ more\./),
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
    table.begin()
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
    table.begin()
    for (const key of ['a', 'b', 'c', 'absent']) table.delete(key)
    expect([table.size, table.bytes]).toEqual([0, 0])
  })
})
