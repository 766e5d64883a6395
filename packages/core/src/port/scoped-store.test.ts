import { describe, expect, it } from 'vitest'
import { SetupError } from '../errors/index.ts'
import { createMemoryCacheStore, createMemoryStore, scopedStore, type KeyValueStore } from './index.ts'
import { bytes, codeOf, text } from './suite.ts'

/** A store of which nothing but its methods is known, as one on a server. */
function plain(store: KeyValueStore): KeyValueStore {
  return new Proxy(store, {
    get: (target, name) => {
      if (typeof name === 'symbol') return undefined
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

describe.each([
  ['in a table of its own', () => createMemoryStore(), { maxBytes: 1_000_000 }],
  ['by a prefix', () => plain(createMemoryStore()), { maxBytes: 1_000_000 }],
  ['without a size', () => createMemoryStore(), {}],
])('a scope of a store, %s,', (_, make, options) => {
  it('neither sees nor touches keys of other scopes and of the store', async () => {
    const store = make()
    const [a, b] = [scopedStore(store, 'a', options), scopedStore(store, 'b', options)]
    await store.set('k', bytes('store'))
    await a.set('k', bytes('a'))
    await b.setMany([{ key: 'k', value: bytes('b') }])
    expect([await store.get('k'), ...(await a.getMany(['k'])), await b.get('k')].map(text)).toEqual([
      'store',
      'a',
      'b',
    ])
    expect(await a.deleteMany(['k'])).toBe(1)
    expect((await Promise.all([store.get('k'), a.get('k'), b.get('k')])).map(text)).toEqual([
      'store',
      undefined,
      'b',
    ])
  })

  it('is the same when it is asked for again', async () => {
    const store = make()
    await scopedStore(store, 'a', options).set('k', bytes('v'))
    expect(text(await scopedStore(store, 'a', options).get('k'))).toBe('v')
  })

  it('closes itself alone, and ends with the store', async () => {
    const store = make()
    const [a, again] = [scopedStore(store, 'a', options), scopedStore(store, 'a', options)]
    await a.close()
    const all = [
      a.get('k'),
      a.setMany([]),
      a.getMany([]),
      a.increment('n', 1),
      a.compareAndSet('k', { expected: undefined, next: undefined }),
    ]
    for (const one of all) expect(await codeOf(one)).toBe('ERR_CORE_PORT_CLOSED')
    expect(await codeOf(again.set('k', bytes('v')))).toBe('no error')
    expect(await codeOf(store.get('k'))).toBe('no error')
    await store.close()
    expect(await codeOf(again.get('k'))).toBe('ERR_CORE_PORT_CLOSED')
  })

  it('refuses a second size', () => {
    const store = make()
    scopedStore(store, 'limit', { maxBytes: 5000 })
    expect(() => scopedStore(store, 'limit', { maxBytes: 6000 })).toThrow(
      "The scope 'limit' has 5000 bytes already, not 6000 bytes.",
    )
    expect(() => scopedStore(store, 'limit')).toThrow('has 5000 bytes already, not no maxBytes.')
    expect(() => scopedStore(store, 'limit', { maxBytes: 5000 })).not.toThrow()
  })

  it('has no scopes of its own', () => {
    const scope = scopedStore(make(), 'a', options)
    expect(() => scopedStore(scope, 'b')).toThrow(/A scope cannot have scopes: pass the store itself for 'b'/)
  })

  it('has the capabilities of its store', () => {
    const store = make()
    expect(scopedStore(store, 'a', options).capabilities).toBe(store.capabilities)
  })
})

describe('scopedStore', () => {
  it.each(['', 'A', 'a:b', 'a b', 'ä', 'a_b', 'a'.repeat(33), undefined, 7])(
    'refuses the name %j',
    (name) => {
      expect(() => scopedStore(createMemoryStore(), name as never)).toThrow(
        /name of a scope must be 1 to 32 of/,
      )
    },
  )

  it.each([0, -1, 1.5, Number.NaN, '1', null])('refuses the size %j', (maxBytes) => {
    expect(() => scopedStore(createMemoryStore(), 'a', { maxBytes: maxBytes as never })).toThrow(/maxBytes/)
  })

  it.each([undefined, {}, 'store', { ...plain(createMemoryStore()) }])(
    'refuses what is no store, %j',
    (store) => {
      expect(() => scopedStore(store as never, 'a')).toThrow(SetupError)
    },
  )

  it('refuses options that do not exist', () => {
    expect(() => scopedStore(createMemoryStore(), 'a', { maxByte: 1 } as never)).toThrow(
      /Did you mean 'maxBytes'/,
    )
  })
})

describe('shares of scopes', () => {
  const half = { maxBytes: 50_000 }
  const whole = { maxBytes: 100_000 }
  const large = new Uint8Array(20_000)
  const filled = async (store: KeyValueStore): Promise<number> => {
    for (let count = 0; ; count++)
      if ((await codeOf(store.set(`${count}`, large))) === 'ERR_CORE_STORE_FULL') return count
  }

  it('are set aside: who fills a scope or the store takes nothing of another', async () => {
    const store = createMemoryStore(whole)
    const scope = scopedStore(store, 'a', half)
    expect(await filled(scope)).toBe(2)
    expect(await filled(store)).toBe(2)
    await scope.delete('0')
    expect(await codeOf(scope.set('new', large))).toBe('no error')
    expect(await codeOf(store.set('new', large))).toBe('ERR_CORE_STORE_FULL')
  })

  it('are forgotten by none but themselves where a store evicts', async () => {
    const store = createMemoryCacheStore(whole)
    await store.set('before', large)
    const scope = scopedStore(store, 'a', half)
    expect((await store.get('before'))?.byteLength).toBe(20_000)
    await scope.set('mine', large)
    for (let count = 0; count < 10; count++) await store.set(`${count}`, large)
    expect((await scope.get('mine'))?.byteLength).toBe(20_000)
    expect((await store.getMany(['before', '7', '8', '9'])).map((one) => one !== undefined)).toEqual([
      false,
      false,
      true,
      true,
    ])
  })

  it('cannot be more than the store, and one that is refused leaves nothing behind', async () => {
    const store = createMemoryStore(whole)
    scopedStore(store, 'a', half)
    expect(() => scopedStore(store, 'b', half)).toThrow(
      "The shares of the scopes (a 50000, b 50000) use up the store's maxBytes, 100000.",
    )
    expect(() => scopedStore(store, 'b', { maxBytes: 10_000 })).not.toThrow()
    await store.close()
    expect(() => scopedStore(store, 'c', { maxBytes: 10 })).toThrow(
      'The store is closed. It was used after its end, mostly while the app stops: end what uses it before it is closed, in the `stop` of a plugin, say, and await the work that was begun.',
    )
  })
})
