/**
 * Keys to bytes in the process, with expiry and a bound. Knows nothing of promises, and takes bytes as its own; what it gives
 * must not be changed.
 */
export interface StoreTable {
  /**
   * Reads the clock. All until the next `begin` happens at this one moment: a key whose time is up between a read and a write
   * would otherwise be there for the one and gone for the other.
   */
  begin(): void
  get(key: string): Uint8Array | undefined
  /**
   * @throws {StoreValueTooLargeError} when the entry alone is larger than the table may be
   * @throws {StoreFullError} when it does not fit, and the table forgets nothing before its time; the key is as it was
   */
  put(key: string, value: Uint8Array, ttlMs: number | undefined): void
  /** New bytes for a key that is there; its TTL stays. Throws like `put`. */
  replace(key: string, value: Uint8Array): void
  /** @returns whether the key is there */
  touch(key: string, ttlMs: number): boolean
  /** @returns whether the key was there */
  delete(key: string): boolean
  clear(): void
  /** Another bound, for what is written from now on. */
  resize(maxBytes: number): void
}

/** Makes an empty table of a size. */
export type MakeTable = (maxBytes: number) => StoreTable

/**
 * Per entry, about what V8 needs beside the characters of the key and the bytes of the value: row, slots in map and heap,
 * string, array and its buffer. Measured with Node 24: 400 to 500.
 */
const OVERHEAD_BYTES = 480

/** What an entry takes, by estimate. */
export function entryBytes(key: string, value: Uint8Array): number {
  return key.length * 2 + value.byteLength + OVERHEAD_BYTES
}

/** When a key written now will be gone, on the monotonic clock; `Infinity` without TTL. */
export function expiryOf(ttlMs: number | undefined, now: number): number {
  return ttlMs === undefined ? Infinity : now + ttlMs
}

/** From here on V8 keeps what a text was cut out of: a key from a URL of 16 KB would hold all of it. */
const MIN_SLICE = 13

/** A key that holds no other text in memory, for a row that is new. */
export function ownKey(key: string): string {
  return key.length < MIN_SLICE ? key : Buffer.from(key).toString()
}
