// On the request path: one for each inserted row.
import type { Clock, Random } from '@keelson/core'

/** Bytes of random values that are fetched at once: each call of a source costs more than its bytes. */
const POOL_BYTES = 512
const RANDOM_BYTES = 6
/** 26 bits of counter: 12 in rand_a and 14 at the head of rand_b. */
const COUNTER_LIMIT = 2 ** 26
/** A clock that is set back less than this is bridged by the counter; further back, the new time is used. */
const MAX_ROLLBACK_MS = 10_000

/**
 * Makes uuids of version 7 (RFC 9562 §5.7), strictly increasing: within a millisecond a counter with a random start counts up (§6.2
 * method 1), and each has 48 random bits.
 */
export function uuidMaker(clock: Pick<Clock, 'now'>, random: Pick<Random, 'bytes'>): () => string {
  let lastMs = -1
  let counter = 0
  let pool: Uint8Array = new Uint8Array(0)
  let at = 0
  const take = (length: number): Buffer => {
    if (at + length > pool.length) {
      pool = random.bytes(POOL_BYTES)
      at = 0
    }
    at += length
    return Buffer.from(pool.buffer, pool.byteOffset + at - length, length)
  }
  const start = (ms: number): void => {
    lastMs = ms
    // The seed leaves the top bit free, so that a millisecond has room for 2^25.
    counter = take(4).readUInt32BE() >>> 7
  }
  return () => {
    const now = clock.now()
    if (now > lastMs || now < lastMs - MAX_ROLLBACK_MS) start(now)
    else if (++counter === COUNTER_LIMIT) start(lastMs + 1)
    const time = lastMs.toString(16).padStart(12, '0')
    const high = (0x7000 | (counter >>> 14)).toString(16)
    const low = (0x8000 | (counter & 0x3fff)).toString(16)
    return `${time.slice(0, 8)}-${time.slice(8)}-${high}-${low}-${take(RANDOM_BYTES).toString('hex')}`
  }
}
