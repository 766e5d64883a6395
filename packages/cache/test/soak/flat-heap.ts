// What is left in the heap of a cache after many operations, and after many requests that were aborted.
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { CACHE, cache, cached, createCache, type Cache } from '@keelson/cache'
import { createApp, route, t } from '@keelson/core'
import { createSeededRandom } from '@keelson/core/ports'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What a run came to. */
export interface Soaked {
  /** Growth of the heap from the first tenth to the end, MiB. */
  readonly grownMiB: number
  readonly heapMiB: number
  readonly durationMs: number
  /** Entries that the cache has at the end. */
  readonly entries: number
}

const MIB = 2 ** 20
/** So small that it evicts all the time. */
const MAX_BYTES = 2 * MIB
const AT_A_TIME = 50

async function heapMiB(): Promise<number> {
  for (let times = 0; times < 3; times++) {
    await turn()
    collectGarbage()
  }
  return process.memoryUsage().heapUsed / MIB
}

/** Runs a tenth, and then the rest, whose growth counts. */
async function soak(kept: Cache, count: number, run: (count: number) => Promise<void>): Promise<Soaked> {
  const begun = performance.now()
  await run(count / 10)
  const before = await heapMiB()
  await run(count - count / 10)
  const durationMs = performance.now() - begun
  const after = await heapMiB()
  const entries = Object.values(kept.state().namespaces).reduce((sum, one) => sum + one.entries, 0)
  return { grownMiB: after - before, heapMiB: after, durationMs, entries }
}

/** Does so many operations of all kinds, on keys and tags that never end. */
export async function soakOperations(count: number): Promise<Soaked> {
  const kept = createCache({ maxBytes: MAX_BYTES })
  const random = createSeededRandom(1)
  const own = kept.namespace<{ n: number }>('own', { ttlMs: 50, graceMs: 50, tags: ({ n }) => [`n:${n}`] })
  const fixed = kept.namespace<number>('fixed', { ttlMs: 60_000, tags: ['all', 'fixed'] })
  let at = 0
  const one = (): unknown => {
    const n = at++
    const near = Math.max(0, n - random.int(2_000))
    switch (n % 10) {
      case 0:
        return own.set(n, { n })
      case 1:
        return own.getOrSet(n, () => ({ n }))
      case 2:
        return own.get(near)
      case 3:
        return own.peek(near)
      case 4:
        // It may join what fails.
        return fixed.getOrSet(near, () => n).catch(() => {})
      case 5:
        return own.delete(near)
      case 6:
        return n % 50 === 6 ? kept.invalidate(`n:${near}`) : fixed.peek(near)
      case 7:
        return n % 10_000 === 7 ? kept.invalidate('all') : fixed.get(near)
      case 8:
        return own.getMany([near, near + 1])
      default:
        return n % 1_000 === 9 ? fixed.getOrSet(n, fail).catch(() => {}) : fixed.set(near, n)
    }
  }
  const soaked = await soak(kept, count, async (times) => {
    for (let done = 0; done < times; done += AT_A_TIME)
      await Promise.all(Array.from({ length: AT_A_TIME }, one))
  })
  await kept.close()
  return soaked
}

async function fail(): Promise<never> {
  throw new Error('It is not there.')
}

/** Sends so many requests to a route with `cached()`, and aborts each at another moment: before, while it waits, or never. */
export async function soakAborted(count: number): Promise<Soaked> {
  let kept: Cache | undefined
  const show = route.inject({ own: CACHE }).get(
    '/:id',
    {
      access: 'public',
      params: { id: t.Integer() },
      use: [cached({ ttlMs: 20, graceMs: 20, tags: ['all'] })],
    },
    async ({ params: { id }, own }) => {
      kept = own
      for (let turns = id % 4; turns > 0; turns--) await turn()
      return { id }
    },
  )
  const app = createApp({
    name: 'soak',
    routes: { show },
    plugins: [cache({ maxBytes: MAX_BYTES })],
    mode: 'test',
    log: false,
  })
  await app.start()
  let at = 0
  const one = async (): Promise<void> => {
    const n = at++
    const ends = new AbortController()
    // Several ask for the same, so that some join what another one began, and leave it.
    const answer = app.fetch(new Request(`http://localhost/${Math.floor(n / 5)}`, { signal: ends.signal }))
    const over = answer.then((given) => given.text()).catch(() => {})
    for (let turns = n % 3; turns > 0; turns--) await turn()
    ends.abort(new Error('The client has left.'))
    await over
  }
  await app.fetch(new Request('http://localhost/0'))
  const soaked = await soak(kept as unknown as Cache, count, async (times) => {
    for (let done = 0; done < times; done += AT_A_TIME)
      await Promise.all(Array.from({ length: AT_A_TIME }, one))
  })
  await app.stop()
  return soaked
}
