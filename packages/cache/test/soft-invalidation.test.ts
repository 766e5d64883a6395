import { describe, expect, it } from 'vitest'
import type { Cache, Namespace } from '../src/index.ts'
import { fleet, turns, type Fleet } from './support.ts'

const OPTIONS = { ttlMs: 1_000, graceMs: 600_000, jitter: 0, tags: ['one', 'two'] }

function numbersOf(cache: Cache): Namespace<number> {
  return cache.namespace<number>('numbers', OPTIONS)
}

interface Way {
  readonly name: string
  readonly steps: (cache: Cache, kit: Fleet) => Promise<void>
}

const WAYS: readonly Way[] = [
  {
    name: 'of the same tag',
    steps: async (cache) => {
      await cache.invalidate('one', { isSoft: true })
      await cache.invalidate('one')
    },
  },
  {
    name: 'after a second soft one',
    steps: async (cache) => {
      await cache.invalidate('one', { isSoft: true })
      await cache.invalidate('one', { isSoft: true })
      await cache.invalidate('one')
    },
  },
  {
    name: 'of one of two tags that were invalidated softly',
    steps: async (cache) => {
      await cache.invalidate(['one', 'two'], { isSoft: true })
      await cache.invalidate('two')
    },
  },
  {
    name: 'after another value was set between them',
    steps: async (cache) => {
      await cache.invalidate('one', { isSoft: true })
      await numbersOf(cache).set('other', 1)
      await cache.invalidate('one', { isSoft: true })
      await cache.invalidate('one')
    },
  },
  {
    name: 'where the value had expired between them',
    steps: async (cache, kit) => {
      await cache.invalidate('one', { isSoft: true })
      await kit.clock.advance(2_000)
      await cache.invalidate('one')
    },
  },
  {
    name: 'of the whole namespace',
    steps: async (cache) => {
      await cache.invalidate('one', { isSoft: true })
      await numbersOf(cache).clear()
    },
  },
]

describe('a hard invalidation after a soft one is a miss', () => {
  it.each(WAYS)('$name, in memory alone', async ({ steps }) => {
    const kit = fleet()
    const cache = kit.join({ shared: undefined })
    const numbers = numbersOf(cache)
    await numbers.set('a', 1)
    await steps(cache, kit)
    await expect(numbers.getOrSet('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await numbers.getOrSet('a', () => 2)).toBe(2)
  })

  it.each(WAYS)('$name, over a shared store, in both processes', async ({ steps }) => {
    const kit = fleet()
    const [here, there] = [kit.join(), kit.join()]
    const [numbers, other] = [numbersOf(here), numbersOf(there)]
    await numbers.set('a', 1)
    expect(await other.get('a')).toBe(1)
    await steps(here, kit)
    await turns()
    for (const one of [other, numbers])
      await expect(one.getOrSet('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  })

  it('while it is computed anew', async () => {
    const cache = fleet().join({ shared: undefined })
    const numbers = numbersOf(cache)
    await numbers.set('a', 1)
    await cache.invalidate('one', { isSoft: true })
    expect(await numbers.getOrSet('a', () => new Promise<number>(() => {}))).toBe(1)
    await cache.invalidate('one')
    expect(await numbers.getOrSet('a', () => 2)).toBe(2)
  })

  it('and a soft one after it serves what was computed since', async () => {
    const kit = fleet()
    const cache = kit.join({ shared: undefined })
    const numbers = numbersOf(cache)
    await numbers.set('a', 1)
    await cache.invalidate('one', { isSoft: true })
    await cache.invalidate('one')
    await numbers.set('a', 2)
    await cache.invalidate('two', { isSoft: true })
    expect(await numbers.getOrSet('a', () => 3)).toBe(2)
    await turns()
    expect(await numbers.get('a')).toBe(3)
    await cache.invalidate('one')
    expect(await numbers.get('a')).toBeUndefined()
  })
})
