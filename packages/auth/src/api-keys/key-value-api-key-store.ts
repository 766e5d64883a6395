// API keys in the store of the app: a record for each key, and for each user a list of ids that is changed by compare-and-set.
import { hash } from 'node:crypto'
import {
  ServiceUnavailableError,
  SetupError,
  type Clock,
  type KeyValueStore,
  type StoreCallOptions,
} from '@keelson/core'
import { requireCapabilities, scopedStore } from '@keelson/core/ports'
import type { ApiKeyStore, StoredApiKey } from './contract.ts'

/** Version of the format of records and lists. */
const VERSION = '1 '
/** So many changes of the keys of one user at once are not made by people. */
const MAX_TRIES = 20

/**
 * Keeps API keys in the scope `api-keys` of a key-value store. It needs `add`, `compareAndSet` and `keeps`; a store in the process forgets all keys
 * when it ends, so in production it is one that is [durable and shared](https://github.com/keelson/keelson/blob/main/docs/guides/stores.md).
 *
 * @throws {SetupError} `ERR_CORE_PORT_CAPABILITY` for a store that cannot do it
 * @example
 * const keys = new ApiKeys(keyValueApiKeyStore(createMemoryStore(), systemClock), systemClock)
 */
export function keyValueApiKeyStore(store: KeyValueStore, clock: Clock): ApiKeyStore {
  const problems = requireCapabilities(store, ['add', 'compareAndSet', 'keeps'], { place: 'ApiKeys' })
  if (problems.length > 0) throw new SetupError(problems)
  return new KeyValueApiKeyStore(scopedStore(store, 'api-keys'), clock)
}

class KeyValueApiKeyStore implements ApiKeyStore {
  readonly #store: KeyValueStore
  readonly #clock: Clock

  constructor(store: KeyValueStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  async add(key: StoredApiKey, options: StoreCallOptions = {}): Promise<boolean> {
    // The record first: who changes the list drops ids that have none. A key that is in no list was never shown.
    const isAdded = await this.#store.add(recordOf(key.id), encode(key), { ...options, ...this.#ttlOf(key) })
    if (isAdded) await this.#changeList(key.userId, (ids) => [...ids, key.id], options)
    return isAdded
  }

  async find(id: string, options: StoreCallOptions = {}): Promise<StoredApiKey | undefined> {
    return decode<StoredApiKey>(await this.#store.get(recordOf(id), options))
  }

  async listByUser(userId: string, options: StoreCallOptions = {}): Promise<readonly StoredApiKey[]> {
    const ids = decode<string[]>(await this.#store.get(listOf(userId), options)) ?? []
    const found = await this.#store.getMany(ids.map(recordOf), options)
    return found.flatMap((value) => {
      const key = decode<StoredApiKey>(value)
      return key?.userId === userId ? [key] : []
    })
  }

  async touch(id: string, lastUsedAt: number, options: StoreCallOptions = {}): Promise<void> {
    const expected = await this.#store.get(recordOf(id), options)
    const key = decode<StoredApiKey>(expected)
    if (key === undefined) return
    const next = encode({ ...key, lastUsedAt })
    // A caller that changed it meanwhile has used it, too, or has revoked it.
    await this.#store.compareAndSet(recordOf(id), { ...options, ...this.#ttlOf(key), expected, next })
  }

  async remove(id: string, userId: string, options: StoreCallOptions = {}): Promise<boolean> {
    const key = await this.find(id, options)
    if (key?.userId !== userId) return false
    const isRemoved = await this.#store.delete(recordOf(id), options)
    await this.#changeList(userId, (ids) => ids.filter((one) => one !== id), options)
    return isRemoved
  }

  /** Ids of keys that have ended leave the list with the next change. */
  async #changeList(
    userId: string,
    change: (ids: readonly string[]) => readonly string[],
    options: StoreCallOptions,
  ): Promise<void> {
    const list = listOf(userId)
    for (let at = 0; at < MAX_TRIES; at++) {
      const expected = await this.#store.get(list, options)
      const ids = decode<string[]>(expected) ?? []
      const kept = await this.#store.getMany(ids.map(recordOf), options)
      const next = change(ids.filter((_, place) => kept[place] !== undefined))
      const value = next.length === 0 ? undefined : encode(next)
      if (await this.#store.compareAndSet(list, { ...options, expected, next: value })) return
    }
    throw new ServiceUnavailableError('The API keys of the user are being changed by others.', {
      retryAfterSeconds: 1,
    })
  }

  #ttlOf({ expiresAt }: StoredApiKey): { readonly ttlMs?: number } {
    return expiresAt === undefined ? {} : { ttlMs: Math.max(1, Math.ceil(expiresAt - this.#clock.now())) }
  }
}

function recordOf(id: string): string {
  return `key:${id}`
}

/** Ids of users may be of any length. */
function listOf(userId: string): string {
  return `user:${hash('sha256', userId, 'base64url')}`
}

function encode(value: unknown): Uint8Array {
  return Buffer.from(VERSION + JSON.stringify(value))
}

function decode<T>(value: Uint8Array | undefined): T | undefined {
  const text = Buffer.from(value ?? []).toString()
  return text.startsWith(VERSION) ? (JSON.parse(text.slice(VERSION.length)) as T) : undefined
}
