// On the request path: the table behind the in-process cache store, which evicts what was not used for longest.
import { LRUCache } from 'lru-cache'
import type { Clock } from './clock.ts'
import { StoreValueTooLargeError } from './port-error.ts'
import { entryBytes, expiryOf, ownKey, type StoreTable } from './store-table.ts'

interface Row {
  readonly value: Uint8Array
  /** On the monotonic clock, ms; `Infinity` without TTL. */
  expiresAt: number
}

/**
 * A table on lru-cache, which keeps the order and the limit. Expiry is kept here: lru-cache still has an entry at the moment
 * when it expires, and treats one written at time 0 as one without TTL.
 */
export class EvictingTable implements StoreTable {
  readonly #clock: Clock
  /** The moment of the current operation, on the monotonic clock. */
  #now: number
  #rows: LRUCache<string, Row>

  constructor(maxBytes: number, clock: Clock) {
    this.#clock = clock
    this.#now = clock.monotonic()
    this.#rows = new LRUCache({ maxSize: maxBytes })
  }

  begin(): number {
    return (this.#now = this.#clock.monotonic())
  }

  get(key: string): Uint8Array | undefined {
    return this.#live(key)?.value
  }

  put(key: string, value: Uint8Array, ttlMs: number | undefined): void {
    this.#write(key, { value, expiresAt: expiryOf(ttlMs, this.#now) })
  }

  replace(key: string, value: Uint8Array): void {
    const row = this.#live(key)
    if (row !== undefined) this.#write(key, { value, expiresAt: row.expiresAt })
  }

  touch(key: string, ttlMs: number): boolean {
    const row = this.#live(key)
    if (row !== undefined) row.expiresAt = expiryOf(ttlMs, this.#now)
    return row !== undefined
  }

  delete(key: string): boolean {
    return this.#live(key) !== undefined && this.#rows.delete(key)
  }

  clear(): void {
    this.#rows.clear()
  }

  resize(maxBytes: number): void {
    const rows = this.#rows
    this.#rows = new LRUCache({ maxSize: maxBytes })
    // Beginning with the least recently used, so that the order stays.
    rows.rforEach((row, key) => {
      const size = entryBytes(key, row.value)
      if (size <= maxBytes) this.#rows.set(key, row, { size })
    })
  }

  #write(key: string, row: Row): void {
    const size = entryBytes(key, row.value)
    // lru-cache would drop the key silently.
    if (size > this.#rows.maxSize)
      throw new StoreValueTooLargeError(
        `The entry needs ${size} bytes; the store holds ${this.#rows.maxSize}.`,
      )
    this.#rows.set(this.#rows.has(key) ? key : ownKey(key), row, { size })
  }

  #live(key: string): Row | undefined {
    const row = this.#rows.get(key)
    if (row === undefined || row.expiresAt === Infinity || row.expiresAt > this.#now) return row
    this.#rows.delete(key)
    return undefined
  }
}
