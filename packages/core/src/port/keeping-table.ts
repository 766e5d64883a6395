// On the request path: the table behind the in-process store, which keeps every key until it expires.
import type { Clock } from './clock.ts'
import { ExpiryHeap, type Expiring } from './expiry-heap.ts'
import { StoreFullError, StoreValueTooLargeError } from './port-error.ts'
import { entryBytes, expiryOf, ownKey, type StoreTable } from './store-table.ts'

interface Row extends Expiring {
  readonly key: string
  value: Uint8Array
}

/** How many expired rows each write removes. Two suffice, since a write adds at most one. */
const SWEEP_ROWS = 2

/** A table that refuses what does not fit. Expired rows take no room, and no timer runs. */
export class KeepingTable implements StoreTable {
  readonly #rows = new Map<string, Row>()
  readonly #ends = new ExpiryHeap<Row>()
  readonly #clock: Clock
  /** The moment of the current operation, on the monotonic clock. */
  #now: number
  #maxBytes: number
  #bytes = 0

  constructor(maxBytes: number, clock: Clock) {
    this.#maxBytes = maxBytes
    this.#clock = clock
    this.#now = clock.monotonic()
  }

  get size(): number {
    return this.#rows.size
  }

  /** Bytes held, estimated. */
  get bytes(): number {
    return this.#bytes
  }

  begin(): number {
    return (this.#now = this.#clock.monotonic())
  }

  get(key: string): Uint8Array | undefined {
    return this.#live(key)?.value
  }

  put(key: string, value: Uint8Array, ttlMs: number | undefined): void {
    const row = this.#write(key, value)
    row.expiresAt = expiryOf(ttlMs, this.#now)
    this.#ends.update(row)
  }

  replace(key: string, value: Uint8Array): void {
    this.#write(key, value)
  }

  touch(key: string, ttlMs: number): boolean {
    const row = this.#live(key)
    if (row === undefined) return false
    row.expiresAt = expiryOf(ttlMs, this.#now)
    this.#ends.update(row)
    return true
  }

  delete(key: string): boolean {
    const row = this.#live(key)
    if (row !== undefined) this.#remove(row)
    return row !== undefined
  }

  clear(): void {
    this.#rows.clear()
    this.#ends.clear()
    this.#bytes = 0
  }

  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes
  }

  #write(key: string, value: Uint8Array): Row {
    const row = this.#live(key)
    const more = entryBytes(key, value) - (row === undefined ? 0 : entryBytes(key, row.value))
    this.#sweep(SWEEP_ROWS, 0)
    if (more > 0 && this.#bytes + more > this.#maxBytes) this.#makeRoom(key, value, more)
    this.#bytes += more
    if (row !== undefined) {
      row.value = value
      return row
    }
    const added = { key: ownKey(key), value, expiresAt: Infinity, slot: -1 }
    this.#rows.set(added.key, added)
    return added
  }

  #makeRoom(key: string, value: Uint8Array, more: number): void {
    const size = entryBytes(key, value)
    if (size > this.#maxBytes)
      throw new StoreValueTooLargeError(`The entry needs ${size} bytes; the store holds ${this.#maxBytes}.`)
    this.#sweep(Infinity, more)
    if (this.#bytes + more > this.#maxBytes)
      throw new StoreFullError(
        `The store holds ${this.#bytes} of ${this.#maxBytes} bytes, and the entry needs ${more} more. Raise its maxBytes, or store less.`,
      )
  }

  /** Removes expired rows: at most `most`, and, where room for `more` bytes is needed, until there is. */
  #sweep(most: number, more: number): void {
    for (let swept = 0; swept < most; swept++) {
      const { first } = this.#ends
      if (first === undefined || !this.#isOver(first)) return
      if (more > 0 && this.#bytes + more <= this.#maxBytes) return
      this.#remove(first)
    }
  }

  #live(key: string): Row | undefined {
    const row = this.#rows.get(key)
    if (row === undefined || !this.#isOver(row)) return row
    this.#remove(row)
    return undefined
  }

  #isOver(row: Row): boolean {
    return row.expiresAt !== Infinity && row.expiresAt <= this.#now
  }

  #remove(row: Row): void {
    this.#rows.delete(row.key)
    this.#ends.remove(row)
    this.#bytes -= entryBytes(row.key, row.value)
  }
}
