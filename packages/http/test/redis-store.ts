import { Redis } from 'ioredis'
import type {
  KeyValueStore,
  StoreCallOptions,
  StoreChange,
  StoreEntry,
  StoreIncrementOptions,
  StoreWriteOptions,
} from '@keelson/core'
import {
  assertAmount,
  assertBytes,
  assertCallOptions,
  assertKey,
  assertTtl,
  PortArgumentError,
  PortClosedError,
  StoreCounterError,
  StoreFullError,
} from '@keelson/core/ports'

/** Adds up to a most, as one step: { sum }, or a text that says what is wrong. Amounts come as texts, and leave as texts. */
const INCREMENT = `
local kept = redis.call('GET', KEYS[1])
if kept and (not string.match(kept, '^-?%d+$') or #kept > 17 or math.abs(tonumber(kept)) > 9007199254740991) then return 'counter' end
local by = tonumber(ARGV[1])
local sum = (tonumber(kept or '0')) + by
if ARGV[2] ~= '' and by > 0 and sum > tonumber(ARGV[2]) then return string.format('%.0f', sum) end
if math.abs(sum) > 9007199254740991 then return 'counter' end
local text = string.format('%.0f', sum)
if kept then redis.call('SET', KEYS[1], text, 'KEEPTTL')
elseif ARGV[3] == '' then redis.call('SET', KEYS[1], text)
else redis.call('SET', KEYS[1], text, 'PX', ARGV[3]) end
return text`

/** Replaces what is expected. */
const COMPARE_AND_SET = `
local kept = redis.call('GET', KEYS[1])
if ARGV[1] == '0' then if kept then return 0 end elseif kept ~= ARGV[2] then return 0 end
if ARGV[3] == '0' then redis.call('DEL', KEYS[1])
elseif ARGV[5] == '' then redis.call('SET', KEYS[1], ARGV[4])
else redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5]) end
return 1`

const CALL = ['signal']
const WRITE = [...CALL, 'ttlMs']

/** A store on a Redis that is there, in a part of its keys. For tests: it knows nothing of reconnecting. */
export class RedisStore implements KeyValueStore {
  readonly capabilities = {
    add: true,
    compareAndSet: true,
    increment: true,
    touch: true,
    batch: true,
    shared: true,
    durable: true,
    keeps: true,
  }
  readonly #redis: Redis
  readonly #prefix: string
  #isClosed = false

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis
    this.#prefix = prefix
  }

  async get(key: string, options?: StoreCallOptions): Promise<Uint8Array | undefined> {
    this.#begin(options, CALL)
    return this.#wait(this.#redis.getBuffer(this.#keyOf(key)).then(toBytes), options)
  }

  async set(key: string, value: Uint8Array, options?: StoreWriteOptions): Promise<void> {
    this.#begin(options, WRITE)
    assertBytes(value)
    const { ttlMs } = checkedTtl(options)
    const at = this.#keyOf(key)
    const written =
      ttlMs === undefined
        ? this.#redis.set(at, toBuffer(value))
        : this.#redis.set(at, toBuffer(value), 'PX', ttlMs)
    await this.#wait(written, options)
  }

  async add(key: string, value: Uint8Array, options?: StoreWriteOptions): Promise<boolean> {
    this.#begin(options, WRITE)
    assertBytes(value)
    return this.compareAndSet(key, { ...options, expected: undefined, next: value })
  }

  async compareAndSet(key: string, change: StoreChange): Promise<boolean> {
    if (change === undefined) throw new PortArgumentError('compareAndSet needs { expected, next }.')
    this.#begin(change, [...WRITE, 'expected', 'next'])
    const { expected, next, ttlMs } = checkedTtl(change) as StoreChange
    for (const value of [expected, next]) if (value !== undefined) assertBytes(value)
    const given = (value: Uint8Array | undefined) => [value === undefined ? '0' : '1', toBuffer(value)]
    const arguments_ = [...given(expected), ...given(next), String(ttlMs ?? '')]
    const done = await this.#wait(
      this.#redis.eval(COMPARE_AND_SET, 1, this.#keyOf(key), ...arguments_),
      change,
    )
    return done === 1
  }

  async increment(key: string, by: number, options?: StoreIncrementOptions): Promise<number> {
    this.#begin(options, [...WRITE, 'max'])
    assertAmount(by)
    const { ttlMs, max } = checkedTtl(options) as StoreIncrementOptions
    if (max !== undefined) assertAmount(max, 'max')
    const given = [by, max ?? '', ttlMs ?? ''].map(String)
    const sum = await this.#wait(this.#redis.eval(INCREMENT, 1, this.#keyOf(key), ...given), options)
    if (sum === 'counter')
      throw new StoreCounterError('The value is not a whole number, or the sum too large.')
    return Number(sum)
  }

  async touch(key: string, ttlMs: number, options?: StoreCallOptions): Promise<boolean> {
    this.#begin(options, CALL)
    if (ttlMs === undefined) throw new PortArgumentError('touch needs a ttlMs.')
    assertTtl(ttlMs)
    return (await this.#wait(this.#redis.pexpire(this.#keyOf(key), ttlMs), options)) === 1
  }

  async delete(key: string, options?: StoreCallOptions): Promise<boolean> {
    return (await this.deleteMany([key], options)) === 1
  }

  async getMany(keys: readonly string[], options?: StoreCallOptions): Promise<(Uint8Array | undefined)[]> {
    this.#begin(options, CALL)
    const at = this.#keysOf(keys)
    if (at.length === 0) return []
    return (await this.#wait(this.#redis.mgetBuffer(at), options)).map(toBytes)
  }

  async setMany(entries: readonly StoreEntry[], options?: StoreCallOptions): Promise<void> {
    this.#begin(options, CALL)
    if (!Array.isArray(entries)) throw new PortArgumentError('The entries must be a list.')
    const pipeline = this.#redis.pipeline()
    for (const entry of entries as readonly StoreEntry[]) {
      if (entry === undefined) throw new PortArgumentError('An entry must have a key and a value.')
      assertCallOptions(entry, ['key', 'value', 'ttlMs'])
      assertBytes(entry.value)
      const { ttlMs } = checkedTtl(entry)
      if (ttlMs === undefined) pipeline.set(this.#keyOf(entry.key), toBuffer(entry.value))
      else pipeline.set(this.#keyOf(entry.key), toBuffer(entry.value), 'PX', ttlMs)
    }
    await this.#wait(pipeline.exec(), options)
  }

  async deleteMany(keys: readonly string[], options?: StoreCallOptions): Promise<number> {
    this.#begin(options, CALL)
    const at = this.#keysOf(keys)
    return at.length === 0 ? 0 : this.#wait(this.#redis.unlink(at), options)
  }

  async close(): Promise<void> {
    this.#isClosed = true
  }

  #begin(options: StoreCallOptions | undefined, known: readonly string[]): void {
    if (this.#isClosed) throw new PortClosedError('The store is closed.')
    assertCallOptions(options, known)
    options?.signal?.throwIfAborted()
  }

  #keyOf(key: string): string {
    assertKey(key)
    return this.#prefix + key
  }

  #keysOf(keys: readonly string[]): string[] {
    if (!Array.isArray(keys)) throw new PortArgumentError('The keys must be a list.')
    return keys.map((key: string) => this.#keyOf(key))
  }

  async #wait<T>(answer: Promise<T>, { signal }: StoreCallOptions = {}): Promise<T> {
    const aborted = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    })
    try {
      return await Promise.race([answer, aborted])
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('OOM'))
        throw new StoreFullError('Redis is full.')
      throw error
    }
  }
}

function checkedTtl<T extends { readonly ttlMs?: number | undefined }>(options: T | undefined): Partial<T> {
  assertTtl(options?.ttlMs)
  return options ?? {}
}

function toBuffer(value: Uint8Array | undefined): Buffer {
  return Buffer.from(value ?? [])
}

function toBytes(value: Buffer | null): Uint8Array | undefined {
  return value === null ? undefined : new Uint8Array(value)
}

/** A Redis at hand, or why it is not. */
export interface FoundRedis {
  readonly redis: Redis | undefined
  /** Why what needs one is skipped. */
  readonly reason: string
}

/** Asks for the Redis of the tests. Where `CI` is set it must be there: nothing would be proven of it. */
export async function findRedis(): Promise<FoundRedis> {
  const { KEELSON_TEST_REDIS: url = 'redis://127.0.0.1:6379', CI } = process.env
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    await redis.ping()
    return { redis, reason: '' }
  } catch (error) {
    redis.disconnect()
    if (CI !== undefined) throw error
    const reason = `no Redis answers at ${url}: ${String(error)}`
    process.stderr.write(`${reason}, so that nothing was proven of it\n`)
    return { redis: undefined, reason }
  }
}
