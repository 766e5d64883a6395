// On the request path: one for each inserted row.
import { Buffer } from 'node:buffer'
import type { Random } from '@keelson/core'

/** Bytes of random values that are fetched at once: each call of a source costs more than its bytes. */
const POOL_BYTES = 512
/** 48 bits. */
const RANDOM_DIGITS = 12
/** 26 bits of counter: 12 in rand_a and 14 at the head of rand_b. */
const COUNTER_LIMIT = 2 ** 26
/** A clock that is set back less than this is bridged by the counter; further back, the new time is used. */
const MAX_ROLLBACK_MS = 10_000

/**
 * Makes uuids of version 7 (RFC 9562 §5.7), strictly increasing: within a millisecond a counter with a random start counts up (§6.2
 * method 1), and each has 48 random bits.
 */
export function uuidMaker(random: Pick<Random, 'bytes'>): (nowMs: number) => string {
  let lastMs = -1
  let counter = 0
  let time = ''
  let pool = ''
  let at = 0
  const take = (digits: number): string => {
    if (at + digits > pool.length) {
      pool = Buffer.from(random.bytes(POOL_BYTES)).toString('hex')
      at = 0
    }
    at += digits
    return pool.slice(at - digits, at)
  }
  const start = (ms: number): void => {
    lastMs = ms
    const digits = ms.toString(16).padStart(12, '0')
    time = `${digits.slice(0, 8)}-${digits.slice(8)}`
    // The seed leaves the top bit free, so that a millisecond has room for 2^25.
    counter = Number.parseInt(take(8), 16) >>> 7
  }
  return (now) => {
    if (now > lastMs || now < lastMs - MAX_ROLLBACK_MS) start(now)
    else if (++counter === COUNTER_LIMIT) start(lastMs + 1)
    const high = (0x7000 | (counter >>> 14)).toString(16)
    const low = (0x8000 | (counter & 0x3fff)).toString(16)
    return `${time}-${high}-${low}-${take(RANDOM_DIGITS)}`
  }
}
