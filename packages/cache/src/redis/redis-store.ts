// On the request path: sessions, limits and caches read it per request.
import type {
  KeyValueCapabilities,
  KeyValueStore,
  StoreCallOptions,
  StoreChange,
  StoreEntry,
  StoreIncrementOptions,
  StoreQuota,
  StoreTaken,
  StoreWriteOptions,
} from '@keelson/core'
import {
  assertAmount,
  assertBytes,
  assertCallOptions,
  assertChange,
  assertEntries,
  assertKey,
  assertKeys,
  assertQuota,
  assertTouch,
  assertTtl,
  bucketParts,
  bucketTaken,
  PortClosedError,
  STORE_OPTIONS,
  StoreCounterError,
} from '@keelson/core/ports'
import type { RedisKeys } from './redis-keys.ts'
import type { RedisLink } from './redis-link.ts'
import { scanServers, type ScanCall } from './redis-scan.ts'
import { runScript } from './redis-script.ts'
import { serverIds } from './server-ids.ts'
import type { RedisReply, RedisSession } from './session.ts'
import { COMPARE_AND_SET, INCREMENT, TAKE } from './store-scripts.ts'

const EVICTING: KeyValueCapabilities = Object.freeze({
  add: true,
  compareAndSet: true,
  increment: true,
  touch: true,
  batch: true,
  shared: true,
  durable: true,
  keeps: false,
})
const KEEPING: KeyValueCapabilities = Object.freeze({ ...EVICTING, keeps: true })

const { call: CALL, write: WRITE, change: CHANGE } = STORE_OPTIONS

/** Parts of a {@link RedisStore}. */
export interface RedisStoreParts {
  readonly link: RedisLink
  readonly keys: RedisKeys
  readonly keeps: boolean
  readonly close: () => Promise<void>
}

/** Who the servers are, for a cache: one that is another may have what was invalidated since. */
export interface RedisServers {
  /** Another number after each connection that was made. */
  readonly connections: number
  /** Ids of those to which there is a connection, how many there are, and the number as it was when they were asked. */
  ask(): Promise<{ readonly ids: readonly string[]; readonly count: number; readonly connections: number }>
}

/** A store on Redis. No message has a key: the key of a session is a credential. */
export class RedisStore implements KeyValueStore {
  readonly capabilities: KeyValueCapabilities
  readonly #link: RedisLink
  readonly #keys: RedisKeys
  readonly #close: () => Promise<void>
  readonly '~internal': { readonly servers: RedisServers; readonly scan: (call: ScanCall) => Promise<void> }
  #isClosed = false

  constructor({ link, keys, keeps, close }: RedisStoreParts) {
    this.capabilities = keeps ? KEEPING : EVICTING
    this.#link = link
    this.#keys = keys
    this.#close = close
    const servers: RedisServers = {
      get connections() {
        return link.connections
      },
      ask: () =>
        link.run(async (session) => {
          const { connections } = link
          return { connections, count: session.masters, ids: await serverIds(session) }
        }),
    }
    const scan = (call: ScanCall): Promise<void> =>
      scanServers(link, { ...call, prefix: keys.of(call.prefix) })
    this['~internal'] = { servers, scan }
  }

  async get(key: string, options?: StoreCallOptions): Promise<Uint8Array | undefined> {
    assertKey(key)
    const at = this.#keys.of(key)
    return toValue(await this.#call(options, CALL, (session) => session.send(['GET', at], at)))
  }

  async set(key: string, value: Uint8Array, options?: StoreWriteOptions): Promise<void> {
    const args = this.#setting(key, value, options)
    await this.#call(options, WRITE, (session) => session.send(args, args[1] as string))
  }

  async add(key: string, value: Uint8Array, options?: StoreWriteOptions): Promise<boolean> {
    const args = [...this.#setting(key, value, options), 'NX']
    const reply = await this.#call(options, WRITE, (session) => session.send(args, args[1] as string))
    return reply !== null
  }

  async compareAndSet(key: string, change: StoreChange): Promise<boolean> {
    assertKey(key)
    assertChange(change)
    const { expected, next, ttlMs } = change
    const args = [...given(expected), ...given(next), String(ttlMs ?? '')]
    const reply = await this.#call(change, CHANGE, (session) =>
      runScript(session, COMPARE_AND_SET, { key: this.#keys.of(key), args }),
    )
    return Number(reply) === 1
  }

  async increment(key: string, by: number, options: StoreIncrementOptions = {}): Promise<number> {
    assertKey(key)
    assertAmount(by)
    const { ttlMs, max } = options
    assertTtl(ttlMs)
    if (max !== undefined) assertAmount(max, 'max')
    const args = [String(by), String(max ?? ''), String(ttlMs ?? '')]
    const sum = String(
      await this.#call(options, STORE_OPTIONS.increment, (session) =>
        runScript(session, INCREMENT, { key: this.#keys.of(key), args }),
      ),
    )
    if (sum === 'counter')
      throw new StoreCounterError('The value is not a whole number, or the sum would exceed ±(2^53 − 1).')
    return Number(sum)
  }

  readonly take = async (key: string, quota: StoreQuota): Promise<StoreTaken> => {
    assertKey(key)
    assertQuota(quota)
    const parts = bucketParts(quota)
    const args = [quota.amount, parts.unit, parts.capacity, parts.perMs].map(String)
    const used = String(
      await this.#call(undefined, CALL, (session) =>
        runScript(session, TAKE, { key: this.#keys.of(key), args }),
      ),
    )
    if (used === 'quota') throw new StoreCounterError('The value is not a quota.')
    // The script and this decide by the same arithmetic of the same doubles.
    return bucketTaken(quota, Number(used), parts)
  }

  async touch(key: string, ttlMs: number, options?: StoreCallOptions): Promise<boolean> {
    assertKey(key)
    assertTouch(ttlMs)
    const at = this.#keys.of(key)
    const reply = await this.#call(options, CALL, (session) =>
      session.send(['PEXPIRE', at, String(ttlMs)], at),
    )
    return Number(reply) === 1
  }

  async delete(key: string, options?: StoreCallOptions): Promise<boolean> {
    return (await this.deleteMany([key], options)) === 1
  }

  async getMany(keys: readonly string[], options?: StoreCallOptions): Promise<(Uint8Array | undefined)[]> {
    const groups = this.#grouped(keys)
    const values: (Uint8Array | undefined)[] = Array.from({ length: keys.length })
    await this.#call(options, CALL, (session) =>
      Promise.all(
        groups.map(async (group) => {
          const found = await session.send(['MGET', ...group.map(({ at }) => at)], group[0]?.at)
          group.forEach(({ index }, nth) => {
            values[index] = toValue((found as readonly RedisReply[])[nth] ?? null)
          })
        }),
      ),
    )
    return values
  }

  async setMany(entries: readonly StoreEntry[], options?: StoreCallOptions): Promise<void> {
    assertEntries(entries)
    const commands = entries.map((entry) => this.#setting(entry.key, entry.value, entry))
    await this.#call(options, CALL, (session) =>
      Promise.all(commands.map((args) => session.send(args, args[1] as string))),
    )
  }

  async deleteMany(keys: readonly string[], options?: StoreCallOptions): Promise<number> {
    const groups = this.#grouped(keys)
    const counts = await this.#call(options, CALL, (session) =>
      Promise.all(
        groups.map(async (group) => session.send(['UNLINK', ...group.map(({ at }) => at)], group[0]?.at)),
      ),
    )
    return counts.reduce((sum: number, count) => sum + Number(count), 0)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#close()
  }

  async #call<T>(
    options: StoreCallOptions | undefined,
    known: readonly string[],
    work: (session: RedisSession) => Promise<T>,
  ): Promise<T> {
    if (this.#isClosed) throw new PortClosedError('The store is closed.')
    assertCallOptions(options, known)
    options?.signal?.throwIfAborted()
    return this.#link.run(work, options?.signal)
  }

  #setting(key: string, value: Uint8Array, options?: { readonly ttlMs?: number | undefined }) {
    assertKey(key)
    assertBytes(value)
    assertTtl(options?.ttlMs)
    // A copy, since the caller may change what it gave before it is sent.
    const args = ['SET', this.#keys.of(key), Buffer.from(value)]
    return options?.ttlMs === undefined ? args : [...args, 'PX', String(options.ttlMs)]
  }

  #grouped(keys: readonly string[]) {
    assertKeys(keys)
    return this.#keys.groups(keys)
  }
}

function given(value: Uint8Array | undefined): [string, Buffer] {
  return value === undefined ? ['0', Buffer.alloc(0)] : ['1', Buffer.from(value)]
}

/** A copy, as plain bytes: a part of what the socket read would keep all of it. */
function toValue(reply: RedisReply): Uint8Array | undefined {
  if (reply === null) return undefined
  return new Uint8Array(typeof reply === 'string' ? Buffer.from(reply) : (reply as Buffer))
}
