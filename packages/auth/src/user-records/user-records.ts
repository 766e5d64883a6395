// Records of users in a key-value store: one for each id, and for each user a list of ids that is changed by compare-and-set, since the
// port has no listing.
import { hash } from 'node:crypto'
import type { Clock, KeyValueStore, StoreCallOptions } from '@keelson/core'
import { within } from '@keelson/core/ports'
import { lostRace } from '../limits/index.ts'
import { JoinedChanges } from './joined-changes.ts'

/** What is kept of a user under an id. */
export interface UserRecord {
  readonly id: string
  readonly userId: string
  /** Ms since 1970; absent where it does not end. */
  readonly expiresAt?: number | undefined
  /** When it ends at the latest: to be given where its use moves `expiresAt`, so that the list stays as long. */
  readonly endsAt?: number | undefined
}

type ChangeIds = (ids: readonly string[]) => readonly string[]

/** Version of the format of records and lists. */
const VERSION = '1 '
/** So many processes do not change the records of one user at once; each makes one change at a time. */
const MAX_TRIES = 100
const UNDO_LIMIT_MS = 1000

export class UserRecords<T extends UserRecord> {
  readonly #store: KeyValueStore
  readonly #clock: Clock
  readonly #kind: string
  readonly #changes = new JoinedChanges<readonly string[]>()

  /** @param kind - what keys of records begin with: `key` */
  constructor(store: KeyValueStore, clock: Clock, kind: string) {
    this.#store = store
    this.#clock = clock
    this.#kind = kind
  }

  /** @returns `false` where a record has this id already */
  async add(record: T, options: StoreCallOptions = {}): Promise<boolean> {
    const key = this.#keyOf(record.id)
    const value = encode(record)
    options.signal?.throwIfAborted()
    try {
      // The record first: who changes the list drops ids that have none.
      const isAdded = await this.#store.add(key, value, { ...options, ...this.#ttlOf(record) })
      if (isAdded) await this.#changeList(record.userId, (ids) => [...ids, record.id], options)
      return isAdded
    } catch (error) {
      await this.#undo(key, value)
      throw error
    }
  }

  async find(id: string, options: StoreCallOptions = {}): Promise<T | undefined> {
    return decode<T>(await this.#store.get(this.#keyOf(id), options))
  }

  /** In the order in which they were added. */
  async listByUser(userId: string, options: StoreCallOptions = {}): Promise<readonly T[]> {
    const ids = decode<string[]>(await this.#store.get(listOf(userId), options)) ?? []
    const found = await this.#store.getMany(ids.map(this.#keyOf), options)
    return found.flatMap((value) => {
      const record = decode<T>(value)
      return record?.userId === userId ? [record] : []
    })
  }

  /**
   * Puts another record in the place of one, as long as nobody else does.
   *
   * @param change - `undefined` leaves it
   * @returns whether it was changed; never where it is gone
   */
  async change(
    id: string,
    change: (record: T) => T | undefined,
    options: StoreCallOptions = {},
  ): Promise<boolean> {
    const expected = await this.#store.get(this.#keyOf(id), options)
    const record = decode<T>(expected)
    const next = record && change(record)
    if (next === undefined) return false
    const value = { expected, next: encode(next), ...this.#ttlOf(next) }
    return this.#store.compareAndSet(this.#keyOf(id), { ...options, ...value })
  }

  /** @returns whether it was there, and theirs */
  async remove(id: string, userId: string, options: StoreCallOptions = {}): Promise<boolean> {
    const record = await this.find(id, options)
    if (record?.userId !== userId) return false
    const isRemoved = await this.#store.delete(this.#keyOf(id), options)
    await this.#changeList(userId, (ids) => ids.filter((one) => one !== id), options)
    return isRemoved
  }

  /** @returns the ids of those that were there, but for some */
  async removeAll(
    userId: string,
    { except = [], ...options }: StoreCallOptions & { readonly except?: readonly string[] | undefined } = {},
  ): Promise<readonly string[]> {
    const records = await this.listByUser(userId, options)
    const ids = records.map(({ id }) => id).filter((id) => !except.includes(id))
    if (ids.length === 0) return ids
    await this.#store.deleteMany(ids.map(this.#keyOf), options)
    await this.#changeList(userId, (kept) => kept.filter((id) => !ids.includes(id)), options)
    return ids
  }

  /** What is in no list nobody can list or remove, and it may have no end. Nor was it given to anybody, so that it may stay where this fails, too. */
  async #undo(key: string, expected: Uint8Array): Promise<void> {
    const remove = (signal: AbortSignal) =>
      this.#store.compareAndSet(key, { signal, expected, next: undefined })
    const limits = { clock: this.#clock, limitMs: UNDO_LIMIT_MS, what: 'The store' }
    await within(remove, limits).catch(() => {})
  }

  #changeList(userId: string, change: ChangeIds, options: StoreCallOptions): Promise<void> {
    const list = listOf(userId)
    const write = (joined: ChangeIds): Promise<void> => this.#writeList(list, joined, options)
    return this.#changes.make(list, change, { write, signal: options.signal })
  }

  /** Ids of records that have ended leave the list with the next change; it ends with the last of them, where all say when that is. */
  async #writeList(list: string, change: ChangeIds, options: StoreCallOptions): Promise<void> {
    for (let at = 0; at < MAX_TRIES; at++) {
      const expected = await this.#store.get(list, options)
      const ids = decode<string[]>(expected) ?? []
      // Once: a write that was given up may have happened.
      const changed = [...new Set(change(ids))]
      const found = await this.#store.getMany(changed.map(this.#keyOf), options)
      const kept = found.flatMap((value) => decode<T>(value) ?? [])
      const next = kept.length === 0 ? undefined : encode(kept.map(({ id }) => id))
      const until = { expiresAt: latestOf(kept.map(({ endsAt, expiresAt }) => endsAt ?? expiresAt)) }
      if (await this.#store.compareAndSet(list, { ...options, ...this.#ttlOf(until), expected, next })) return
    }
    throw lostRace({
      detail: 'What belongs to the user is being changed by others.',
      call: `\`compareAndSet\` of the list of a user (${this.#kind})`,
      tries: MAX_TRIES,
    })
  }

  readonly #keyOf = (id: string): string => `${this.#kind}:${id}`

  #ttlOf({ expiresAt }: Pick<UserRecord, 'expiresAt'>): { readonly ttlMs?: number } {
    return expiresAt === undefined ? {} : { ttlMs: Math.max(1, Math.ceil(expiresAt - this.#clock.now())) }
  }
}

/** @returns `undefined` where one of them has no end */
function latestOf(ends: readonly (number | undefined)[]): number | undefined {
  return ends.reduce(
    (latest, end) => (latest === undefined || end === undefined ? undefined : Math.max(latest, end)),
    0,
  )
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
