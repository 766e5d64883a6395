// What reads, writes and computations leave that are under way while a value is deleted or replaced.
import type { KeyValueStore } from '@keelson/core'
import { createMemoryCacheStore, createMemoryStore } from '@keelson/core/ports'
import { describe, expect, it, vi } from 'vitest'
import { createCache, type Namespace } from '../src/index.ts'
import { deferred, fleet, turns, type Deferred } from './support.ts'

const OPTIONS = { ttlMs: 60_000, jitter: 0 }

/** A store whose answers, or whose calls, wait for the test. */
interface SlowStore {
  readonly store: KeyValueStore
  /** The next call of a method does its work at once, and answers when it is let go. */
  holdAnswer(method: string): Deferred<void>
  /** The next call of a method does its work when it is let go. */
  holdCall(method: string): Deferred<void>
}

function slowStore(): SlowStore {
  const inner = createMemoryCacheStore({})
  const answers = new Map<string, Deferred<void>>()
  const calls = new Map<string, Deferred<void>>()
  const hold = (held: Map<string, Deferred<void>>) => (method: string) => {
    const one = deferred()
    held.set(method, one)
    return one
  }
  const taken = async (held: Map<string, Deferred<void>>, method: string): Promise<void> => {
    const one = held.get(method)
    held.delete(method)
    await one?.promise
  }
  const store = new Proxy(inner, {
    get: (target, name: keyof KeyValueStore) => {
      const member: unknown = target[name]
      if (typeof member !== 'function') return member
      return async (...given: readonly unknown[]) => {
        await taken(calls, name)
        const result: unknown = await (member as (...all: readonly unknown[]) => unknown).apply(target, [
          ...given,
        ])
        await taken(answers, name)
        return result
      }
    },
  })
  return { store, holdAnswer: hold(answers), holdCall: hold(calls) }
}

function pair(options: object = {}): SlowStore & { here: Namespace<number>; there: Namespace<number> } {
  const slow = slowStore()
  const { bus } = fleet()
  const [here, there] = [0, 1].map(() =>
    createCache({ shared: { store: slow.store, bus } }).namespace<number>('numbers', {
      ...OPTIONS,
      ...options,
    }),
  ) as [Namespace<number>, Namespace<number>]
  return { ...slow, here, there }
}

describe('a value that is deleted stays deleted', () => {
  it.each([
    ['get', (numbers: Namespace<number>) => numbers.get('a')],
    ['getMany', (numbers: Namespace<number>) => numbers.getMany(['a', 'b'])],
    ['getOrSet', (numbers: Namespace<number>) => numbers.getOrSet('a', () => 3)],
  ])('after %s, which has read it before', async (_name, read) => {
    for (const isHere of [true, false]) {
      const { here, there, holdAnswer } = pair()
      await turns()
      await there.set('a', 1)
      const answer = holdAnswer('getMany')
      const reading = read(here)
      await turns()
      await (isHere ? here : there).delete('a')
      await turns()
      answer.resolve()
      await reading
      expect(here.peek('a')).toBeUndefined()
      expect([await here.get('a'), await there.get('a')]).toEqual([undefined, undefined])
    }
  })

  it.each(['getMany', 'setMany'])('after a set that still waits for %s', async (method) => {
    const { here, there, holdCall } = pair()
    const call = holdCall(method)
    const setting = here.set('a', 1)
    await turns()
    const deleting = here.delete('a')
    await turns()
    call.resolve()
    await Promise.all([setting, deleting])
    expect([await here.get('a'), await there.get('a')]).toEqual([undefined, undefined])
  })

  it('after a computation that is being stored', async () => {
    const { here, there, holdCall } = pair()
    const call = holdCall('set')
    const computing = here.getOrSet('a', () => 1)
    await turns()
    const deleting = here.delete('a')
    await turns()
    call.resolve()
    await Promise.all([computing, deleting])
    expect([await here.get('a'), await there.get('a')]).toEqual([undefined, undefined])
  })

  it('while it is computed anew, also when it was not joined any more', async () => {
    for (const isInvalidated of [true, false]) {
      const kit = fleet()
      const cache = kit.join()
      const numbers = cache.namespace<number>('numbers', { ...OPTIONS, graceMs: 60_000, tags: () => ['own'] })
      await numbers.set('a', 1)
      await kit.clock.advance(60_000)
      const made = deferred<number>()
      expect(await numbers.getOrSet('a', () => made.promise)).toBe(1)
      await turns()
      if (isInvalidated) await cache.invalidate('another')
      await numbers.delete('a')
      expect(await numbers.getOrSet('a', () => 3)).toBe(3)
      made.resolve(2)
      await turns()
      expect(await numbers.get('a')).toBe(3)
    }
  })

  it('while it is computed anew, without a bus', async () => {
    const store = createMemoryStore()
    const cache = createCache({ shared: { store } })
    const numbers = cache.namespace<number>('numbers', { ttlMs: 1, jitter: 0, graceMs: 60_000 })
    await numbers.set('a', 1)
    const made = deferred<number>()
    await vi.waitFor(async () => expect(await numbers.get('a')).toBeUndefined())
    expect(await numbers.getOrSet('a', () => made.promise)).toBe(1)
    await numbers.delete('a')
    expect(await numbers.getOrSet('a', () => 3)).toBe(3)
    made.resolve(2)
  })

  it('while it is computed anew, before the computation has seen it', async () => {
    const { here, there, holdAnswer } = pair({ ttlMs: 1, graceMs: 60_000 })
    await there.set('a', 1)
    expect(await here.getOrSet('a', () => Promise.reject(new Error('no')))).toBe(1)
    await turns(30)
    const answer = holdAnswer('getMany')
    const made = deferred<number>()
    expect(await here.getOrSet('a', () => made.promise)).toBe(1)
    await turns()
    await here.delete('a')
    answer.resolve()
    expect(await here.getOrSet('a', () => 3)).toBe(3)
    made.resolve(2)
  })
})

describe('a value that is replaced stays so', () => {
  it('after a read of the one before', async () => {
    for (const isHere of [true, false]) {
      const { here, there, holdAnswer } = pair()
      await turns()
      await there.set('a', 1)
      const answer = holdAnswer('getMany')
      const reading = here.get('a')
      await turns()
      await (isHere ? here : there).set('a', 2)
      await turns()
      answer.resolve()
      await reading
      expect([await here.get('a'), await there.get('a')]).toEqual([2, 2])
    }
  })

  it('by the last one that was called', async () => {
    const { here, there, holdCall } = pair()
    const call = holdCall('setMany')
    const all = [
      here.set('a', 1),
      here.setMany([
        { key: 'a', value: 2 },
        { key: 'b', value: 2 },
      ]),
      here.delete('b'),
      here.set('a', 3),
    ]
    await turns()
    call.resolve()
    await Promise.all(all)
    for (const one of [here, there]) expect(await one.getMany(['a', 'b'])).toEqual([3, undefined])
  })
})
