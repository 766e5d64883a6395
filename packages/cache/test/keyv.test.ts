import { cacheStoreSuite, keyValueStoreSuite } from '@keelson/core/suites'
import { createFakeClock } from '@keelson/core/ports'
import { Keyv } from 'keyv'
import { Keyv as Keyv5 } from 'keyv-5'
import { describe, expect, it } from 'vitest'
import { createCache } from '../src/index.ts'
import { keyvStore } from '../src/keyv/index.ts'

const value = (text: string): Uint8Array => new TextEncoder().encode(text)

for (const [name, suite, options] of [
  ['keyvStore that may evict', cacheStoreSuite, {}],
  ['keyvStore that keeps', keyValueStoreSuite, { keeps: true, shared: true, durable: true }],
] as const)
  suite(
    { describe, it, expect },
    {
      name,
      make: () => {
        const clock = createFakeClock({ now: Date.now() })
        const store = keyvStore(new Keyv({ namespace: 'shop' }), { clock, ...options })
        return { store, advance: (ms) => clock.advance(ms) }
      },
      skip: {
        [options === undefined || !('keeps' in options)
          ? 'when full, accepts new keys and drops others'
          : 'when full, refuses new keys and drops none']: 'a Map has no limit',
      },
    },
  )

describe('a store on a Keyv', () => {
  it('says what the engine is as it was told, and that it has nothing atomic', () => {
    const { capabilities } = keyvStore(new Keyv(), { shared: true })
    expect(capabilities).toEqual({
      add: false,
      compareAndSet: false,
      increment: false,
      touch: false,
      batch: true,
      shared: true,
      durable: false,
      keeps: false,
    })
  })

  it('rejects where the adapter fails, although somebody listens to the errors of the Keyv', async () => {
    const failing = new Map()
    failing.get = () => {
      throw new Error('gone')
    }
    const keyv = new Keyv({ store: failing })
    keyv.on('error', () => {})
    await expect(keyvStore(keyv).get('a')).rejects.toThrow('gone')
  })

  it('rejects a write that the adapter did not do', async () => {
    const keyv = new Keyv()
    keyv.store.set = async () => false
    await expect(keyvStore(keyv).set('a', value('1'))).rejects.toMatchObject({ code: 'ERR_CACHE_KEYV_WRITE' })
  })

  it('rejects a delete that the adapter did not do, and counts one of what was not there', async () => {
    const keyv = new Keyv()
    const own = keyv.store.deleteMany.bind(keyv.store)
    let isRefused = false
    keyv.store.deleteMany = (keys: string[]) =>
      isRefused ? Promise.resolve(keys.map(() => false)) : own(keys)
    const store = keyvStore(keyv)
    await store.set('a', value('1'))
    isRefused = true
    const refused = { code: 'ERR_CACHE_KEYV_WRITE' }
    await expect(store.delete('a')).rejects.toMatchObject(refused)
    await expect(store.deleteMany(['none', 'a'])).rejects.toMatchObject(refused)
    expect(await store.delete('none')).toBe(false)
    isRefused = false
    expect(await store.delete('a')).toBe(true)
    expect(await store.delete('a')).toBe(false)
  })

  it('keeps to the namespace of its Keyv, and misses what others have written there', async () => {
    const map = new Map()
    const [one, other] = ['one', 'other'].map((namespace) => new Keyv({ store: map, namespace }))
    const store = keyvStore(one as Keyv)
    await store.set('a', value('1'))
    expect(await keyvStore(other as Keyv).get('a')).toBe(undefined)
    await one?.set('b', 'a text')
    expect(await store.getMany(['a', 'b'])).toEqual([value('1'), undefined])
  })

  it('stands behind a cache', async () => {
    const shared = { store: keyvStore(new Keyv(), { shared: true }) }
    const [one, other] = [createCache({ shared }), createCache({ shared })]
    const names = [one, other].map((cache) => cache.namespace<string>('names', { ttlMs: 60_000 }))
    expect(await names[0]?.getOrSet('a', () => 'ann')).toBe('ann')
    expect(await names[1]?.getOrSet('a', () => 'not ann')).toBe('ann')
    await one.close()
  })

  it('is refused for what is not a Keyv', () => {
    expect(() => keyvStore(undefined as never)).toThrow('is missing. Give a Keyv of version 6.')
    for (const wrong of [new Map(), { store: new Map() }, 'redis://127.0.0.1'])
      expect(() => keyvStore(wrong as never)).toThrow(
        /a Keyv of version 6[^]*Run npm install keyv@6, and write keyvStore\(new Keyv\(\{ store: adapter \}\)\)/,
      )
    expect(() => keyvStore(new Keyv(), { ttlMs: 1 } as object)).toThrow('ttlMs')
  })

  it('is refused for a Keyv of version 5, whose adapters take a duration', () => {
    const { store: ofSix } = new Keyv()
    for (const store of [new DurationAdapter(), ofSix]) {
      const keyv = new Keyv5({ store })
      // @ts-expect-error - a Keyv of version 5
      expect(() => keyvStore(keyv)).toThrow(
        /a Keyv of another version than 6[^]*Run npm install keyv@6, and adapters that ask for keyv 6/,
      )
    }
  })

  it('keeps a value for its time on an adapter of version 5, which a Keyv of 6 gives durations', async () => {
    const adapter = new DurationAdapter()
    await keyvStore(new Keyv({ store: adapter })).set('a', value('1'), { ttlMs: 60_000 })
    const [{ ttlMs = 0 } = {}] = [...adapter.values.values()]
    expect(ttlMs).toBeGreaterThan(50_000)
    expect(ttlMs).toBeLessThanOrEqual(60_000)
  })

  it('is refused for an adapter without batches', () => {
    const { capabilities, get, set } = new Keyv().store
    const store = { capabilities, get, set, delete: async () => true, clear: async () => {} }
    expect(() => keyvStore(new Keyv({ store }))).toThrow(
      'Its storage adapter has no getMany, setMany, deleteMany.',
    )
  })
})

/** A full adapter as version 5 asks for it: the third argument of `set` is a duration, ms. */
class DurationAdapter {
  readonly values = new Map<string, { readonly value: unknown; readonly ttlMs: number | undefined }>()
  readonly opts = {}
  namespace: string | undefined

  async get(key: string) {
    return this.values.get(key)?.value
  }
  async getMany(keys: string[]) {
    return Promise.all(keys.map((key) => this.get(key)))
  }
  async has(key: string) {
    return this.values.has(key)
  }
  async hasMany(keys: string[]) {
    return keys.map((key) => this.values.has(key))
  }
  async set(key: string, stored: unknown, ttlMs?: number) {
    this.values.set(key, { value: stored, ttlMs })
    return true
  }
  async setMany(entries: { key: string; value: unknown; ttl?: number }[]) {
    return Promise.all(entries.map((entry) => this.set(entry.key, entry.value, entry.ttl)))
  }
  async delete(key: string) {
    return this.values.delete(key)
  }
  async deleteMany(keys: string[]) {
    return keys.map((key) => this.values.delete(key))
  }
  async clear() {
    this.values.clear()
  }
  async disconnect() {}
}
