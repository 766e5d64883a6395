// On the request path: one id is made for every request.
import { randomFillSync } from 'node:crypto'
import { isFieldValue } from '../errors/header-text.ts'

const POOL_WORDS = 4096
const RANDOM_WORDS_PER_ID = 3
// 26 bits of counter: 12 in rand_a and 14 at the head of rand_b.
const COUNTER_LIMIT = 0x400_0000
// The seed leaves the top bit free, so a millisecond has room for at least 2^25 ids (RFC 9562 §6.2, rollover guard).
const SEED_MASK = 0x1ff_ffff
// A clock that is set back less than this is bridged by the counter; further back, the new time is used.
const MAX_ROLLBACK_MS = 10_000

// Ids are slices of one text: making a string from bytes costs more than all the rest, for one id as for many. A batch
// has as many as the last millisecond used, since ids contain the time, so few are wasted, and one id keeps at most 2 KB.
const MAX_BATCH = 64
const ID_LENGTH = 36
const HEX_DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
const pool = new Uint16Array(POOL_WORDS)
let poolAt = POOL_WORDS
const bytes = Buffer.from('00000000-0000-7000-8000-000000000000'.repeat(MAX_BATCH), 'latin1')
/** Ids of the millisecond `batchMs`, of which those before `batchAt` are used. */
let batch = ''
let batchAt = 0
let batchMs = 0
/** Ids used in that millisecond before this batch. */
let usedBefore = 0
let lastMs = 0
let counter = 0

/**
 * Makes a request id: a UUIDv7 (RFC 9562 §5.7), so ids sort by time. Ids of one process are strictly increasing:
 * within a millisecond a 26 bit counter with a random start counts up (§6.2 method 1); each id has 48 random bits.
 *
 * @param now - Unix time in milliseconds; default `Date.now()`
 */
export function newRequestId(now: number = Date.now()): string {
  if (now !== batchMs || batchAt === batch.length) makeBatch(now)
  const from = batchAt
  batchAt += ID_LENGTH
  return batch.slice(from, batchAt)
}

function makeBatch(now: number): void {
  const used = usedBefore + batchAt / ID_LENGTH
  usedBefore = now === batchMs ? used : 0
  batchMs = now
  batchAt = 0
  const size = Math.min(Math.max(used, 1), MAX_BATCH)
  for (let at = 0; at < size * ID_LENGTH; at += ID_LENGTH) writeId(now, at)
  batch = bytes.toString('latin1', 0, size * ID_LENGTH)
}

function writeId(now: number, at: number): void {
  if (now > lastMs || now < lastMs - MAX_ROLLBACK_MS) startMillisecond(now)
  else if (++counter === COUNTER_LIMIT) startMillisecond(lastMs + 1)
  if (poolAt + RANDOM_WORDS_PER_ID > POOL_WORDS) refill()
  writeWord(at, timeHigh)
  writeWord(at + 4, timeMiddle)
  writeWord(at + 9, timeLow)
  writeWord(at + 14, 0x7000 | (counter >>> 14))
  writeWord(at + 19, 0x8000 | (counter & 0x3fff))
  writeWord(at + 24, pool[poolAt++] as number)
  writeWord(at + 28, pool[poolAt++] as number)
  writeWord(at + 32, pool[poolAt++] as number)
}

const WELL_FORMED = /^[A-Za-z0-9._~-]{1,128}$/

/**
 * Whether an inbound request id may be used: 1 to 128 characters of letters, digits and `.` `_` `~` `-`
 * (the unreserved characters of RFC 3986 §2.3). Safe in headers, log lines and URLs.
 */
export function isWellFormedRequestId(value: unknown): value is string {
  return typeof value === 'string' && WELL_FORMED.test(value)
}

/** Decides which callers may set the id of their request. */
export interface RequestIdPolicyOptions {
  /** Whether inbound ids are used: never (`false`, the default), always, or by the address of the peer. */
  readonly trust?: boolean | ((remoteAddress: string | undefined) => boolean) | undefined
  /** Makes the id of all other requests: a valid header value (RFC 9110 §5.5). Default: a UUIDv7. */
  readonly generate?: (() => string) | undefined
}

/** Returns the id of a request: the inbound one when it is well formed and trusted, otherwise a new one. */
export type RequestIdPolicy = (inbound: string | undefined, remoteAddress: string | undefined) => string

/** Turns options into the function that the request path calls. Decided once, at set-up. */
export function createRequestIdPolicy(options: RequestIdPolicyOptions = {}): RequestIdPolicy {
  const { trust = false } = options
  const generate = options.generate === undefined ? newRequestIdNow : checked(options.generate)
  if (trust === false) return generate
  if (trust === true) return (inbound) => (isWellFormedRequestId(inbound) ? inbound : generate())
  return (inbound, remoteAddress) =>
    isWellFormedRequestId(inbound) && trust(remoteAddress) ? inbound : generate()
}

function newRequestIdNow(): string {
  return newRequestId()
}

/** Called without arguments: a generator of the user must not receive ours. */
function checked(generate: () => string): () => string {
  return () => {
    const id: unknown = generate()
    if (typeof id === 'string' && id !== '' && isFieldValue(id)) return id
    throw new TypeError(
      `requestId.generate returned ${JSON.stringify(id)}, which is not a valid header value.`,
    )
  }
}

// Of `lastMs`, 16 bits each.
let timeHigh = 0
let timeMiddle = 0
let timeLow = 0

function startMillisecond(ms: number): void {
  if (poolAt + 2 > POOL_WORDS) refill()
  lastMs = ms
  counter = (((pool[poolAt++] as number) << 16) | (pool[poolAt++] as number)) & SEED_MASK
  timeLow = ms & 0xffff
  timeMiddle = (ms / 0x1_0000) & 0xffff
  timeHigh = (ms / 0x1_0000_0000) & 0xffff
}

function refill(): void {
  randomFillSync(pool)
  poolAt = 0
}

function writeWord(at: number, word: number): void {
  bytes[at] = HEX_DIGITS[word >>> 12] as number
  bytes[at + 1] = HEX_DIGITS[(word >>> 8) & 15] as number
  bytes[at + 2] = HEX_DIGITS[(word >>> 4) & 15] as number
  bytes[at + 3] = HEX_DIGITS[word & 15] as number
}
