// Stands in for the coming package cache, written with core's public names alone.
import {
  afterCommit,
  bind,
  middleware,
  plugin,
  PRINCIPAL,
  reply,
  token,
  type KeyValueStore,
  type Middleware,
  type Plugin,
  type Secret,
} from '@keelson/core'
import { frameKey } from '@keelson/core/frames'
import { createMemoryCacheStore, scopedStore } from '@keelson/core/ports'

/** Where a cache keeps its values; this one in memory. */
export interface CacheEngine {
  readonly url: Secret
}

export function redis(url: Secret): CacheEngine {
  return { url }
}

/** Values that are found by key until one of their tags is invalidated. */
class TaggedCache {
  readonly #store: KeyValueStore

  constructor(store: KeyValueStore) {
    this.#store = store
  }

  /** The key with the state of its tags: after an invalidation nothing is found. */
  async keyOf(name: string, tags: readonly string[]): Promise<string> {
    const states = await this.#store.getMany(tags.map((tag) => `tag:${tag}`))
    const counts = states.map((state) => Buffer.from(state ?? '0').toString())
    return `value:${name}:${counts.join(',')}`
  }

  async get(key: string): Promise<unknown> {
    const bytes = await this.#store.get(key)
    return bytes === undefined ? undefined : (JSON.parse(Buffer.from(bytes).toString()) as unknown)
  }

  async set(key: string, value: unknown, ttlMs: number): Promise<void> {
    await this.#store.set(key, Buffer.from(JSON.stringify(value)), { ttlMs })
  }

  async invalidate(tags: readonly string[]): Promise<void> {
    for (const tag of tags) await this.#store.increment(`tag:${tag}`, 1)
  }
}

/** The key under which an answer is kept when it is made; as it was before the handler read anything. */
const MISSED = frameKey<string>('cache: missed')
const CACHE = token<TaggedCache>('cache', { remedy: 'Give createApp({ plugins: [cache(…)] }).' })

/** Binds the cache of an app. */
export function cache(_engine: CacheEngine): Plugin {
  return plugin({
    name: 'cache',
    setup: (app) =>
      app.provide(
        bind(CACHE, {
          make: () =>
            new TaggedCache(scopedStore(createMemoryCacheStore(), 'cache', { maxBytes: 1_000_000 })),
        }),
      ),
  })
}

/** Options of {@link cached}. */
export interface CachedOptions {
  readonly ttlMs: number
  readonly tags?: readonly string[]
  /** Whose answers these are. */
  readonly by: 'everyone' | 'user'
}

/** Keeps the answers of a route. */
export function cached({ ttlMs, tags = [], by }: CachedOptions): Middleware {
  return middleware({
    name: 'cached',
    stage: 'handle',
    inject: { cache: CACHE },
    for: ({ name, method, stages }) => {
      // Requests that no route takes have no answer to keep.
      if (name === undefined) return null
      if (method !== 'GET') return { problems: [NOT_A_GET] }
      return by === 'user' && !stages.includes('authenticate') ? { problems: [NOBODY] } : undefined
    },
    run: async (ctx, { cache: kept }) => {
      const owner = by === 'user' ? ctx.frame.get(PRINCIPAL)?.id : ''
      const key = await kept.keyOf(`${owner} ${ctx.url}`, tags)
      const found = await kept.get(key)
      if (found !== undefined) return reply(200, found, { 'x-cache': 'hit' })
      ctx.frame.set(MISSED, key)
      return undefined
    },
    transform: async (ctx, outcome, { cache: kept }) => {
      const key = ctx.frame.get(MISSED)
      if (key !== undefined && outcome.status === 200) await kept.set(key, outcome.value, ttlMs)
      return outcome
    },
    describe: { headers: { 'x-cache': 'Whether the answer was kept: hit.' } },
  })
}

const NOT_A_GET = { message: 'Only answers of GET can be kept.', remedy: 'Remove cached() from it.' }
const NOBODY = {
  message: "It keeps answers by user, and nothing says who calls: nobody's answers would be everybody's.",
  remedy: "Put bearer() before it, or write by: 'everyone'.",
}

/** Forgets what is kept under tags, once what the route did is there to stay. */
export function invalidates(...tags: readonly string[]): Middleware {
  return middleware({
    name: 'invalidates',
    stage: 'handle',
    inject: { cache: CACHE },
    wrap: async (_ctx, next, held) => {
      const outcome = await next()
      if (outcome.status < 400) await afterCommit(() => held.cache.invalidate(tags))
      return outcome
    },
  })
}
