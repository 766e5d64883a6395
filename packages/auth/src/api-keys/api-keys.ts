import { timingSafeEqual } from 'node:crypto'
import {
  ArgumentError,
  CLOCK,
  ConflictError,
  currentFrame,
  KEY_VALUE_STORE,
  Secret,
  ServiceUnavailableError,
  type Clock,
  type KeyValueStore,
} from '@keelson/core'
import { checkCallOptions, checkOptions } from '@keelson/core/options'
import { MAX_TTL_MS } from '@keelson/core/ports'
import { assertUserId } from '../access-holder/index.ts'
import { publish } from '../events/index.ts'
import { askStore } from '../limits/index.ts'
import { API_KEYS_OPTIONS, ISSUE_OPTIONS, type ApiKeysOptions } from './api-keys-options.ts'
import type { ApiKey, ApiKeyStore, IssueApiKeyOptions, IssuedApiKey, StoredApiKey } from './contract.ts'
import { hashOfKey, idOfKey, newKeyText } from '../key-text/index.ts'
import { keyValueApiKeyStore } from './key-value-api-key-store.ts'

export type { ApiKeysOptions } from './api-keys-options.ts'

const MINUTE_MS = 60_000

/**
 * Makes, lists, verifies and revokes API keys. It is a service: a route or a class that injects it has one, with the keys in the app's
 * `KEY_VALUE_STORE`; bind it to give options or another store.
 *
 * A key reads `<prefix>_<id>_<secret><checksum>`: 12, 43 and 6 letters and digits. Stored is its SHA-256 hash.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`, `ERR_CORE_PORT_CAPABILITY` for a store that cannot keep keys
 * @example
 * const keys = new ApiKeys(createMemoryStore(), systemClock, { prefix: 'shop' })
 * const { key, id } = await keys.issue({ userId: '7', name: 'nightly import', abilities: ['orders:write'] })
 * const found = await keys.verify(key.reveal())
 * found?.id === id // => true
 */
export class ApiKeys {
  static readonly inject = [KEY_VALUE_STORE, CLOCK] as const
  readonly #store: ApiKeyStore
  readonly #clock: Clock
  readonly #options: Required<ApiKeysOptions>
  readonly #touching = new Set<string>()

  constructor(store: KeyValueStore | ApiKeyStore, clock: Clock, options: ApiKeysOptions = {}) {
    checkOptions(API_KEYS_OPTIONS, options, { name: 'ApiKeys', below: ApiKeys as never })
    const { prefix = 'key', maxPerUser = 50, storeTimeoutMs = 1000 } = options
    this.#options = { prefix, maxPerUser, storeTimeoutMs }
    this.#store = 'capabilities' in store ? keyValueApiKeyStore(store, clock) : store
    this.#clock = clock
  }

  /** What its keys begin with. */
  get prefix(): string {
    return this.#options.prefix!
  }

  /**
   * Makes a key. Show it to its owner now: it cannot be shown again.
   *
   * @throws {ConflictError} `ERR_CORE_CONFLICT`, 409, for a user who has as many as may be
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for options that it does not take
   */
  async issue(options: IssueApiKeyOptions): Promise<IssuedApiKey> {
    checkCallOptions(ISSUE_OPTIONS, options, { name: 'ApiKeys.issue' })
    const { userId, name, abilities = [], expiresAt } = options
    const { prefix, maxPerUser } = this.#options
    const now = this.#clock.now()
    assertWithin(now, expiresAt)
    const tooMany = `There are ${maxPerUser} API keys, which is the most. Revoke one first.`
    if ((await this.list(userId)).length >= maxPerUser!) throw new ConflictError(tooMany)
    const { id, text } = newKeyText(prefix!)
    const ends = expiresAt === undefined ? {} : { expiresAt }
    const about: ApiKey = {
      id,
      userId,
      name,
      abilities: [...abilities],
      createdAt: now,
      ...ends,
    }
    if (!(await this.#ask((signal) => this.#store.add({ ...about, hash: hashOfKey(text) }, { signal }))))
      throw new ServiceUnavailableError('The API key could not be made.', { retryAfterSeconds: 1 })
    // Of several at once each has seen room for itself.
    if (!(await this.#isWithinLimit(about))) {
      await this.#ask((signal) => this.#store.remove(id, userId, { signal }))
      throw new ConflictError(tooMany)
    }
    return { ...about, key: new Secret(text) }
  }

  /**
   * The key of a text, and notes that it was used, at most once a minute.
   *
   * @returns `undefined` for a text that is not a key, is not known, or has ended
   * @throws {ServiceUnavailableError} 503 where the store cannot be asked
   */
  async verify(text: string): Promise<ApiKey | undefined> {
    const id = idOfKey(this.prefix, text)
    if (id === undefined) return undefined
    const stored = await this.#ask((signal) => this.#store.find(id, { signal }))
    if (stored === undefined || !isSame(stored.hash, hashOfKey(text))) return undefined
    const now = this.#clock.now()
    if (stored.expiresAt !== undefined && stored.expiresAt <= now) return undefined
    await this.#touch(stored, now)
    return withoutHash(stored)
  }

  /** The keys of a user, the newest first, without those that have ended. */
  async list(userId: string): Promise<readonly ApiKey[]> {
    const keys = await this.#goodOf(userId)
    return keys.toSorted((a, b) => b.createdAt - a.createdAt).map(withoutHash)
  }

  /**
   * Revokes a key: the next request with it is a 401, on all processes.
   *
   * @param userId - whose it must be; the key of another user stays
   * @returns whether there was such a key
   */
  async revoke(userId: string, id: string): Promise<boolean> {
    const isRevoked = await this.#ask((signal) => this.#store.remove(id, userId, { signal }))
    if (isRevoked)
      publish('revoked', { by: 'api-keys', reason: 'The key was revoked.', principalId: userId, keyId: id })
    return isRevoked
  }

  /**
   * Revokes all keys of a user.
   *
   * @returns how many there were
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for an id that is not a text, or an empty one
   */
  async revokeAll(userId: string): Promise<number> {
    assertUserId('ApiKeys.revokeAll', userId)
    const keys = await this.#ask((signal) => this.#store.listByUser(userId, { signal }))
    const revoked = await Promise.all(keys.map(({ id }) => this.revoke(userId, id)))
    return revoked.filter(Boolean).length
  }

  async #goodOf(userId: string): Promise<readonly StoredApiKey[]> {
    const keys = await this.#ask((signal) => this.#store.listByUser(userId, { signal }))
    const now = this.#clock.now()
    return keys.filter(({ expiresAt = Infinity }) => expiresAt > now)
  }

  /** By the order in which the store has added them: those that come first stay. */
  async #isWithinLimit({ id, userId }: ApiKey): Promise<boolean> {
    const keys = await this.#goodOf(userId)
    return keys.findIndex((key) => key.id === id) < this.#options.maxPerUser!
  }

  /** Nobody is refused because it cannot be written that a key was used. */
  async #touch({ id, lastUsedAt = 0 }: StoredApiKey, now: number): Promise<void> {
    if (now - lastUsedAt < MINUTE_MS || this.#touching.has(id)) return
    this.#touching.add(id)
    try {
      await this.#ask((signal) => this.#store.touch(id, now, { signal }))
    } catch {
      currentFrame()?.signal.throwIfAborted()
    } finally {
      this.#touching.delete(id)
    }
  }

  #ask<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return askStore(work, { clock: this.#clock, limitMs: this.#options.storeTimeoutMs!, what: 'API keys' })
  }
}

function assertWithin(now: number, expiresAt: number | undefined): void {
  if (expiresAt === undefined || (expiresAt > now && expiresAt <= now + MAX_TTL_MS)) return
  throw new ArgumentError(
    `ApiKeys.issue: Option expiresAt must be a time of the next 100 years, not ${expiresAt}. Give ms since 1970.`,
  )
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}

function withoutHash({ hash: _, ...about }: StoredApiKey): ApiKey {
  return about
}
