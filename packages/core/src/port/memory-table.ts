// On the request path: the bounded table behind the in-process store.
import type { Clock } from './clock.ts'
import { StoreValueTooLargeError } from './port-error.ts'

interface Row {
  readonly key: string
  value: Uint8Array
  /** On the monotonic clock, ms; `Infinity` without TTL. */
  expiresAt: number
}

/** Per entry, about what V8 needs for row, map slot and the headers of string and array. */
const OVERHEAD_BYTES = 160

/** How many rows each write looks at for expired ones. Two keep up with any mix, since a write adds at most one. */
const SWEEP_ROWS = 2

/** Keys to bytes, in order of last use, with expiry and bounds. Knows nothing of promises, and takes bytes as its own. */
export class MemoryTable {
  readonly #rows = new Map<string, Row>()
  readonly #maxEntries: number
  readonly #maxBytes: number
  readonly #clock: Clock
  #bytes = 0
  #sweeper: Iterator<Row> = this.#rows.values()

  constructor(maxEntries: number, maxBytes: number, clock: Clock) {
    this.#maxEntries = maxEntries
    this.#maxBytes = maxBytes
    this.#clock = clock
  }

  get size(): number {
    return this.#rows.size
  }

  /** Bytes held, by estimate. */
  get bytes(): number {
    return this.#bytes
  }

  /** The value, which the caller must not change; counts as a use. */
  get(key: string): Uint8Array | undefined {
    return this.#use(key)?.value
  }

  /** @throws {StoreValueTooLargeError} when the entry alone is larger than the table may be */
  put(key: string, value: Uint8Array, ttlMs: number | undefined): void {
    const size = sizeOf(key, value)
    if (size > this.#maxBytes) {
      throw new StoreValueTooLargeError(
        `The value of "${key}" needs ${size} bytes; the store holds ${this.#maxBytes}.`,
      )
    }
    this.#remove(this.#rows.get(key))
    const expiresAt = ttlMs === undefined ? Infinity : this.#clock.monotonic() + ttlMs
    this.#rows.set(key, { key, value, expiresAt })
    this.#bytes += size
    this.#sweep()
    this.#evict()
  }

  /** New bytes for a key that is there; its TTL stays. */
  replace(key: string, value: Uint8Array): void {
    const row = this.#use(key)
    if (row === undefined) return
    this.#bytes += value.byteLength - row.value.byteLength
    row.value = value
    this.#evict()
  }

  touch(key: string, ttlMs: number): boolean {
    const row = this.#use(key)
    if (row === undefined) return false
    row.expiresAt = this.#clock.monotonic() + ttlMs
    return true
  }

  delete(key: string): boolean {
    const row = this.#rows.get(key)
    this.#remove(row)
    return row !== undefined && !this.#isExpired(row)
  }

  clear(): void {
    this.#rows.clear()
    this.#bytes = 0
  }

  #use(key: string): Row | undefined {
    const row = this.#rows.get(key)
    if (row === undefined) return undefined
    this.#rows.delete(key)
    if (this.#isExpired(row)) {
      this.#bytes -= sizeOf(row.key, row.value)
      return undefined
    }
    this.#rows.set(key, row)
    return row
  }

  #isExpired(row: Row): boolean {
    return row.expiresAt !== Infinity && row.expiresAt <= this.#clock.monotonic()
  }

  #remove(row: Row | undefined): void {
    if (row === undefined) return
    this.#rows.delete(row.key)
    this.#bytes -= sizeOf(row.key, row.value)
  }

  #sweep(): void {
    for (let looked = 0; looked < SWEEP_ROWS; looked++) {
      const next = this.#sweeper.next()
      if (next.done === true) {
        this.#sweeper = this.#rows.values()
        return
      }
      if (this.#isExpired(next.value)) this.#remove(next.value)
    }
  }

  /** The first row is the least recently used; a map keeps the order of insertion. */
  #evict(): void {
    for (const row of this.#rows.values()) {
      if (this.#rows.size <= this.#maxEntries && this.#bytes <= this.#maxBytes) return
      this.#remove(row)
    }
  }
}

function sizeOf(key: string, value: Uint8Array): number {
  return key.length * 2 + value.byteLength + OVERHEAD_BYTES
}
