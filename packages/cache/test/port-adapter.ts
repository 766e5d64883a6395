// A storage adapter of keyv 6 over a store of ours, for its suite.
import type { KeyValueStore } from '@keelson/core'

/** @param held - the keys written so far, for all adapters of a store: `clear` and `iterator` need them, and a store does not list */
export class PortAdapter {
  readonly capabilities = { expires: true }
  readonly opts: Record<string, unknown> = {}
  namespace: string | undefined
  readonly #store: KeyValueStore
  readonly #held: Set<string>

  constructor(store: KeyValueStore, held: Set<string>) {
    this.#store = store
    this.#held = held
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.getMany([key]))[0]
  }

  async getMany(keys: readonly string[]): Promise<(string | undefined)[]> {
    const found = await this.#store.getMany(keys.map((key) => this.#named(key)))
    return found.map((bytes) => (bytes === undefined ? undefined : new TextDecoder().decode(bytes)))
  }

  async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined
  }

  async hasMany(keys: readonly string[]): Promise<boolean[]> {
    return (await this.getMany(keys)).map((found) => found !== undefined)
  }

  async set(key: string, value: string, expires?: number): Promise<boolean> {
    const ttlMs = expires === undefined ? undefined : Math.max(1, expires - Date.now())
    await this.#store.set(this.#named(key), new TextEncoder().encode(value), { ttlMs })
    this.#held.add(this.#named(key))
    return true
  }

  async setMany(entries: readonly { key: string; value: string; expires?: number }[]): Promise<boolean[]> {
    return Promise.all(entries.map(({ key, value, expires }) => this.set(key, value, expires)))
  }

  async delete(key: string): Promise<boolean> {
    return this.#store.delete(this.#named(key))
  }

  async deleteMany(keys: readonly string[]): Promise<boolean[]> {
    return Promise.all(keys.map((key) => this.delete(key)))
  }

  async clear(): Promise<void> {
    await this.#store.deleteMany(this.#ofNamespace())
  }

  async *iterator(): AsyncGenerator<[key: string, value: string]> {
    for (const name of this.#ofNamespace()) {
      const key = name.slice(this.#named('').length)
      const value = await this.get(key)
      if (value !== undefined) yield [key, value]
    }
  }

  #named(key: string): string {
    return `${this.namespace ?? ''}::${key}`
  }

  #ofNamespace(): string[] {
    return [...this.#held].filter((name) => name.startsWith(this.#named('')))
  }
}
