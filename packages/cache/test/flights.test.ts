import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { currentFrame, PRINCIPAL, runInNewFrame } from '@keelson/core'
import { createTransactionScope, currentTransaction, runInTransaction } from '@keelson/core/frames'
import { createFakeClock, createSeededRandom, type FakeClock } from '@keelson/core/ports'
import { createMemoryLogger } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { CacheTimeoutError, createCache, type Cache, type CreateCacheOptions } from '../src/index.ts'
import { deferred, fleet, turns } from './support.ts'

interface Kit {
  readonly clock: FakeClock
  readonly cache: Cache
}

function kit(options: CreateCacheOptions = {}): Kit {
  const clock = createFakeClock()
  return { clock, cache: createCache({ clock, random: createSeededRandom(1), ...options }) }
}

describe('a computation', () => {
  it('belongs to nobody: it has a frame of its own, without a caller and outside of any transaction', async () => {
    const { cache, clock } = kit()
    const numbers = cache.namespace<number>('numbers', { ttlMs: 1_000, graceMs: 60_000, softTimeoutMs: 500 })
    const scope = createTransactionScope({ name: 'db', onError: () => {} })
    await numbers.set('b', 1)
    await clock.advance(1_000)
    await runInNewFrame(async (frame) => {
      frame.set(PRINCIPAL, { id: 'ann', kind: 'user' })
      const compute = (): number => {
        expect(currentFrame()?.isOfSameRequest(frame)).toBe(false)
        expect(currentFrame()?.get(PRINCIPAL)).toBeUndefined()
        expect(currentTransaction()).toBeUndefined()
        return 2
      }
      expect(await numbers.getOrSet('a', compute)).toBe(2)
      // A transaction gets what is stale at once, and does not wait.
      expect(await runInTransaction(scope, () => numbers.getOrSet('b', compute))).toBe(1)
    })
    await turns(2)
    expect([numbers.peek('a'), numbers.peek('b')]).toEqual([2, 2])
  })

  it('goes on when one of those who wait leaves', async () => {
    const numbers = kit().cache.namespace<number>('numbers', { ttlMs: 1_000 })
    const made = deferred<number>()
    const leaving = new AbortController()
    let signal: AbortSignal | undefined
    const one = numbers.getOrSet(
      'a',
      (run) => {
        signal = run.signal
        return made.promise
      },
      { signal: leaving.signal },
    )
    const other = numbers.getOrSet('a', () => 2)
    await turns(1)
    leaving.abort(new Error('left'))
    await expect(one).rejects.toThrow('left')
    expect(signal?.aborted).toBe(false)
    made.resolve(1)
    expect(await other).toBe(1)
  })

  it('is cancelled when all who wait have left, and the next begins anew', async () => {
    const numbers = kit().cache.namespace<number>('numbers', { ttlMs: 1_000 })
    const leaving = new AbortController()
    const cancelled = deferred()
    const all = [1, 2, 3].map(() =>
      numbers.getOrSet(
        'a',
        (run) =>
          new Promise<number>(() => {
            run.signal.addEventListener('abort', () => cancelled.resolve())
          }),
        { signal: leaving.signal },
      ),
    )
    await turns(1)
    leaving.abort(new Error('left'))
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(Array(3).fill('rejected'))
    await cancelled.promise
    await turns(2)
    expect(await numbers.getOrSet('a', () => 2)).toBe(2)
  })

  it('is not joined by who asks in the turn in which the last has left', async () => {
    for (const one of [kit().cache, fleet().join()]) {
      const numbers = one.namespace<number>('numbers', { ttlMs: 1_000 })
      const leaving = new AbortController()
      const never = (): Promise<number> => new Promise(() => {})
      const first = numbers.getOrSet('a', never, { signal: leaving.signal })
      const caught = first.catch(() => numbers.getOrSet('a', () => 2))
      await turns()
      leaving.abort(new Error('left'))
      const others = [3, 4].map((value) => numbers.getOrSet('a', () => value))
      expect(await Promise.all([caught, ...others])).toEqual([3, 3, 3])
    }
  })

  it('is left by a request whose frame is aborted', async () => {
    const numbers = kit().cache.namespace<number>('numbers', { ttlMs: 1_000 })
    const made = deferred<number>()
    const leaving = new AbortController()
    const waiting = runInNewFrame(() => numbers.getOrSet('a', () => made.promise), { signal: leaving.signal })
    const other = numbers.getOrSet('a', () => 2)
    leaving.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    made.resolve(1)
    expect(await other).toBe(1)
  })

  it('that fails fails for all who wait, with what was thrown, and is not kept', async () => {
    const { cache } = kit()
    const numbers = cache.namespace<number>('numbers', { ttlMs: 1_000 })
    const broken = async (): Promise<number> => {
      await turns(1)
      throw 'a text'
    }
    const all = await Promise.allSettled([numbers.getOrSet('a', broken), numbers.getOrSet('a', broken)])
    expect(all.map((one) => (one as PromiseRejectedResult).reason as unknown)).toEqual(['a text', 'a text'])
    expect(await numbers.getOrSet('a', () => 1)).toBe(1)
    expect(cache.state().namespaces['numbers']).toMatchObject({ errors: 1, coalesced: 1, misses: 2 })
  })

  it('that never ends is given up after hardTimeoutMs', async () => {
    const { clock, cache } = kit()
    const numbers = cache.namespace<number>('numbers', { ttlMs: 1_000, hardTimeoutMs: 5_000 })
    let signal: AbortSignal | undefined
    const waiting = numbers.getOrSet('a', (run) => {
      signal = run.signal
      return new Promise<number>(() => {})
    })
    const [ended] = await Promise.all([Promise.allSettled([waiting]), clock.advance(5_000)])
    const message =
      "A factory of 'numbers' took longer than 5000 ms. Give what it calls shorter limits, or raise hardTimeoutMs."
    expect(ended).toMatchObject([{ reason: { message } }])
    expect(CacheTimeoutError.is(signal?.reason)).toBe(true)
    expect(await numbers.getOrSet('a', () => 1)).toBe(1)
  })

  it('that never ends is given up by a process that has nothing else to do', async () => {
    const program = join(import.meta.dirname, 'hung-factory.mjs')
    const { stdout } = await promisify(execFile)(process.execPath, [program])
    expect(stdout).toBe('ERR_CACHE_TIMEOUT')
  })

  it('gives the stale value after softTimeoutMs, and the new one to the next', async () => {
    const { clock, cache } = kit()
    const settings = { ttlMs: 1_000, graceMs: 60_000, softTimeoutMs: 300, jitter: 0 }
    const numbers = cache.namespace<number>('numbers', settings)
    await numbers.set('a', 1)
    await clock.advance(1_000)
    const made = deferred<number>()
    const waiting = numbers.getOrSet('a', ({ stale }) => made.promise.then((by) => (stale ?? 0) + by))
    let given: number | undefined
    void waiting.then((value) => (given = value))
    await clock.advance(299)
    expect(given).toBeUndefined()
    await clock.advance(1)
    expect(await waiting).toBe(1)
    made.resolve(1)
    await turns(2)
    expect(numbers.peek('a')).toBe(2)
  })

  it('behind a stale value is logged when it fails, and ends by its deadline', async () => {
    const { log, lines } = createMemoryLogger()
    const { clock, cache } = kit({ log })
    const settings = { ttlMs: 1_000, graceMs: 60_000, hardTimeoutMs: 2_000, jitter: 0 }
    const numbers = cache.namespace<number>('numbers', settings)
    await numbers.set('a', 1)
    await clock.advance(1_000)
    expect(await numbers.getOrSet('a', () => new Promise<number>(() => {}))).toBe(1)
    await clock.advance(2_000)
    await turns(2)
    expect(lines.map(({ msg, namespace }) => [msg, namespace])).toEqual([
      ['A value could not be computed anew; the one that is not fresh any more is served.', 'numbers'],
    ])
  })

  it('that was invalidated meanwhile is given to those who asked before, not kept, and not joined any more', async () => {
    const { cache } = kit()
    const numbers = cache.namespace<number>('numbers', { ttlMs: 1_000, tags: (value) => [`n:${value}`] })
    const made = deferred<number>()
    const before = numbers.getOrSet('a', () => made.promise)
    await turns(1)
    await cache.invalidate('n:1')
    const after = numbers.getOrSet('a', () => 2)
    made.resolve(1)
    expect(await Promise.all([before, after])).toEqual([1, 2])
    expect(numbers.peek('a')).toBe(2)
  })

  it.each(['the call', 'the factory'])(
    'that has tags of %s is not for who asks after they were invalidated',
    async (where) => {
      const { cache } = kit()
      const values = cache.namespace<string>('values', { ttlMs: 1_000 })
      const read = (value: string, go?: Promise<void>): Promise<string> =>
        values.getOrSet(
          'k',
          async ({ decide }) => {
            if (where === 'the factory') decide({ tags: ['rows'] })
            await go
            return value
          },
          where === 'the call' ? { tags: ['rows'] } : {},
        )
      const go = deferred()
      const before = read('old', go.promise)
      await turns()
      await cache.invalidate('others')
      const joined = read('new')
      await cache.invalidate('rows')
      const after = [read('new'), read('new')]
      go.resolve()
      expect(await Promise.all([before, joined, ...after])).toEqual(['old', 'old', 'new', 'new'])
      expect(values.peek('k')).toBe('new')
    },
  )

  it('is one, whatever else is invalidated while it runs', async () => {
    const { cache } = kit()
    const values = cache.namespace<number>('values', { ttlMs: 1_000, tags: (value) => [`n:${value}`] })
    const [made, runs] = [deferred(), { count: 0 }]
    const reads: Promise<number>[] = []
    for (let at = 0; at < 10; at++) {
      const factory = async (): Promise<number> => {
        runs.count++
        await made.promise
        return 1
      }
      reads.push(values.getOrSet('a', factory))
      await turns(1)
      await cache.invalidate(`n:${at + 2}`)
    }
    made.resolve()
    expect(new Set(await Promise.all(reads))).toEqual(new Set([1]))
    expect(runs.count).toBe(1)
    expect(values.peek('a')).toBe(1)
  })

  it('does not replace what was set or deleted meanwhile', async () => {
    const numbers = kit().cache.namespace<number>('numbers', { ttlMs: 1_000 })
    const made = deferred<number>()
    const both = [numbers.getOrSet('a', () => made.promise), numbers.getOrSet('b', () => made.promise)]
    await turns(1)
    await numbers.set('a', 2)
    await numbers.delete('b')
    made.resolve(1)
    expect(await Promise.all(both)).toEqual([1, 1])
    expect(numbers.peek('a')).toBe(2)
    expect(numbers.peek('b')).toBeUndefined()
  })

  it('is waited for at the end, and cut off when that takes too long', async () => {
    const { cache } = kit()
    const numbers = cache.namespace<number>('numbers', { ttlMs: 1_000 })
    const made = deferred<number>()
    const [one, other] = [
      numbers.getOrSet('a', () => made.promise),
      numbers.getOrSet('b', () => new Promise<number>(() => {})),
    ]
    const refused = Promise.allSettled([other])
    const late = new AbortController()
    let isClosed = false
    const closing = cache.close({ signal: late.signal }).then(() => (isClosed = true))
    made.resolve(1)
    expect(await one).toBe(1)
    await turns(2)
    expect(isClosed).toBe(false)
    late.abort()
    await closing
    expect(await refused).toMatchObject([{ reason: { code: 'ERR_CORE_UNAVAILABLE' } }])
  })
})
