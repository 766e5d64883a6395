// On the request path: what users of a namespace call. A hit in memory makes no promise but the one that it returns.
import { ArgumentError } from '@keelson/core'
import { currentTransaction } from '@keelson/core/frames'
import { checkCallOptions, describeValue } from '@keelson/core/options'
import { toKeyText } from '../entry/index.ts'
import { CHANNELS } from '../events/index.ts'
import { Flight, type Served } from '../flight/index.ts'
import type { MemoryEntry, SteadyTime } from '../memory/index.ts'
import { GONE } from '../shared/index.ts'
import type { TagTable } from '../tags/index.ts'
import type {
  CacheCallOptions,
  CacheEntryInput,
  CacheKey,
  CacheSetOptions,
  Namespace,
} from '../contract/index.ts'
import { compute, type Job } from './compute.ts'
import { assertFactory, toMade, type AnyFactory } from './made.ts'
import type { NamespaceParts } from './namespace-parts.ts'
import { CALL_OPTIONS, SET_OPTIONS } from './options.ts'
import { passBy } from './pass-by.ts'
import { dropKeys } from './drop-keys.ts'
import { writeAll, type Writing } from './write.ts'
import { keyMark, type TransactionMarks } from './transaction-marks.ts'
import { withinSignal } from './within-signal.ts'

const HITS = CHANNELS.hit
const NO_OPTIONS: CacheSetOptions = {}

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

  /** Waits with those of the computation that runs for a key; undefined where none does that is joined. */
  join(key: CacheKey): Promise<unknown> | undefined {
    const { softTimeoutMs } = this.#parts.settings
    const running = this.#joined(toKeyText(key, this.name))
    return running?.wait({ softTimeoutMs, signal: undefined }).then((served) => this.#giveComputed(served))
  }

  /** When the computation that runs for a key is over; undefined where none does. */
  flightEnd(key: CacheKey): Promise<void> | undefined {
    return this.#running(toKeyText(key, this.name))?.ended
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

  async getMany(keys: readonly CacheKey[], options: CacheCallOptions = NO_OPTIONS): Promise<unknown[]> {
    this.#check(CALL_OPTIONS, options, 'getMany')
    this.#assertList(keys, 'getMany', 'keys')
    const texts = keys.map((key) => toKeyText(key, this.name))
    const entries = texts.map((text) => this.#fresh(text))
    const missing = [
      ...new Set(texts.filter((text, at) => entries[at] === undefined && !this.#isMarked(text))),
    ]
    const found = await withinSignal(this.#readShared(missing), options.signal)
    return texts.map((text, at) => {
      const entry = entries[at]
      if (entry !== undefined) return entry.empty === undefined ? this.#hit(entry) : undefined
      return this.#give(found.get(text))
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

  async set(key: CacheKey, value: never, options: CacheSetOptions = NO_OPTIONS): Promise<void> {
    this.#check(SET_OPTIONS, options, 'set')
    const { signal, ...written } = options
    await this.setMany([{ key, value, ...written }], { signal })
  }

  async setMany(
    entries: readonly CacheEntryInput<never>[],
    options: CacheCallOptions = NO_OPTIONS,
  ): Promise<void> {
    this.#check(CALL_OPTIONS, options, 'setMany')
    this.#assertList(entries, 'setMany', '{ key, value }')
    const writings = new Map<string, Writing>()
    for (const { key, value, ...written } of entries) {
      this.#check(SET_OPTIONS, written, 'set')
      const text = toKeyText(key, this.name)
      writings.set(text, { key: text, made: toMade(this.#parts, value, { ...written, isOurs: false }) })
    }
    const all = [...writings.values()]
    if (currentTransaction() === undefined) return withinSignal(writeAll(this.#parts, all), options.signal)
    this.#deferWrite(all)
  }

  /** What an open transaction has read may be undone, or changed by another that commits before it: that is not written. */
  #deferWrite(writings: readonly Writing[]): void {
    const parts = this.#parts
    const keys = writings.map(({ key }) => key)
    const watch = parts.watch(keys)
    let good: readonly Writing[] = []
    const judge = (): void => {
      parts.unwatch(keys, watch)
      good = writings.filter(({ key, made }) => !watch.hasSeenKey(key) && !watch.concerns(made.tags))
    }
    const marks = keys.map((key) => keyMark(this.name, key))
    parts.core.transactions.deferWrite(marks, {
      write: () => writeAll(parts, good),
      drop: () => dropKeys(parts, keys),
      onEnd: judge,
    })
  }

  async delete(key: CacheKey, options: CacheCallOptions = NO_OPTIONS): Promise<void> {
    this.#check(CALL_OPTIONS, options, 'delete')
    const text = toKeyText(key, this.name)
    const drop = (): Promise<void> => dropKeys(this.#parts, [text])
    if (!this.#defer([text], drop)) await withinSignal(drop(), options.signal)
  }

  async clear(options: CacheCallOptions = NO_OPTIONS): Promise<void> {
    this.#check(CALL_OPTIONS, options, 'clear')
    const { core, ownTag } = this.#parts
    const clear = (): Promise<void> => core.invalidate([ownTag], false)
    if (!core.transactions.defer([ownTag], clear)) await withinSignal(clear(), options.signal)
  }

  #check(table: Parameters<typeof checkCallOptions>[0], options: object, method: string): void {
    if (options !== NO_OPTIONS)
      checkCallOptions(table, options, { name: `${this.name}.${method}`, below: undefined })
  }

  #assertList(given: unknown, method: string, what: string): void {
    if (Array.isArray(given)) return
    throw new ArgumentError(`${this.name}.${method}: Give a list of ${what}, not ${describeValue(given)}.`)
  }

  #defer(texts: readonly string[], work: () => Promise<void>): boolean {
    const marks = texts.map((text) => keyMark(this.name, text))
    return this.#parts.core.transactions.defer(marks, work)
  }

  /** The entry in memory, if it is fresh and may be read here. */
  #fresh(text: string): MemoryEntry | undefined {
    const entry = this.#entries.get(text)
    if (entry === undefined) return undefined
    const time = this.#time
    if (entry.freshUntil <= (time.left-- > 0 ? time.last : time.ask())) return undefined
    if (entry.checkedAt !== this.#tags.invalidations && !this.#parts.isAlive(entry)) return undefined
    return this.#transactions.open > 0 && this.#isMarked(text, entry) ? undefined : entry
  }

  /** Whether the transaction around has invalidated it, or may have. */
  #isMarked(text: string, entry?: MemoryEntry): boolean {
    const { core, knownTags, staticTags } = this.#parts
    const marks = core.transactions.current()
    if (marks === undefined) return false
    if (marks.has(keyMark(this.name, text))) return true
    if (entry !== undefined) return entry.tags.some(({ tag }) => marks.has(tag))
    return staticTags === undefined || knownTags.some((tag) => marks.has(tag))
  }

  #hit(entry: MemoryEntry): unknown {
    this.#count(entry)
    return this.#isCopied ? this.#parts.codec.read(entry.held) : entry.held
  }

  #hitEmpty(entry: MemoryEntry): null | undefined {
    this.#count(entry)
    return entry.empty === 'null' ? null : undefined
  }

  #count(entry: MemoryEntry): void {
    entry.wasUsed = true
    this.#counts.hits++
    if (HITS.hasSubscribers) this.#parts.say('hit')
  }

  /** What a reader gets who does not compute. */
  #give(served: Served | undefined): unknown {
    const { counts, codec } = this.#parts
    if (served === undefined || served.isStale) {
      counts.misses++
      this.#parts.say('miss')
      return undefined
    }
    counts.hits++
    this.#parts.say('hit')
    return served.empty === undefined ? codec.read(served.held) : undefined
  }

  async #readShared(texts: readonly string[]): Promise<ReadonlyMap<string, Served>> {
    const served = new Map<string, Served>()
    const { core } = this.#parts
    if (core.shared === undefined || texts.length === 0) return served
    const marks = core.transactions.current()
    const watch = this.#parts.watch(texts)
    try {
      const look = await this.#parts.look(texts)
      if (look === GONE) return served
      for (const [at, text] of texts.entries()) {
        const found = look.found[at]
        const read = found === undefined ? undefined : await this.#parts.read(text, found, watch)
        if (read !== undefined && !read.tags.some((tag) => marks?.has(tag))) served.set(text, read)
      }
    } finally {
      this.#parts.unwatch(texts, watch)
    }
    return served
  }

  /** What the shared store has of a key. What is stale is counted where it is given. */
  async #readOne(text: string, { signal }: CacheSetOptions): Promise<Served | undefined> {
    const { counts } = this.#parts
    const read = (await withinSignal(this.#readShared([text]), signal)).get(text)
    if (read?.isStale === true) return read
    if (read === undefined) counts.misses++
    else counts.hits++
    this.#parts.say(read === undefined ? 'miss' : 'hit')
    return read
  }

  async #getOrCompute(
    text: string,
    factory: AnyFactory,
    options: CacheSetOptions = NO_OPTIONS,
  ): Promise<unknown> {
    const parts = this.#parts
    this.#check(SET_OPTIONS, options, 'getOrSet')
    assertFactory(factory, `${this.name}.getOrSet`)
    const entry = this.#entries.get(text)
    if (this.#isMarked(text) || this.#isMarked(text, entry)) return passBy(parts, factory, options)
    options.signal?.throwIfAborted()
    const stale = entry !== undefined && parts.isServed(entry) ? toStale(entry) : undefined
    const job = { factory, options }
    if (currentTransaction() !== undefined) return this.#withinTransaction(text, stale, job)
    if (stale !== undefined && parts.backOff.isResting(text)) return this.#giveComputed(stale)
    const flight = this.#flightOf(text, job)
    if (stale !== undefined) flight.offerStale(stale)
    const { softTimeoutMs } = parts.settings
    const wait = flight.wait({ softTimeoutMs, signal: options.signal })
    return this.#giveComputed(await parts.core.fallbacks.aside(wait))
  }

  /** Who has a connection to a database waits for nobody who may need one: gives what is there, and else computes by itself. */
  async #withinTransaction(text: string, stale: Served | undefined, job: Job): Promise<unknown> {
    const { factory, options } = job
    const parts = this.#parts
    const there = stale ?? (await this.#readOne(text, options))
    if (there === undefined || this.#carriesMark(there)) return passBy(parts, factory, options)
    if (!there.isStale || parts.backOff.isResting(text)) return this.#giveComputed(there)
    const flight = this.#flightOf(text, job)
    flight.offerStale(there)
    const served = await flight.wait({ softTimeoutMs: 0, signal: options.signal })
    return this.#carriesMark(served) ? passBy(parts, factory, options) : this.#giveComputed(served)
  }

  #carriesMark({ tags }: Served): boolean {
    const marks = this.#transactions.current()
    return marks !== undefined && tags.some((tag) => marks.has(tag))
  }

  #giveComputed(served: Served): unknown {
    if (served.isStale) {
      this.#parts.counts.stale++
      this.#parts.say('stale')
    }
    if (served.empty !== undefined) return served.empty === 'null' ? null : undefined
    return this.#parts.codec.read(served.held)
  }

  #flightOf(text: string, job: Job): Flight {
    const parts = this.#parts
    const running = this.#joined(text)
    if (running !== undefined) return running
    parts.counts.misses++
    parts.say('miss')
    const { core } = parts
    const flight = new Flight({
      key: text,
      watch: parts.watch([text]),
      clock: core.clock,
      work: (one) => compute(parts, one, job),
      onEnd: (one, error) => this.#end(one, error),
    })
    parts.flights.set(text, flight)
    core.running.add(flight)
    return flight
  }

  /**
   * The computation that is joined: not one that was cancelled, whom the last has left, and not one that has run for so long that it may compute
   * from what was invalidated since, by a process whose message was lost.
   */
  #running(text: string): Flight | undefined {
    const { core, settings, flights } = this.#parts
    const flight = flights.get(text)
    if (flight === undefined || flight.signal.aborted) return undefined
    const isRecent =
      core.shared === undefined || core.clock.monotonic() - flight.startedAt <= settings.memoryTtlMs
    return isRecent ? flight : undefined
  }

  /** {@link LiveNamespace.#running}, which counts who joins. */
  #joined(text: string): Flight | undefined {
    const running = this.#running(text)
    if (running === undefined) return undefined
    this.#parts.counts.coalesced++
    this.#parts.say('coalesced')
    return running
  }

  #end(flight: Flight, error: unknown): void {
    const { core, flights, counts, backOff } = this.#parts
    this.#parts.unwatch([flight.key], flight.watch)
    core.running.delete(flight)
    if (flights.get(flight.key) === flight) flights.delete(flight.key)
    if (error === undefined) return
    counts.errors++
    this.#parts.say('error', { error })
    if (flight.stale === undefined) return
    backOff.fail(flight.key)
    core.log.warn(
      { err: error, namespace: this.name },
      'A value could not be computed anew; the one that is not fresh any more is served.',
    )
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

function toStale(entry: MemoryEntry): Served {
  return { held: entry.held, empty: entry.empty, isStale: true, tags: entry.tags.map(({ tag }) => tag) }
}
