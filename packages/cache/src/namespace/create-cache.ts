import { systemClock } from '@keelson/core/ports'
import type {
  Cache,
  CacheKey,
  CacheState,
  CreateCacheOptions,
  Factory,
  Frozen,
  Namespace,
  NamespaceOptions,
} from '../contract/index.ts'

/**
 * Makes a cache outside of an app.
 *
 * @example
 * const rates = createCache().namespace<number>('rates', { ttlMs: 60_000 })
 * await rates.getOrSet('EUR', () => 1.08) // => 1.08
 */
export function createCache(options: CreateCacheOptions = {}): Cache {
  const namespaces = new Map<string, MemoryNamespace>()
  const { clock = systemClock } = options
  return {
    namespace: (name: string, given: NamespaceOptions<never>): Namespace<never, never> => {
      const made = namespaces.get(name) ?? new MemoryNamespace(name, given, () => clock.monotonic())
      namespaces.set(name, made)
      return made as Namespace<unknown> as Namespace<never, never>
    },
    invalidate: async (tags) => {
      for (const one of namespaces.values()) one.drop(typeof tags === 'string' ? [tags] : tags)
    },
    state: (): CacheState => ({ breaker: 'none', keptInvalidations: 0, namespaces: {} }),
    close: async () => {},
  }
}

interface Kept {
  readonly value: unknown
  readonly until: number
  readonly tags: readonly string[]
}

class MemoryNamespace implements Namespace<unknown> {
  readonly name: string
  readonly #options: NamespaceOptions<never>
  readonly #now: () => number
  readonly #kept = new Map<string, Kept>()

  constructor(name: string, options: NamespaceOptions<never>, now: () => number) {
    this.name = name
    this.#options = options
    this.#now = now
  }

  peek(key: CacheKey): unknown {
    const kept = this.#kept.get(JSON.stringify(key))
    return kept !== undefined && kept.until > this.#now() ? kept.value : undefined
  }

  async get(key: CacheKey): Promise<unknown> {
    return this.peek(key)
  }

  async getOrSet<TMade>(key: CacheKey, factory: Factory<unknown, TMade>): Promise<TMade> {
    const there = this.peek(key)
    if (there !== undefined) return there as TMade
    const value = await factory({
      signal: new AbortController().signal,
      stale: undefined,
      decide: () => {},
    })
    await this.set(key, value)
    return value
  }

  async set(key: CacheKey, value: unknown): Promise<void> {
    const { ttlMs, tags = [] } = this.#options as NamespaceOptions
    const frozen = value as Frozen<unknown>
    this.#kept.set(JSON.stringify(key), {
      value,
      until: this.#now() + (typeof ttlMs === 'number' ? ttlMs : ttlMs(frozen)),
      tags: typeof tags === 'function' ? tags(frozen) : tags,
    })
  }

  async delete(key: CacheKey): Promise<void> {
    this.#kept.delete(JSON.stringify(key))
  }

  async getMany(keys: readonly CacheKey[]): Promise<unknown[]> {
    return keys.map((key) => this.peek(key))
  }

  async setMany(entries: readonly { readonly key: CacheKey; readonly value: unknown }[]): Promise<void> {
    for (const { key, value } of entries) await this.set(key, value)
  }

  async clear(): Promise<void> {
    this.#kept.clear()
  }

  drop(tags: readonly string[]): void {
    for (const [key, kept] of this.#kept)
      if (kept.tags.some((tag) => tags.includes(tag))) this.#kept.delete(key)
  }
}
