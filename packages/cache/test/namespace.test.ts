import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createFakeClock, createSeededRandom, type FakeClock } from '@keelson/core/ports'
import { t } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import {
  createCache,
  type Cache,
  type CreateCacheOptions,
  type Factory,
  type NamespaceOptions,
} from '../src/index.ts'
import { fleet, turns } from './support.ts'

interface Kit {
  readonly clock: FakeClock
  make(options?: CreateCacheOptions): Cache
}

const KITS: readonly (readonly [name: string, make: () => Kit])[] = [
  [
    'memory alone',
    () => {
      const clock = createFakeClock()
      return {
        clock,
        make: (options) => createCache({ clock, random: createSeededRandom(1), ...options }),
      }
    },
  ],
  [
    'memory and a shared store',
    () => {
      const { clock, join } = fleet()
      return { clock, make: join }
    },
  ],
  [
    'a shared store alone',
    () => {
      const { clock, join } = fleet()
      return { clock, make: (options) => join({ memoryTtlMs: 0, ...options }) }
    },
  ],
]

const Price = t.Object({ id: t.String(), amount: t.Integer() })

describe.each(KITS)('a namespace in %s', (name, makeKit) => {
  it('gives what was stored until its time is over', async () => {
    const { clock, make } = makeKit()
    const prices = make().namespace('prices', { schema: Price, ttlMs: 1_000, jitter: 0 })
    expect(await prices.get('a')).toBeUndefined()
    await prices.set('a', { id: 'a', amount: 1 })
    expect(await prices.get('a')).toEqual({ id: 'a', amount: 1 })
    await clock.advance(999)
    expect(await prices.get('a')).toEqual({ id: 'a', amount: 1 })
    await clock.advance(1)
    expect(await prices.get('a')).toBeUndefined()
  })

  it('computes a value once, and again when its time is over', async () => {
    const { clock, make } = makeKit()
    const numbers = make().namespace<number>('numbers', { ttlMs: 1_000, jitter: 0 })
    let count = 0
    const next = (): number => ++count
    expect(await numbers.getOrSet('a', next)).toBe(1)
    expect(await numbers.getOrSet('a', next)).toBe(1)
    await clock.advance(1_000)
    expect(await numbers.getOrSet('a', next)).toBe(2)
  })

  it('computes once for all who ask at the same time', async () => {
    const numbers = makeKit().make().namespace<number>('numbers', { ttlMs: 1_000 })
    let count = 0
    const all = Array.from({ length: 100 }, () =>
      numbers.getOrSet('a', async () => {
        await turns(3)
        return ++count
      }),
    )
    expect(new Set(await Promise.all(all))).toEqual(new Set([1]))
  })

  it('deletes one value, and all', async () => {
    const numbers = makeKit().make().namespace<number>('numbers', { ttlMs: 1_000 })
    await numbers.setMany([
      { key: 'a', value: 1 },
      { key: 'b', value: 2 },
      { key: 'a', value: 3 },
    ])
    expect(await numbers.getMany(['a', 'b', 'c', 'a'])).toEqual([3, 2, undefined, 3])
    await numbers.delete('a')
    expect(await numbers.getMany(['a', 'b'])).toEqual([undefined, 2])
    await numbers.clear()
    expect(await numbers.get('b')).toBeUndefined()
    await numbers.set('b', 4)
    expect(await numbers.get('b')).toBe(4)
  })

  it('invalidates by tags, those of each value and those of all', async () => {
    const cache = makeKit().make()
    const prices = cache.namespace('prices', {
      schema: Price,
      ttlMs: 1_000,
      tags: ({ id }) => [`price:${id}`],
    })
    const lists = cache.namespace<string[]>('lists', { ttlMs: 1_000, tags: ['prices', 'lists'] })
    await prices.getOrSet('a', () => ({ id: 'a', amount: 1 }))
    await prices.set('b', { id: 'b', amount: 2 }, { tags: ['prices'] })
    await lists.getOrSet('all', () => ['a', 'b'])
    await cache.invalidate('price:a')
    expect(await prices.getMany(['a', 'b'])).toEqual([undefined, { id: 'b', amount: 2 }])
    expect(await lists.get('all')).toEqual(['a', 'b'])
    await cache.invalidate(['prices', 'other'])
    expect(await prices.get('b')).toBeUndefined()
    expect(await lists.get('all')).toBeUndefined()
    await lists.getOrSet('all', () => ['c'])
    expect(await lists.get('all')).toEqual(['c'])
  })

  it('gives a value that nobody can change', async () => {
    const lists = makeKit().make().namespace<{ ids: string[] }>('lists', { ttlMs: 1_000 })
    const made = { ids: ['a'] }
    const given = await lists.getOrSet('a', () => made)
    expect(Object.isFrozen(given.ids)).toBe(true)
    const own = { ids: ['b'] }
    await lists.set('b', own)
    own.ids.push('c')
    const read = await lists.get('b')
    expect(read).toEqual({ ids: ['b'] })
    expect(Object.isFrozen(read?.ids)).toBe(true)
  })

  it('gives each reader a copy, where it says so', async () => {
    const lists = makeKit().make().namespace<{ ids: string[] }>('lists', { ttlMs: 1_000, reads: 'copied' })
    const [one, other] = await Promise.all([
      lists.getOrSet('a', async () => ({ ids: ['a'] })),
      lists.getOrSet('a', async () => ({ ids: ['a'] })),
    ])
    one.ids.push('b')
    expect(other).toEqual({ ids: ['a'] })
    expect(await lists.get('a')).toEqual({ ids: ['a'] })
  })

  it('keeps that there is nothing only where it says so', async () => {
    const { clock, make } = makeKit()
    const cache = make()
    const asked = { users: 0, names: 0 }
    const users = cache.namespace<string>('users', { ttlMs: 1_000 })
    const names = cache.namespace<string>('names', { ttlMs: 1_000, negativeTtlMs: 100, jitter: 0 })
    for (let times = 0; times < 3; times++) {
      expect(await users.getOrSet('a', () => void asked.users++)).toBeUndefined()
      expect(await names.getOrSet('a', () => (asked.names++, null))).toBeNull()
    }
    expect(asked).toEqual({ users: 3, names: 1 })
    expect(await names.get('a')).toBeUndefined()
    expect(names.peek('a')).toBeUndefined()
    await clock.advance(100)
    expect(await names.getOrSet('a', () => 'ann')).toBe('ann')
  })

  it('serves a stale value and computes a new one behind it', async () => {
    const { clock, make } = makeKit()
    const numbers = make().namespace<number>('numbers', { ttlMs: 1_000, graceMs: 9_000, jitter: 0 })
    let count = 0
    const next = (): number => ++count
    await numbers.getOrSet('a', next)
    await clock.advance(5_000)
    expect(await numbers.get('a')).toBeUndefined()
    expect(await numbers.getOrSet('a', next)).toBe(1)
    await turns()
    expect(await numbers.getOrSet('a', next)).toBe(2)
    await clock.advance(10_000)
    expect(await numbers.getOrSet('a', next)).toBe(3)
  })

  it('serves a stale value when the factory fails, and leaves it alone for a while', async () => {
    const { clock, make } = makeKit()
    const numbers = make().namespace<number>('numbers', {
      ttlMs: 1_000,
      graceMs: 600_000,
      softTimeoutMs: 500,
      backOffMs: 1_000,
      jitter: 0,
    })
    let asked = 0
    const broken = (): number => {
      asked++
      throw new Error('no')
    }
    await numbers.set('a', 1)
    await clock.advance(2_000)
    expect(await numbers.getOrSet('a', broken)).toBe(1)
    expect(await numbers.getOrSet('a', broken)).toBe(1)
    expect(asked).toBe(1)
    await clock.advance(1_000)
    expect(await numbers.getOrSet('a', broken)).toBe(1)
    await clock.advance(1_000)
    expect(await numbers.getOrSet('a', broken)).toBe(1)
    expect(asked).toBe(2)
    await clock.advance(1_000)
    expect(await numbers.getOrSet('a', () => 2)).toBe(2)
  })

  it.each<[string, Partial<NamespaceOptions<string>>, Factory<string, string | undefined | null>]>([
    ['undefined', {}, () => undefined],
    ['null', {}, () => null],
    ['what it says not to store', {}, ({ decide }) => (decide({ isStored: false }), 'b')],
    ['what is too large', { maxEntryBytes: 20 }, () => 'b'.repeat(30)],
    ['what is fresh for no time', { ttlMs: (value) => (value === 'a' ? 1_000 : 0) }, () => 'b'],
  ])('ends a stale value when the factory gives %s', async (_name, options, none) => {
    const { clock, make } = makeKit()
    const { ttlMs = 1_000, maxEntryBytes } = options
    const settings = { ttlMs, maxEntryBytes, graceMs: 600_000, backOffMs: 0, jitter: 0 }
    const texts = make().namespace<string>('texts', settings)
    await texts.set('a', 'a')
    await clock.advance(1_000)
    expect(await texts.getOrSet('a', none)).toBe('a')
    await turns()
    const broken = (): Promise<string> => Promise.reject(new Error('no'))
    await expect(texts.getOrSet('a', broken)).rejects.toThrow('no')
    expect(await texts.getOrSet('a', () => 'c')).toBe('c')
  })

  it('keeps that there is no value as long as negativeTtlMs says, whatever time the call has for a value', async () => {
    const { clock, make } = makeKit()
    const cache = make()
    const never = cache.namespace<string>('never', { ttlMs: 1_000 })
    const short = cache.namespace<string>('short', { ttlMs: 1_000, negativeTtlMs: 100, jitter: 0 })
    let count = 0
    const none = (): undefined => void count++
    for (let times = 0; times < 2; times++) {
      await never.getOrSet('a', none, { ttlMs: 5_000 })
      await never.getOrSet('b', ({ decide }) => (decide({ ttlMs: 5_000 }), none()))
    }
    expect(count).toBe(4)
    for (const [key, ttlMs, keptMs] of [
      ['a', 5_000, 100],
      ['b', 50, 50],
    ] as const) {
      count = 0
      await short.getOrSet(key, none, { ttlMs })
      await clock.advance(keptMs - 1)
      await short.getOrSet(key, none, { ttlMs })
      expect(count).toBe(1)
      await clock.advance(1)
      await short.getOrSet(key, none, { ttlMs })
      expect(count).toBe(2)
    }
  })

  it('counts a value that does not fit into the memory at all, and says nothing is stored', async () => {
    const { clock } = makeKit()
    const cache = createCache({ clock, maxBytes: 1_000 })
    const texts = cache.namespace<string>('texts', { ttlMs: 1_000 })
    const stored: unknown[] = []
    const note = (message: unknown): number => stored.push(message)
    subscribe('keelson:cache:stored', note)
    await texts.set('a', 'x'.repeat(5_000))
    await texts.getOrSet('b', () => 'x'.repeat(900))
    unsubscribe('keelson:cache:stored', note)
    expect([texts.peek('a'), texts.peek('b'), stored]).toEqual([undefined, undefined, []])
    expect(cache.state().namespaces['texts']).toMatchObject({ oversized: 2, entries: 0, bytes: 0 })
    const refused = 'maxEntryBytes (2000) is more than maxBytes (1000): such a value would never be kept.'
    expect(() => createCache({ maxBytes: 1_000, maxEntryBytes: 2_000 })).toThrow(refused)
  })

  it('makes values stale by a soft invalidation, which grace still serves', async () => {
    const { make } = makeKit()
    const cache = make()
    const numbers = cache.namespace<number>('numbers', { ttlMs: 1_000, graceMs: 1_000, tags: ['numbers'] })
    const strict = cache.namespace<number>('strict', { ttlMs: 1_000, tags: ['numbers'] })
    await numbers.set('a', 1)
    await strict.set('a', 1)
    await cache.invalidate('numbers', { isSoft: true })
    expect(await numbers.get('a')).toBeUndefined()
    expect(await numbers.getOrSet('a', () => 2)).toBe(1)
    expect(await strict.getOrSet('a', () => 2)).toBe(2)
    await turns()
    expect(await numbers.getOrSet('a', () => 3)).toBe(2)
  })

  it('stores as the factory decides', async () => {
    const { clock, make } = makeKit()
    const cache = make()
    const tokens = cache.namespace<string>('tokens', { ttlMs: 1_000, jitter: 0 })
    await tokens.getOrSet('a', ({ decide }) => {
      decide({ ttlMs: 10, tags: ['a'] })
      return 'a'
    })
    await tokens.getOrSet('b', ({ decide }) => {
      decide({ isStored: false })
      return 'b'
    })
    expect(await tokens.getMany(['a', 'b'])).toEqual(['a', undefined])
    await cache.invalidate('a')
    expect(await tokens.get('a')).toBeUndefined()
    await tokens.getOrSet('a', () => 'a', { ttlMs: 20 })
    await clock.advance(20)
    expect(await tokens.get('a')).toBeUndefined()
  })

  it('does not store what is too large, and counts it', async () => {
    const cache = makeKit().make({ maxEntryBytes: 100 })
    const texts = cache.namespace<string>('texts', { ttlMs: 1_000 })
    await texts.set('a', 'short')
    await texts.set('a', 'x'.repeat(99))
    expect(await texts.get('a')).toBeUndefined()
    expect(cache.state().namespaces['texts']?.oversized).toBe(1)
  })

  it('takes keys of plain data, whatever the order of their members', async () => {
    const numbers = makeKit().make().namespace<number>('numbers', { ttlMs: 1_000 })
    const keys = [
      '1',
      1,
      1n,
      true,
      'true',
      [1],
      '[1]',
      { a: 1, b: 2 },
      '=1',
      '#1',
      '',
      'x'.repeat(5_000),
      '\n',
      'é',
    ]
    await numbers.setMany(keys.map((key, value) => ({ key, value })))
    expect(await numbers.getMany(keys)).toEqual(keys.map((_key, value) => value))
    expect(await numbers.get({ b: 2, a: 1 })).toBe(7)
  })

  it(`is seen by others: ${name === 'memory alone' ? 'nobody' : 'each process'}`, async () => {
    const { make } = makeKit()
    const [one, other] = [make(), make()].map((cache) => cache.namespace<number>('numbers', { ttlMs: 1_000 }))
    await one?.set('a', 1)
    expect(await other?.get('a')).toBe(name === 'memory alone' ? undefined : 1)
  })
})
