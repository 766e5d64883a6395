import {
  ArgumentError,
  CLOCK,
  ConflictError,
  currentFrame,
  KEY_VALUE_STORE,
  Secret,
  ServiceUnavailableError,
  type Clock,
  type Injected,
  type KeyValueStore,
  type Provider,
} from '@keelson/core'
import { currentTransaction } from '@keelson/core/frames'
import { checkCallOptions, checkOptions, withDefaults } from '@keelson/core/options'
import { MAX_TTL_MS } from '@keelson/core/ports'
import { assertUserId, END_MARK_MS, endMarkId, isEndMark } from '../access-holder/index.ts'
import { publish } from '../events/index.ts'
import { askStore } from '../limits/index.ts'
import { bindWith, givenStore } from '../provider/index.ts'
import { isSameHash } from '../secret-hash/index.ts'
import {
  API_KEYS_OPTIONS,
  BIND_OPTIONS,
  ISSUE_OPTIONS,
  type ApiKeysOptions,
  type BindApiKeysOptions,
  type ReadyApiKeysOptions,
} from './api-keys-options.ts'
import type { ApiKey, ApiKeyStore, IssueApiKeyOptions, IssuedApiKey, StoredApiKey } from './contract.ts'
import { hashOfKey, idOfKey, KEY_ID_LENGTH, newKeyText } from '../key-text/index.ts'
import { keyValueApiKeyStore } from './key-value-api-key-store.ts'

export type { ApiKeysOptions, BindApiKeysOptions } from './api-keys-options.ts'

const MINUTE_MS = 60_000
const STORE = {
  name: 'ApiKeys',
  what: 'a KeyValueStore or an ApiKeyStore',
  methods: ['add', 'find', 'listByUser', 'touch', 'remove'],
}

interface Listed {
  readonly keys: readonly StoredApiKey[]
  readonly lastEnd: string | undefined
}

/**
 * Makes, lists, verifies and revokes API keys. It is a service: a route or a class that injects it has one, with the keys in the app's
 * `KEY_VALUE_STORE`; {@link ApiKeys.bind} gives it options, or another store.
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

  /**
   * The provider of API keys with options, for `providers` of an app.
   *
   * @throws {SetupError} `ERR_CORE_OPTION`, with the place of the call
   * @example
   * const KEYS = token<ApiKeyStore>('keys')
   * const providers = [ApiKeys.bind({ prefix: 'shop', inject: { keys: KEYS }, store: ({ keys }) => keys })]
   */
  static bind<const TServices extends Injected = {}>(options: BindApiKeysOptions<TServices> = {}): Provider {
    const below = ApiKeys.bind as never
    checkOptions(BIND_OPTIONS, options, { name: 'ApiKeys.bind', below })
    const { inject, store, ...own } = options
    const kept = store === undefined ? ([KEY_VALUE_STORE] as const) : ([] as const)
    return bindWith(ApiKeys, {
      ports: [CLOCK, ...kept] as const,
      inject,
      make: ([clock, appStore], services) =>
        new ApiKeys(store === undefined ? appStore! : givenStore(store(services), STORE), clock, own),
      below,
    })
  }

  readonly #store: ApiKeyStore
  readonly #clock: Clock
  readonly #options: ReadyApiKeysOptions
  readonly #touching = new Set<string>()

  constructor(store: KeyValueStore | ApiKeyStore, clock: Clock, options: ApiKeysOptions = {}) {
    checkOptions(API_KEYS_OPTIONS, options, { name: 'ApiKeys', below: ApiKeys as never })
    this.#options = withDefaults(API_KEYS_OPTIONS, options)
    this.#store = 'capabilities' in store ? keyValueApiKeyStore(store, clock) : store
    this.#clock = clock
  }

  /** What its keys begin with. */
  get prefix(): string {
    return this.#options.prefix
  }

  /**
   * Makes a key. Show it to its owner now: it cannot be shown again. One that is being made while {@link ApiKeys.revokeAll} runs for its user
   * is none when both are done.
   *
   * @throws {ConflictError} `ERR_CORE_CONFLICT`, 409, for a user who has as many as may be, or whose keys are all being revoked
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for options that it does not take
   */
  async issue(options: IssueApiKeyOptions): Promise<IssuedApiKey> {
    checkCallOptions(ISSUE_OPTIONS, options, { name: 'ApiKeys.issue' })
    const { userId, name, abilities = [], expiresAt } = options
    const { prefix, maxPerUser } = this.#options
    const now = this.#clock.now()
    assertWithin(now, expiresAt)
    const tooMany = `A user may have at most ${maxPerUser} API ${maxPerUser === 1 ? 'key' : 'keys'}. Revoke one first.`
    const before = await this.#listed(userId)
    if (before.keys.length >= maxPerUser) throw new ConflictError(tooMany)
    const { id, text } = newKeyText(prefix)
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
    // Others see the key when the transaction is committed, and then may have looked for it before.
    const look = (): Promise<unknown> => this.#removeLate(about, before.lastEnd)
    currentTransaction()?.afterCommit(look)
    // It may be there as well.
    currentTransaction()?.afterUnknown(look)
    const after = await this.#removeLate(about, before.lastEnd)
    // Of several at once each has seen room for itself: by the order in which the store has added them those that come first stay.
    if (after.keys.findIndex((key) => key.id === id) >= maxPerUser!) {
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
    if (stored === undefined || !isSameHash(stored.hash, hashOfKey(text))) return undefined
    const now = this.#clock.now()
    if (stored.expiresAt !== undefined && stored.expiresAt <= now) return undefined
    await this.#touch(stored, now)
    return withoutHash(stored)
  }

  /** The keys of a user, the newest first, without those that have ended. */
  async list(userId: string): Promise<readonly ApiKey[]> {
    const { keys } = await this.#listed(userId)
    return keys.toSorted((a, b) => b.createdAt - a.createdAt).map(withoutHash)
  }

  /**
   * Revokes a key: the next request with it is a 401, on all processes.
   *
   * @param userId - whose it must be; the key of another user stays
   * @returns whether there was such a key
   */
  async revoke(userId: string, id: string): Promise<boolean> {
    if (isEndMark({ id })) return false
    const isRevoked = await this.#ask((signal) => this.#store.remove(id, userId, { signal }))
    if (isRevoked)
      publish('revoked', { by: 'api-keys', reason: 'The key was revoked.', principalId: userId, keyId: id })
    return isRevoked
  }

  /**
   * Revokes all keys that a user has now, and those that {@link ApiKeys.issue} is making meanwhile.
   *
   * @returns how many there were
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for an id that is not a text, or an empty one
   */
  async revokeAll(userId: string): Promise<number> {
    assertUserId('ApiKeys.revokeAll', userId)
    // First, so that a key which is being made and is not listed yet sees it.
    await this.#markEnd(userId)
    const listed = await this.#ask((signal) => this.#store.listByUser(userId, { signal }))
    const keys = listed.filter((one) => !isEndMark(one))
    const revoked = await Promise.all(keys.map(({ id }) => this.revoke(userId, id)))
    return revoked.filter(Boolean).length
  }

  /** The keys that have not ended, and another `lastEnd` each time that all were revoked. */
  async #listed(userId: string): Promise<Listed> {
    const listed = await this.#ask((signal) => this.#store.listByUser(userId, { signal }))
    const now = this.#clock.now()
    const keys = listed.filter((one) => !isEndMark(one) && (one.expiresAt ?? Infinity) > now)
    return { keys, lastEnd: listed.find(isEndMark)?.hash }
  }

  /**
   * Removes a new key where all were revoked since it was begun, which have perhaps not been seen to include it.
   *
   * @throws {ConflictError} 409 then
   */
  async #removeLate({ id, userId }: ApiKey, lastEnd: string | undefined): Promise<Listed> {
    const listed = await this.#listed(userId)
    if (listed.lastEnd === undefined || listed.lastEnd === lastEnd) return listed
    await this.revoke(userId, id)
    throw new ConflictError('All API keys of the user were revoked meanwhile.')
  }

  /** A record among the keys, which nobody can use. Where it is not there for a moment, the keys are listed afterwards. */
  async #markEnd(userId: string): Promise<void> {
    const now = this.#clock.now()
    const mark: StoredApiKey = {
      id: endMarkId(userId, KEY_ID_LENGTH),
      userId,
      name: '',
      abilities: [],
      createdAt: now,
      expiresAt: now + END_MARK_MS,
      hash: hashOfKey(newKeyText(this.prefix).text),
    }
    await this.#ask((signal) => this.#store.remove(mark.id, userId, { signal }))
    // Where it is there again, another call has put it there since.
    await this.#ask((signal) => this.#store.add(mark, { signal }))
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
    return askStore(work, { clock: this.#clock, limitMs: this.#options.storeTimeoutMs, what: 'API keys' })
  }
}

function assertWithin(now: number, expiresAt: number | undefined): void {
  if (expiresAt === undefined || (expiresAt > now && expiresAt <= now + MAX_TTL_MS)) return
  throw new ArgumentError(
    `ApiKeys.issue: Option expiresAt must be a time of the next 100 years, not ${expiresAt}. Give ms since 1970.`,
  )
}

function withoutHash({ hash: _, ...about }: StoredApiKey): ApiKey {
  return about
}
