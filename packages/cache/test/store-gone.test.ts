import { describe, expect, it } from 'vitest'
import { createMemoryBus, createMemoryCacheStore } from '@keelson/core/ports'
import type { Bus, BusListener } from '@keelson/core'
import { countingStore, deferred, fleet, turns } from './support.ts'

const OPTIONS = { ttlMs: 60_000, jitter: 0, tags: ['numbers'] }

describe('while the shared store is gone', () => {
  it('reads fall to the factory, and memory goes on', async () => {
    const kit = fleet()
    const cache = kit.join()
    const numbers = cache.namespace<number>('numbers', OPTIONS)
    await turns()
    kit.store.isGone = true
    let count = 0
    for (let times = 0; times < 5; times++) expect(await numbers.getOrSet('a', () => ++count)).toBe(1)
    await kit.clock.advance(10_000)
    expect(await numbers.getOrSet('a', () => ++count)).toBe(2)
  })

  it('so many factories run at once as maxFallbacks says', async () => {
    const kit = fleet()
    const numbers = kit.join({ maxFallbacks: 3 }).namespace<number>('numbers', OPTIONS)
    kit.store.isGone = true
    let running = 0
    let most = 0
    const all = Array.from({ length: 20 }, (_, key) =>
      numbers.getOrSet(key, async () => {
        most = Math.max(most, ++running)
        await turns(1)
        running--
        return key
      }),
    )
    expect(await Promise.all(all)).toEqual(Array.from({ length: 20 }, (_, key) => key))
    expect(most).toBe(3)
  })

  it('factories that ask for other values do not wait for each other, and no more of them run', async () => {
    const kit = fleet()
    const cache = kit.join({ maxFallbacks: 2 })
    const [pages, parts] = ['pages', 'parts'].map((name) => cache.namespace<number>(name, OPTIONS))
    kit.store.isGone = true
    let running = 0
    let most = 0
    const run = async (value: number): Promise<number> => {
      most = Math.max(most, ++running)
      await turns(1)
      running--
      return value
    }
    const part = (key: number): Promise<number> =>
      parts?.getOrSet(key, () => run(key)) ?? Promise.reject(new Error())
    // Each asks for one of its own, for one that others ask for as well, and for two at once.
    const page = (key: number): Promise<number> | undefined =>
      pages?.getOrSet(key, async () => {
        await run(key)
        const [own, common] = await Promise.all([part(key), part(-1)])
        return run(own + common + (await part(key + 100)))
      })
    const all = Array.from({ length: 12 }, (_, key) => page(key))
    const values = await Promise.all([...all, part(-1), part(50)])
    expect(values).toEqual([...all.map((_, key) => 2 * key + 99), -1, 50])
    expect(most).toBe(2)
    // All places are free again.
    const after = await Promise.all([200, 201, 202].map((key) => part(key)))
    expect(after).toEqual([200, 201, 202])
    expect(most).toBe(2)
  })

  it('a factory that is given up meanwhile leaves its place', async () => {
    const kit = fleet()
    const numbers = kit
      .join({ maxFallbacks: 1 })
      .namespace<number>('numbers', { ...OPTIONS, hardTimeoutMs: 5_000 })
    kit.store.isGone = true
    const made = deferred<number>()
    const outer = numbers.getOrSet('a', () => numbers.getOrSet('b', () => made.promise))
    const refused = Promise.allSettled([outer])
    await turns()
    await kit.clock.advance(5_000)
    expect(await refused).toMatchObject([{ status: 'rejected' }])
    made.resolve(1)
    expect(await numbers.getOrSet('c', () => 3)).toBe(3)
    expect(await Promise.all([4, 5].map((key) => numbers.getOrSet(key, () => key)))).toEqual([4, 5])
  })

  it('nobody waits for it: after a call that took too long, calls fail at once', async () => {
    const kit = fleet()
    const cache = kit.join({ storeTimeoutMs: 200 })
    const numbers = cache.namespace<number>('numbers', OPTIONS)
    await turns()
    kit.store.isStalled = true
    const first = numbers.getOrSet('a', () => 1)
    await kit.clock.advance(200)
    expect(await first).toBe(1)
    expect(cache.state().breaker).toBe('open')
    expect(await numbers.getOrSet('b', () => 2)).toBe(2)
    kit.store.isStalled = false
    await kit.clock.advance(300)
    expect(await numbers.getOrSet('c', () => 3)).toBe(3)
    expect(cache.state().breaker).toBe('closed')
    expect(kit.log.lines.filter(({ level }) => level > 30).map(({ msg }) => msg)).toEqual([
      'The shared store of the cache fails.',
      'The shared store of the cache is gone: values are computed by each process.',
    ])
    expect(kit.log.lines.map(({ msg }) => msg)).toContain('The shared store of the cache is back.')
  })

  it('a write is dropped, or fails where it is not to be, and what was there before does not come back', async () => {
    const kit = fleet()
    const [lenient, strict] = [kit.join(), kit.join({ onWriteFailure: 'throw' })]
    const numbers = lenient.namespace<number>('numbers', OPTIONS)
    const strictly = strict.namespace<number>('numbers', OPTIONS)
    await numbers.set('a', 1)
    kit.store.isGone = true
    await numbers.set('a', 2)
    expect(numbers.peek('a')).toBe(2)
    await expect(strictly.set('b', 2)).rejects.toMatchObject({ code: 'ERR_CACHE_STORE' })
    kit.store.isGone = false
    await kit.clock.advance(11_000)
    expect(await numbers.get('a')).toBeUndefined()
    expect(await strictly.get('a')).toBeUndefined()
  })

  it('an invalidation is kept and tried again, holds here at once, and is said in health and log', async () => {
    const kit = fleet()
    const [here, there] = [kit.join(), kit.join()]
    const [one, other] = [here, there].map((cache) => cache.namespace<number>('numbers', OPTIONS))
    await turns()
    await one?.set('a', 1)
    kit.store.isGone = true
    await here.invalidate('numbers')
    expect(one?.peek('a')).toBeUndefined()
    expect(here.state().keptInvalidations).toBe(1)
    expect(kit.log.lines.some(({ msg }) => msg?.startsWith('An invalidation could not be written.'))).toBe(
      true,
    )
    kit.store.isGone = false
    // It is not written yet, and holds already.
    expect(await one?.get('a')).toBeUndefined()
    await kit.clock.advance(1_000)
    await turns()
    expect(here.state()).toMatchObject({ breaker: 'closed', keptInvalidations: 0 })
    expect(await other?.get('a')).toBeUndefined()
    expect(kit.log.lines.map(({ msg }) => msg)).toContain('All invalidations that were kept are written.')
  })

  it.each([
    ['by each try to write it, with no reads', 250, false],
    ['by the first read that finds the store back', 200, true],
  ])('a kept invalidation is written %s', async (_when, afterMs, isRead) => {
    const kit = fleet()
    const here = kit.join()
    const numbers = here.namespace<number>('numbers', OPTIONS)
    await turns()
    kit.store.isGone = true
    await here.invalidate('numbers')
    for (let times = 0; times < 3; times++) await numbers.get('a')
    expect(here.state()).toMatchObject({ breaker: 'open', keptInvalidations: 1 })
    kit.store.isGone = false
    await kit.clock.advance(afterMs)
    if (isRead) await numbers.get('a')
    await turns()
    expect(here.state()).toMatchObject({ breaker: 'closed', keptInvalidations: 0 })
  })

  it.each([
    ['a process that has the namespace', true],
    ['a process that has none', false],
  ])('more invalidations than are kept apart end everything: %s', async (_who, isUsed) => {
    const kit = fleet()
    const [here, there] = [kit.join(), kit.join({ memoryTtlMs: 0 })]
    const other = there.namespace<number>('numbers', { ...OPTIONS, tags: (value) => [`n:${value}`] })
    if (isUsed) here.namespace('others', OPTIONS)
    await turns()
    await other.set('a', 1)
    kit.store.isGone = true
    const tags = Array.from({ length: 10_001 }, (_, at) => `n:${at}`)
    for (let at = 0; at < tags.length; at += 1_000) await here.invalidate(tags.slice(at, at + 1_000))
    expect(here.state().keptInvalidations).toBe(1)
    kit.store.isGone = false
    await kit.clock.advance(1_000)
    await turns()
    expect(here.state().keptInvalidations).toBe(0)
    expect(await other.get('a')).toBeUndefined()
    // What comes after it is kept.
    await other.set('a', 1)
    expect(await other.get('a')).toBe(1)
  })

  it('what is kept is written in parts, and what is written is kept no longer', async () => {
    const kit = fleet()
    const here = kit.join()
    await turns()
    kit.store.isGone = true
    for (let at = 0; at < 9; at++)
      await here.invalidate(Array.from({ length: 1_000 }, (_, tag) => `n:${at}:${tag}`))
    kit.store.isGone = false
    kit.store.calls.splice(0)
    kit.store.onCall = (name) => {
      if (name === 'setMany') kit.store.isGone = kit.store.calls.filter((one) => one === name).length > 3
    }
    await kit.clock.advance(250)
    await turns(100)
    expect(here.state().keptInvalidations).toBe(9_000 - 3 * 500)
  })

  it('a deletion is kept as well', async () => {
    const kit = fleet()
    const [one, other] = [0, 1].map(() => kit.join({ memoryTtlMs: 0 }).namespace<number>('numbers', OPTIONS))
    await one?.set('a', 1)
    kit.store.isGone = true
    await one?.delete('a')
    kit.store.isGone = false
    expect(await one?.get('a')).toBeUndefined()
    await kit.clock.advance(1_000)
    await turns()
    expect(await other?.get('a')).toBeUndefined()
  })

  it('the breaker does not open for a value that is too large for it', async () => {
    const kit = fleet()
    const store = countingStore(createMemoryCacheStore({ clock: kit.clock, maxBytes: 50_000 }))
    const cache = kit.join({ shared: { store }, compressAboveBytes: 1_000_000 })
    const texts = cache.namespace<string>('texts', OPTIONS)
    for (let times = 0; times < 5; times++) await texts.set('a', 'x'.repeat(60_000))
    expect(cache.state().breaker).toBe('closed')
    expect(texts.peek('a')).toHaveLength(60_000)
  })
})

describe('a gap of the bus', () => {
  it('empties the memory, since what was said is not known', async () => {
    const kit = fleet()
    const inner = createMemoryBus()
    const gaps: (() => void)[] = []
    const bus: Bus = {
      capabilities: inner.capabilities,
      publish: (...given) => inner.publish(...given),
      close: (...given) => inner.close(...given),
      subscribe: (topic: string, listener: BusListener, options) => {
        gaps.push(() => void options?.onGap?.(topic))
        return inner.subscribe(topic, listener, options)
      },
    }
    const cache = kit.join({ shared: { store: kit.store, bus } })
    const numbers = cache.namespace<number>('numbers', OPTIONS)
    await turns()
    await numbers.set('a', 1)
    expect(numbers.peek('a')).toBe(1)
    for (const gap of gaps) gap()
    expect(numbers.peek('a')).toBeUndefined()
    expect(cache.state().namespaces['numbers']).toMatchObject({ entries: 0, bytes: 0 })
    expect(await numbers.get('a')).toBe(1)
  })

  it('of another version does so too', async () => {
    const kit = fleet()
    const numbers = kit.join().namespace<number>('numbers', OPTIONS)
    await turns()
    await numbers.set('a', 1)
    for (const text of ['{"v":2}', '{"v":1,"tags":5}', '{"v":1,"dropped":[1]}', 'no JSON', 'null']) {
      await numbers.set('a', 1)
      await kit.bus.publish('keelson.cache', Buffer.from(text))
      await turns(2)
      expect(numbers.peek('a')).toBeUndefined()
    }
  })

  it('is not the end where it cannot be subscribed: it is tried again', async () => {
    const kit = fleet()
    const subscribed = deferred()
    let tries = 0
    const bus: Bus = {
      ...kit.bus,
      capabilities: { shared: true },
      publish: () => Promise.reject(new Error('no')),
      subscribe: async () => {
        if (++tries < 3) throw new Error('no')
        subscribed.resolve()
        return async () => {}
      },
    }
    const cache = kit.join({ shared: { store: kit.store, bus } })
    await cache.invalidate('numbers')
    await kit.clock.advance(2_000)
    await subscribed.promise
    expect(kit.log.lines.map(({ msg }) => msg)).toEqual(['The bus of the cache fails.'])
    await cache.close()
  })
})
