import { t } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import type { Namespace } from '../src/index.ts'
import { deferred, fleet, passing, turns, type Fleet } from './support.ts'

const OPTIONS = { ttlMs: 60_000, jitter: 0 }

function numbersOf({ join }: Fleet, count: number, options: object = {}): Namespace<number>[] {
  return Array.from({ length: count }, () => join().namespace<number>('numbers', { ...OPTIONS, ...options }))
}

describe('processes that share a store', () => {
  it('compute a value once, and read the others', async () => {
    const kit = fleet()
    const all = numbersOf(kit, 4)
    let count = 0
    const asked = all.flatMap((numbers) =>
      Array.from({ length: 25 }, () =>
        numbers.getOrSet('a', async () => {
          await turns(3)
          return ++count
        }),
      ),
    )
    const values = await passing(kit.clock, Promise.all(asked))
    expect(new Set(values)).toEqual(new Set([1]))
  })

  it('go on after the time of the lock when the one that computes has died', async () => {
    const kit = fleet()
    const [living] = numbersOf(kit, 1)
    // What a killed process has left: a lock that nobody renews.
    await kit.store.set('cache:l:numbers:a', Buffer.from('1 dead'), { ttlMs: 2_000 })
    let given: number | undefined
    const waiting = living?.getOrSet('a', () => 2).then((value) => (given = value))
    await turns()
    await kit.clock.advance(1_900)
    expect(given).toBeUndefined()
    await kit.clock.advance(300)
    await waiting
    expect(given).toBe(2)
  })

  it('compute side by side what is not stored', async () => {
    const kit = fleet()
    const all = numbersOf(kit, 3)
    let running = 0
    let most = 0
    const nothing = async (): Promise<undefined> => {
      most = Math.max(most, ++running)
      await turns(2)
      running--
    }
    await passing(kit.clock, Promise.all(all.map((numbers) => numbers.getOrSet('a', nothing))))
    const after = await Promise.all(all.map((numbers) => numbers.getOrSet('a', nothing)))
    expect(after).toEqual([undefined, undefined, undefined])
    expect(most).toBe(3)
  })

  it('forget at once what another invalidates, deletes, replaces or clears', async () => {
    const kit = fleet()
    const [here, there] = [kit.join(), kit.join()]
    const [one, other] = [here, there].map((cache) =>
      cache.namespace<number>('numbers', { ...OPTIONS, tags: ['numbers'] }),
    ) as [Namespace<number>, Namespace<number>]
    await turns()
    const fill = async (): Promise<void> => {
      await one.set('a', 1)
      expect(await other.get('a')).toBe(1)
      expect(other.peek('a')).toBe(1)
    }
    await fill()
    await here.invalidate('numbers')
    await turns()
    expect(other.peek('a')).toBeUndefined()
    expect(await other.get('a')).toBeUndefined()
    await fill()
    await one.delete('a')
    await turns()
    expect(await other.get('a')).toBeUndefined()
    await fill()
    await one.set('a', 2)
    await turns()
    expect(await other.get('a')).toBe(2)
    await one.clear()
    await turns()
    expect(await other.get('a')).toBeUndefined()
  })

  it('without messages serve a value that is not good any more no longer than memoryTtlMs', async () => {
    const kit = fleet()
    const [here, there] = [0, 1].map(() => kit.join({ shared: { store: kit.store }, memoryTtlMs: 5_000 }))
    const other = there?.namespace<number>('numbers', { ...OPTIONS, tags: ['numbers'] })
    await other?.set('a', 1)
    await here?.invalidate('numbers')
    expect(await other?.get('a')).toBe(1)
    await kit.clock.advance(5_000)
    expect(await other?.get('a')).toBeUndefined()
  })

  it('never store as fresh what was computed before an invalidation of another process', async () => {
    const kit = fleet()
    const [here, there] = [0, 1].map(() => kit.join({ shared: { store: kit.store } }))
    const own = here?.namespace<number>('own', { ...OPTIONS, tags: (value) => [`n:${value}`] })
    const fixed = here?.namespace<number>('fixed', { ...OPTIONS, tags: ['numbers'] })
    const made = deferred<number>()
    const both = [own?.getOrSet('a', () => made.promise), fixed?.getOrSet('a', () => made.promise)]
    await turns()
    await there?.invalidate(['n:1', 'numbers'])
    made.resolve(1)
    expect(await Promise.all(both)).toEqual([1, 1])
    expect(await own?.get('a')).toBeUndefined()
    expect(await fixed?.get('a')).toBeUndefined()
    // The next one is kept.
    expect(await own?.getOrSet('a', () => 1)).toBe(1)
    expect(await own?.get('a')).toBe(1)
  })

  it('do not revive an entry whose stamp the store has evicted', async () => {
    const kit = fleet()
    const cache = kit.join({ memoryTtlMs: 0 })
    const numbers = cache.namespace<number>('numbers', { ...OPTIONS, tags: ['numbers'] })
    await numbers.set('a', 1)
    await cache.invalidate('numbers')
    expect(await kit.store.delete('cache:t:numbers')).toBe(true)
    expect(await numbers.get('a')).toBeUndefined()
    await numbers.set('b', 2)
    expect(await numbers.get('a')).toBeUndefined()
    expect(await numbers.get('b')).toBe(2)
  })

  it.each([
    ['computed, with tags of the namespace', ['numbers'], false],
    ['computed, with tags of its own', () => ['numbers'], false],
    ['set', ['numbers'], true],
  ])(
    'keep a value for as long as its time to live says, however long that is: %s',
    async (_how, tags, isSet) => {
      const kit = fleet()
      const [one, other] = [0, 1].map(() =>
        kit.join({ memoryTtlMs: 0 }).namespace<number>('numbers', { ttlMs: 86_400_000, jitter: 0, tags }),
      ) as [Namespace<number>, Namespace<number>]
      const put = (key: string): Promise<unknown> => (isSet ? one.set(key, 1) : one.getOrSet(key, () => 1))
      await put('a')
      await kit.clock.advance(2 * 3_600_000)
      // The stamps that are there last long enough for this one too: what is changed is the key, and the lock.
      await put('b')
      kit.store.calls.splice(0)
      await put('c')
      expect(kit.store.calls.filter((name) => name === 'compareAndSet')).toHaveLength(isSet ? 0 : 2)
      await kit.clock.advance(21.9 * 3_600_000)
      expect(await other.getMany(['a', 'b', 'c'])).toEqual([1, 1, 1])
      await kit.clock.advance(0.2 * 3_600_000)
      expect(await other.get('a')).toBeUndefined()
      await kit.clock.advance(1.8 * 3_600_000)
      expect(await other.getMany(['b', 'c'])).toEqual([1, 1])
    },
  )

  it('take what does not fit the schema any more for absent, and say so', async () => {
    const kit = fleet()
    const before = kit.join().namespace('prices', { ...OPTIONS, schema: t.Object({ amount: t.Integer() }) })
    const after = kit.join().namespace('prices', { ...OPTIONS, schema: t.Object({ amount: t.String() }) })
    await before.set('a', { amount: 1 })
    expect(await after.get('a')).toBeUndefined()
    expect(kit.log.lines.map(({ msg }) => msg)).toEqual([
      'A stored value does not fit, and counts as absent.',
    ])
    expect(await after.getOrSet('a', () => ({ amount: '1' }))).toEqual({ amount: '1' })
    await kit.store.set('cache:v:prices:a', Buffer.from('9 of another format'))
    expect(await before.get('a')).toBeUndefined()
  })

  it('compress what is large, and read it again', async () => {
    const kit = fleet()
    const [one, other] = [0, 1].map(() => kit.join().namespace<string>('texts', OPTIONS))
    const text = 'abc'.repeat(10_000)
    await one?.set('a', text)
    expect((await kit.store.get('cache:v:texts:a'))?.byteLength).toBeLessThan(1_000)
    expect(await other?.get('a')).toBe(text)
  })

  it('read an entry with two static tags in one round trip, and many entries too', async () => {
    const kit = fleet()
    const [one, other] = [0, 1].map(() =>
      kit.join().namespace<number>('numbers', { ...OPTIONS, tags: ['one', 'two'] }),
    )
    await one?.setMany(Array.from({ length: 100 }, (_, key) => ({ key, value: key })))
    kit.store.calls.splice(0)
    expect(await other?.getOrSet(0, () => -1)).toBe(0)
    expect(kit.store.calls).toEqual(['getMany'])
    await other?.getMany(Array.from({ length: 100 }, (_, key) => key))
    expect(kit.store.calls).toEqual(['getMany', 'getMany'])
  })

  it('invalidate any number of entries by one write, and one of the mark before it', async () => {
    const kit = fleet()
    const cache = kit.join()
    const numbers = cache.namespace<number>('numbers', { ...OPTIONS, tags: ['numbers'] })
    await numbers.setMany(Array.from({ length: 500 }, (_, key) => ({ key, value: key })))
    kit.store.calls.splice(0)
    await cache.invalidate('numbers')
    expect(kit.store.calls).toEqual(['set', 'setMany'])
    expect(await numbers.getMany([0, 499])).toEqual([undefined, undefined])
  })
})
