// One process computes, and others wait for it: how long, and for what.
import { describe, expect, it } from 'vitest'
import { CacheTimeoutError, type Cache } from '../src/index.ts'
import { deferred, fleet, turns } from './support.ts'

const OPTIONS = { ttlMs: 60_000, jitter: 0 }

/** A process that computes until the test says so, and one that waits for it. */
async function waiting(options: { lockTtlMs?: number } = {}, hardTimeoutMs = 30_000) {
  const kit = fleet()
  const [one, other] = [30_000, hardTimeoutMs].map((limitMs) =>
    kit.join(options).namespace<string>('texts', { ...OPTIONS, hardTimeoutMs: limitMs }),
  )
  await turns()
  const made = deferred<string>()
  const first = one?.getOrSet('a', () => made.promise)
  await turns()
  const second = other?.getOrSet('a', () => 'of the other')
  await turns()
  return { kit, made, first, second }
}

describe('who waits for another process', () => {
  it('does so for longer than the time of the lock, while that one computes', async () => {
    const { kit, made, first, second } = await waiting({ lockTtlMs: 1_000 })
    for (let times = 0; times < 50; times++) {
      await kit.clock.advance(100)
      await turns(2)
    }
    made.resolve('of the first')
    expect(await first).toBe('of the first')
    await kit.clock.advance(200)
    expect(await second).toBe('of the first')
  })

  it('does so no longer than hardTimeoutMs', async () => {
    const { kit, second } = await waiting({}, 2_000)
    const failed = second?.catch((error: unknown) => error)
    for (let times = 0; times < 12; times++) {
      await kit.clock.advance(200)
      await turns(2)
    }
    const error = await failed
    expect(CacheTimeoutError.is(error)).toBe(true)
    expect((error as Error).message).toMatch(
      /ms\. Give what it calls shorter limits, or raise hardTimeoutMs\.$/,
    )
  })

  it('is told when the value is there, and need not wait for its next look', async () => {
    const { kit, made, second } = await waiting()
    for (let times = 0; times < 20; times++) {
      await kit.clock.advance(100)
      await turns(2)
    }
    made.resolve('of the first')
    await turns()
    // No time has passed since.
    expect(await second).toBe('of the first')
  })
})

describe('clocks of processes that differ', () => {
  it('do not make a stamp older than a computation that began before it', async () => {
    const kit = fleet()
    const [here, there] = [0, 1].map(() => kit.join({ shared: { store: kit.store } })) as [Cache, Cache]
    const own = here.namespace<string>('texts', { ...OPTIONS, tags: (text) => [text] })
    const made = deferred<string>()
    await turns()
    const computed = own.getOrSet('a', () => made.promise)
    await turns()
    await there.invalidate('old')
    // What the clock of the other said was up to 10 s less.
    const stored = Buffer.from((await kit.store.get('cache:t:old')) ?? []).toString('latin1')
    const [version, id, madeAt, endsAt] = stored.split(' ')
    const earlier = Buffer.from(
      `${version} ${id?.replace('.', 'x.')} ${Number(madeAt) - 9_000} ${endsAt}`,
      'latin1',
    )
    await kit.store.set('cache:t:old', earlier)
    made.resolve('old')
    expect(await computed).toBe('old')
    await turns()
    expect(await kit.store.get('cache:v:texts:a')).toBeUndefined()
  })
})
