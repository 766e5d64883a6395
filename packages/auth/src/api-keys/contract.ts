import type { Secret, StoreCallOptions } from '@keelson/core'

/** What is known of an API key, without the key. */
export interface ApiKey {
  /** The part of the key that may be shown: 12 letters and digits. */
  readonly id: string
  /** Whose it is. */
  readonly userId: string
  /** What its owner calls it. */
  readonly name: string
  /** What it allows: the scopes of the caller. */
  readonly abilities: readonly string[]
  /** Ms since 1970. */
  readonly createdAt: number
  /** Ms since 1970; absent where it does not end. */
  readonly expiresAt?: number | undefined
  /** Ms since 1970, to the minute; absent where it was never used. */
  readonly lastUsedAt?: number | undefined
}

/** An API key as stores keep it. */
export interface StoredApiKey extends ApiKey {
  /** SHA-256 of the key, base64url. Of 256 random bits nothing slower is needed. */
  readonly hash: string
}

/** A new API key. The text is there this once: nobody can find it again. */
export interface IssuedApiKey extends ApiKey {
  /** The key, which prints as `[secret]`; `reveal()` gives the text. */
  readonly key: Secret
}

/** What `issue` takes. */
export interface IssueApiKeyOptions {
  /** Whose it is, 1 to 200 characters. */
  readonly userId: string
  /** What its owner calls it, up to 200 characters. */
  readonly name: string
  /** What it allows, as scopes (RFC 6749 §3.3). Default: nothing that `ability()` asks for. */
  readonly abilities?: readonly string[] | undefined
  /** When it ends, ms since 1970. Default: it does not. */
  readonly expiresAt?: number | undefined
}

/**
 * Keeps API keys. Each operation ends when its signal aborts, and rejects when the store cannot be reached: nobody is then taken for unknown.
 * `apiKeyStoreSuite` proves an implementation.
 */
export interface ApiKeyStore {
  /** @returns `false` where a key has this id already */
  add(key: StoredApiKey, options?: StoreCallOptions): Promise<boolean>
  /** The key of an id; one that has ended may be gone. */
  find(id: string, options?: StoreCallOptions): Promise<StoredApiKey | undefined>
  /**
   * All keys of a user, in the order in which they were added: of more than may be, those that were added last are not made. In another order a few more
   * may be made where several are at once.
   */
  listByUser(userId: string, options?: StoreCallOptions): Promise<readonly StoredApiKey[]>
  /** Sets `lastUsedAt`. A key that is gone stays so. */
  touch(id: string, lastUsedAt: number, options?: StoreCallOptions): Promise<void>
  /** Removes a key of a user. From then on nobody finds it. @returns whether it was there, and theirs */
  remove(id: string, userId: string, options?: StoreCallOptions): Promise<boolean>
}
