import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { channel } from 'node:diagnostics_channel'
import { createApp, currentFrame, route, runInNewFrame } from '@keelson/core'
import { createMemoryCacheStore } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { CACHE, cache, createCache, type CacheMessage } from '../src/index.ts'
import { deferred, turns } from './support.ts'

const inspectWith = (plugin: ReturnType<typeof cache>, replicas: number) =>
  createApp({ name: 'shop', routes: {}, plugins: [plugin], mode: 'test', log: false })['~internal'].inspect({
    isOffline: true,
    replicas,
    signal: new AbortController().signal,
  })

describe('cache() of an app', () => {
  it('is injected, tells how it is in the detail of health, and is never the reason that an app is not ready', async () => {
    const made = deferred<number>()
    const show = route
      .inject({ kept: CACHE })
      .get('/', { access: 'public' }, ({ kept }) =>
        kept.namespace<number>('numbers', { ttlMs: 1_000 }).getOrSet('a', () => made.promise),
      )
    const store = createMemoryCacheStore()
    const app = createApp({
      name: 'shop',
      routes: { show },
      plugins: [
        cache({ store: { ...bound(store), get: failing, getMany: failing, set: failing, setMany: failing } }),
      ],
      health: { detailAccess: 'public' },
      mode: 'test',
      log: false,
    })
    await app.start()
    const asked = app.fetch(new Request('http://localhost/'))
    await turns(2)
    made.resolve(1)
    expect(await (await asked).json()).toBe(1)
    for (let times = 0; times < 3; times++) await app.fetch(new Request('http://localhost/'))
    expect((await app.fetch(new Request('http://localhost/readyz'))).status).toBe(200)
    await app.stop()
  })

  it('with memory alone is a problem of a deployment of several processes, unless they may differ', async () => {
    const { problems } = await inspectWith(cache(), 2)
    expect(problems.map(({ code, message }) => [code, message])).toEqual([
      [
        'ERR_CACHE_ALONE',
        'It keeps values in the memory of the process alone, and there will be 2 of them: an invalidation in one does not reach the others.',
      ],
    ])
    expect((await inspectWith(cache(), 1)).problems).toEqual([])
    expect((await inspectWith(cache({ isPerProcess: true }), 2)).problems).toEqual([])
    expect((await inspectWith(cache({ store: createMemoryCacheStore() }), 2)).problems).toEqual([])
    const shared = { store: createMemoryCacheStore() }
    expect((await inspectWith(cache({ shared, maxBytes: 1_000 }), 2)).problems).toEqual([])
    expect((await inspectWith(cache(shared, { maxBytes: 1_000 }), 2)).problems).toEqual([])
  })

  it('reads the options beside what is shared, and refuses two of them', () => {
    const shared = { store: createMemoryCacheStore() }
    expect(() => cache(shared, { maxBytes: 0 })).toThrow('maxBytes')
    expect(() => cache({ maxBytes: 1_000 } as never, { memoryTtlMs: 1_000 })).toThrow('given options twice')
    expect(() => cache(shared, null as never)).toThrow('cache')
    expect(() => cache(shared, { shared } as never)).toThrow('given two shared stores')
  })

  it('with memory alone does not start in a worker of node:cluster', async () => {
    const program = join(import.meta.dirname, 'cluster-worker.mjs')
    const child = spawn(process.execPath, [program])
    let text = ''
    child.stderr.on('data', (part) => (text += String(part)))
    const code = await new Promise((resolve) => child.on('exit', resolve))
    expect(text).toContain('this is a worker of node:cluster')
    expect(code).toBe(3)
  })
})

describe('what is published', () => {
  it('says what happened by namespace, without keys', async () => {
    const seen: [string, string | undefined][] = []
    const names = [
      'hit',
      'miss',
      'stale',
      'coalesced',
      'computed',
      'stored',
      'error',
      'eviction',
      'invalidated',
    ]
    const onEvent = (message: unknown): void => {
      const { event, namespace } = message as CacheMessage
      seen.push([event, namespace])
      expect(JSON.stringify(message)).not.toContain('secret')
    }
    for (const name of names) channel(`keelson:cache:${name}`).subscribe(onEvent)
    const kept = createCache({ maxBytes: 1_000 })
    const numbers = kept.namespace<number>('numbers', { ttlMs: 1_000 })
    await Promise.all([numbers.getOrSet('secret', () => 1), numbers.getOrSet('secret', () => 1)])
    await numbers.get('secret')
    await numbers.setMany([1, 2, 3].map((key) => ({ key, value: key })))
    await kept.invalidate('numbers')
    for (const name of names) channel(`keelson:cache:${name}`).unsubscribe(onEvent)
    const countOf = (name: string): number => seen.filter(([event]) => event === name).length
    expect(Object.fromEntries(names.map((name) => [name, countOf(name)]))).toEqual({
      miss: 1,
      coalesced: 1,
      computed: 1,
      hit: 1,
      stored: 4,
      eviction: 2,
      invalidated: 1,
      stale: 0,
      error: 0,
    })
    expect(seen.every(([event, namespace]) => event === 'invalidated' || namespace === 'numbers')).toBe(true)
  })

  it('says in which request it was, and which computation', async () => {
    const seen: unknown[] = []
    const note = (message: unknown): void => {
      const { event, requestId } = message as CacheMessage
      seen.push([event, requestId])
    }
    for (const name of ['miss', 'computed']) channel(`keelson:cache:${name}`).subscribe(note)
    const numbers = createCache().namespace<number>('numbers', { ttlMs: 1_000 })
    const ids: unknown[] = []
    const noteFrame = (): number => ids.push(currentFrame()?.id)
    await runInNewFrame(() => (noteFrame(), numbers.getOrSet('one', noteFrame)))
    await numbers.get('two')
    for (const name of ['miss', 'computed']) channel(`keelson:cache:${name}`).unsubscribe(note)
    expect(new Set([undefined, ...ids]).size).toBe(3)
    expect(seen).toEqual([
      ['miss', ids[0]],
      ['computed', ids[1]],
      ['miss', undefined],
    ])
  })
})

async function failing(): Promise<never> {
  throw new Error('no')
}

function bound(store: ReturnType<typeof createMemoryCacheStore>): ReturnType<typeof createMemoryCacheStore> {
  const all = ['add', 'compareAndSet', 'increment', 'touch', 'delete', 'deleteMany', 'close'] as const
  return Object.assign(
    { capabilities: store.capabilities },
    ...all.map((name) => ({ [name]: store[name].bind(store) })),
  ) as ReturnType<typeof createMemoryCacheStore>
}
