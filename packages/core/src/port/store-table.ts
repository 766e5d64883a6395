/**
 * Keys to bytes in the process, with expiry and a limit. Synchronous; owns the bytes that it is passed, and what it returns
 * must not be changed.
 */
export interface StoreTable {
  /**
   * Reads the clock. Everything until the next `begin` happens at this moment: otherwise a key could expire between a read and
   * a write of one operation.
   *
   * @returns the time on the monotonic clock
   */
  begin(): number
  get(key: string): Uint8Array | undefined
  /**
   * @throws {StoreValueTooLargeError} when the entry alone is larger than the table may be
   * @throws {StoreFullError} when it does not fit, and the table keeps keys until they expire; the key is unchanged
   */
  put(key: string, value: Uint8Array, ttlMs: number | undefined): void
  /** New bytes for an existing key; its TTL stays. Throws like `put`. */
  replace(key: string, value: Uint8Array): void
  /** @returns whether the key is there */
  touch(key: string, ttlMs: number): boolean
  /** @returns whether the key was there */
  delete(key: string): boolean
  clear(): void
  /** A new limit, for later writes. */
  resize(maxBytes: number): void
}

/** Makes an empty table with a limit. */
export type MakeTable = (maxBytes: number) => StoreTable

/**
 * Per entry, about what V8 needs beside the characters of the key and the bytes of the value: row, slots in map and heap,
 * string, array and its buffer. Measured with Node 24: 400 to 500.
 */
const OVERHEAD_BYTES = 480

/** What an entry takes, estimated. */
export function entryBytes(key: string, value: Uint8Array): number {
  return key.length * 2 + value.byteLength + OVERHEAD_BYTES
}

/** When a key written now expires, on the monotonic clock; `Infinity` without TTL. */
export function expiryOf(ttlMs: number | undefined, now: number): number {
  return ttlMs === undefined ? Infinity : now + ttlMs
}

/** A slice of this length or more keeps the whole text in memory: a key from a URL of 16 KB would hold all of it. */
const MIN_SLICE = 13

/** A key that holds no other text in memory, for a new row. */
export function ownKey(key: string): string {
  return key.length < MIN_SLICE ? key : Buffer.from(key).toString()
}
