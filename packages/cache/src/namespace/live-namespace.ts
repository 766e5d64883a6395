// On the request path: what users of a namespace call. A hit in memory makes no promise but the one that it returns.
import { toKeyText } from '../entry/index.ts'
import { CHANNELS } from '../events/index.ts'
import type { MemoryEntry, SteadyTime } from '../memory/index.ts'
import type { TagTable } from '../tags/index.ts'
import type {
  CacheCallOptions,
  CacheEntryInput,
  CacheKey,
  CacheSetOptions,
  Namespace,
} from '../contract/index.ts'
import { assertList, checkCall } from './check-call.ts'
import { joinedFlight, leaveFlight, runningFlight } from './flights.ts'
import { getOrCompute } from './get-or-compute.ts'
import { assertFactory, toMade, type AnyFactory } from './made.ts'
import { isMarked } from './marked.ts'
import type { NamespaceParts } from './namespace-parts.ts'
import { CALL_OPTIONS, SET_OPTIONS } from './options.ts'
import { readShared } from './read-shared.ts'
import { emptyOf, serveComputed, serveFresh } from './serve.ts'
import type { TransactionMarks } from './transaction-marks.ts'
import { withinSignal } from './within-signal.ts'
import type { Writing } from './write.ts'
import { clearValues, deleteValues, writeValues } from './write-calls.ts'

const HITS = CHANNELS.hit

/** What was invalidated before it was joined. */
export const OLD = Symbol('old')

/** A namespace as its users have it. */
export class LiveNamespace implements Namespace<never, unknown> {
  readonly name: string
  readonly #parts: NamespaceParts
  // What a hit needs, so that it need not be looked for.
  readonly #entries: Map<string, MemoryEntry>
  readonly #time: SteadyTime
  readonly #tags: TagTable
  readonly #transactions: TransactionMarks
  readonly #counts: NamespaceParts['counts']
  readonly #isCopied: boolean

  constructor(parts: NamespaceParts) {
    this.name = parts.name
    this.#parts = parts
    this.#entries = parts.map.entries
    this.#time = parts.core.time
    this.#tags = parts.core.tags
    this.#transactions = parts.core.transactions
    this.#counts = parts.counts
    this.#isCopied = parts.settings.reads === 'copied'
  }

  /** Waits with those of the computation that runs for a key; undefined where none does that is joined. {@link OLD} for what is for them alone. */
  join(key: CacheKey): Promise<unknown> | undefined {
    const parts = this.#parts
    const { softTimeoutMs } = parts.settings
    const running = joinedFlight(parts, toKeyText(key, this.name))
    if (running === undefined) return undefined
    const { count } = running.watch
    return running.wait({ softTimeoutMs, signal: undefined }).then((served) => {
      if (!running.watch.hadSeen(served.tags, count)) return serveComputed(parts, served)
      leaveFlight(parts, running)
      return OLD
    })
  }

  /** When the computation that runs for a key is over; undefined where none does. */
  flightEnd(key: CacheKey): Promise<void> | undefined {
    return runningFlight(this.#parts, toKeyText(key, this.name))?.ended
  }

  peek(key: CacheKey): unknown {
    const entry = this.#fresh(toKeyText(key, this.name))
    if (entry === undefined || entry.empty !== undefined) return undefined
    return this.#hit(entry)
  }

  get(key: CacheKey, options?: CacheCallOptions): Promise<unknown> {
    try {
      const entry = this.#fresh(toKeyText(key, this.name))
      if (entry !== undefined)
        return Promise.resolve(entry.empty === undefined ? this.#hit(entry) : undefined)
    } catch (error) {
      // oxlint-disable-next-line prefer-promise-reject-errors -- goes on as it is
      return Promise.reject(error)
    }
    return this.getMany([key], options).then(([value]) => value)
  }

  async getMany(keys: readonly CacheKey[], options?: CacheCallOptions): Promise<unknown[]> {
    const parts = this.#parts
    checkCall(CALL_OPTIONS, options, `${this.name}.getMany`)
    const texts = this.#texts(keys, 'getMany')
    const entries = texts.map((text) => this.#fresh(text))
    const missing = texts.filter((text, at) => entries[at] === undefined && !isMarked(parts, text))
    const found = await withinSignal(readShared(parts, [...new Set(missing)]), options?.signal)
    return texts.map((text, at) => {
      const entry = entries[at]
      if (entry !== undefined) return entry.empty === undefined ? this.#hit(entry) : undefined
      return serveFresh(parts, found.get(text))
    })
  }

  getOrSet(key: CacheKey, factory: AnyFactory, options?: CacheSetOptions): Promise<never> {
    try {
      const text = toKeyText(key, this.name)
      const entry = this.#fresh(text)
      if (entry === undefined) return this.#getOrCompute(text, factory, options) as Promise<never>
      return Promise.resolve(
        entry.empty === undefined ? this.#hit(entry) : this.#hitEmpty(entry),
      ) as Promise<never>
    } catch (error) {
      // oxlint-disable-next-line prefer-promise-reject-errors -- goes on as it is
      return Promise.reject(error)
    }
  }

  async set(key: CacheKey, value: never, options?: CacheSetOptions): Promise<void> {
    checkCall(SET_OPTIONS, options, `${this.name}.set`)
    const { signal, ...written } = options ?? {}
    await this.setMany([{ key, value, ...written }], { signal })
  }

  async setMany(entries: readonly CacheEntryInput<never>[], options?: CacheCallOptions): Promise<void> {
    checkCall(CALL_OPTIONS, options, `${this.name}.setMany`)
    assertList(entries, `${this.name}.setMany`, '{ key, value }')
    const writings = new Map<string, Writing>()
    for (const { key, value, ...written } of entries) {
      checkCall(SET_OPTIONS, written, `${this.name}.set`)
      const text = toKeyText(key, this.name)
      writings.set(text, { key: text, made: toMade(this.#parts, value, { ...written, isOurs: false }) })
    }
    await writeValues(this.#parts, [...writings.values()], options?.signal)
  }

  async delete(key: CacheKey, options?: CacheCallOptions): Promise<void> {
    checkCall(CALL_OPTIONS, options, `${this.name}.delete`)
    await this.#drop([toKeyText(key, this.name)], options)
  }

  async deleteMany(keys: readonly CacheKey[], options?: CacheCallOptions): Promise<void> {
    checkCall(CALL_OPTIONS, options, `${this.name}.deleteMany`)
    await this.#drop(this.#texts(keys, 'deleteMany'), options)
  }

  async clear(options?: CacheCallOptions): Promise<void> {
    checkCall(CALL_OPTIONS, options, `${this.name}.clear`)
    await clearValues(this.#parts, options?.signal)
  }

  #texts(keys: readonly CacheKey[], method: string): string[] {
    assertList(keys, `${this.name}.${method}`, 'keys')
    return keys.map((key) => toKeyText(key, this.name))
  }

  async #drop(texts: readonly string[], options: CacheCallOptions | undefined): Promise<void> {
    const parts = this.#parts
    const keys = [...new Set(texts)].map((key) => ({ parts, key }))
    await deleteValues(parts.core, keys, options?.signal)
  }

  async #getOrCompute(
    text: string,
    factory: AnyFactory,
    options: CacheSetOptions | undefined,
  ): Promise<unknown> {
    checkCall(SET_OPTIONS, options, `${this.name}.getOrSet`)
    assertFactory(factory, `${this.name}.getOrSet`)
    return getOrCompute(this.#parts, text, { factory, options: options ?? {} })
  }

  /** The entry in memory, if it is fresh and may be read here. */
  #fresh(text: string): MemoryEntry | undefined {
    const entry = this.#entries.get(text)
    if (entry === undefined) return undefined
    const time = this.#time
    if (entry.freshUntil <= (time.left-- > 0 ? time.last : time.ask())) return undefined
    if (entry.checkedAt !== this.#tags.invalidations && !this.#parts.isAlive(entry)) return undefined
    return this.#transactions.open > 0 && isMarked(this.#parts, text, entry) ? undefined : entry
  }

  #hit(entry: MemoryEntry): unknown {
    this.#count(entry)
    return this.#isCopied ? this.#parts.codec.read(entry.held) : entry.held
  }

  #hitEmpty(entry: MemoryEntry): null | undefined {
    this.#count(entry)
    return emptyOf(entry)
  }

  #count(entry: MemoryEntry): void {
    entry.wasUsed = true
    this.#counts.hits++
    if (HITS.hasSubscribers) this.#parts.say('hit')
  }
}

/** {@link LiveNamespace.join} of a namespace, as others in the package know it. */
export function joinFlight<T>(namespace: Namespace<T>, key: CacheKey): Promise<unknown> | undefined {
  return namespace instanceof LiveNamespace ? namespace.join(key) : undefined
}

/** {@link LiveNamespace.flightEnd} of a namespace, as others in the package know it. */
export function flightEnd<T>(namespace: Namespace<T>, key: CacheKey): Promise<void> | undefined {
  return namespace instanceof LiveNamespace ? namespace.flightEnd(key) : undefined
}
