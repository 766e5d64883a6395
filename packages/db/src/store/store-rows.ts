// The rows of a store: read and written by statements that are atomic by themselves.
import { afterCommit } from '@keelson/core'
import type { DriverValue, Result, Statement } from '../adapter/index.ts'
import { DatabaseBusyError, TransactionConflictError } from '../errors.ts'
import type { Session } from '../session/index.ts'
import { NEVER, StoreTable, SWEPT_ROWS, toKey, type StoredEntry } from './store-table.ts'

/** How often a change begins anew, when others change the same key. */
const MAX_ATTEMPTS = 1000
/** Pause between two deletions of what has expired. */
const SWEEP_MS = 60_000

/** Keys of one statement: far below every system's limit of parameters. */
const BATCH = 500

/** What a change makes of a value. */
export interface Change<T> {
  readonly result: T
  /** `keep` leaves the entry, undefined deletes it. */
  readonly next: 'keep' | undefined | { readonly value: Uint8Array; readonly expiresAt: number }
}

/** Where a store keeps its rows. */
export interface StorePlace {
  /** Runs the store's statements. */
  readonly session: Session
  /** Whether they are part of the transaction around. */
  readonly joins: boolean
  /** Whether other connections may write while a transaction is open. */
  readonly hasWriters: boolean
}

/** The entries of a store. */
export class StoreRows {
  readonly #place: () => Promise<StorePlace>
  readonly #prefix: string
  #table: StoreTable | undefined
  #isPrepared = false
  #sweptAt = 0

  readonly #keyOf = (key: string): Uint8Array => toKey(this.#prefix + key)

  /** @param prefix - what its keys begin with in the table, which other apps use too */
  constructor(place: () => Promise<StorePlace>, prefix: string) {
    this.#place = place
    this.#prefix = prefix
  }

  async now(): Promise<number> {
    return Math.floor((await this.#place()).session.clock.now())
  }

  /** Entries of these keys that have not expired. */
  async get(keys: readonly string[]): Promise<ReadonlyMap<string, StoredEntry>> {
    const now = await this.now()
    const found = new Map<string, StoredEntry>()
    for (const batch of inBatches([...new Set(keys)])) {
      const { rows } = await this.#run((table) => table.get(batch.length, false), batch.map(this.#keyOf))
      for (const row of rows) {
        const entry = (await this.#ready()).read(row)
        if (entry.expiresAt > now) found.set(entry.key, entry)
      }
    }
    return found
  }

  /** Replaces entries, whatever was there. */
  async set(entries: readonly StoredEntry[]): Promise<void> {
    const byKey = new Map(entries.map((entry) => [entry.key, entry]))
    for (const batch of inBatches([...byKey.values()])) {
      const table = await this.#ready()
      await this.#run(
        () => table.set(batch.length),
        batch.flatMap((entry) => table.values(entry)),
      )
    }
    await this.#sweep(byKey.size)
  }

  /** Makes one value of another in one step: it begins anew where another change came first. */
  async change<T>(
    key: string,
    change: (value: Uint8Array | undefined, now: number, expiresAt: number) => Change<T>,
  ): Promise<T> {
    const { joins } = await this.#place()
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const table = await this.#ready()
      const { rows } = await this.#run(() => table.get(1, joins), [this.#keyOf(key)])
      const stored = rows[0] === undefined ? undefined : table.read(rows[0])
      const now = await this.now()
      const isThere = stored !== undefined && stored.expiresAt > now
      const { result, next } = change(isThere ? stored.value : undefined, now, stored?.expiresAt ?? NEVER)
      if (next === 'keep' || (next === undefined && !isThere)) return result
      if (await this.#write(key, stored, next)) {
        await this.#sweep(1)
        return result
      }
    }
    throw new TransactionConflictError({ message: 'A key of the store is changed by too many at once.' })
  }

  async touch(key: string, expiresAt: number): Promise<boolean> {
    const now = await this.now()
    const { affected } = await this.#run((table) => table.touch, [expiresAt, this.#keyOf(key), now])
    return affected > 0
  }

  async delete(keys: readonly string[]): Promise<number> {
    const now = await this.now()
    let count = 0
    for (const batch of inBatches([...new Set(keys)])) {
      const { affected } = await this.#run(
        (table) => table.deleteAll(batch.length),
        [...batch.map(this.#keyOf), now],
      )
      count += affected
    }
    return count
  }

  /** @returns whether the entry was still as it was read */
  async #write(
    key: string,
    stored: StoredEntry | undefined,
    next: { readonly value: Uint8Array; readonly expiresAt: number } | undefined,
  ): Promise<boolean> {
    const known: DriverValue[] =
      stored === undefined ? [] : [this.#keyOf(key), stored.value, stored.expiresAt]
    const { affected } =
      next === undefined
        ? await this.#run((table) => table.delete, known)
        : stored === undefined
          ? await this.#run((table) => table.add, [this.#keyOf(key), next.value, next.expiresAt])
          : await this.#run((table) => table.change, [next.value, next.expiresAt, ...known])
    return affected > 0
  }

  async #run(make: (table: StoreTable) => Statement, values: readonly DriverValue[]): Promise<Result> {
    const table = await this.#ready()
    const { session } = await this.#place()
    return session.run({ statement: make(table), values, label: 'keyValueStore' })
  }

  /** Makes the table before its first use. */
  async #ready(): Promise<StoreTable> {
    const { session, hasWriters } = await this.#place()
    this.#table ??= new StoreTable(session.dialect, this.#prefix)
    if (this.#isPrepared) return this.#table
    // The one writer is held by the transaction around, which may take the table back.
    const isWithin = !hasWriters && session.currentUnit() !== undefined
    await prepare(this.#table, isWithin ? session : session.apart)
    this.#isPrepared = !isWithin
    return this.#table
  }

  /**
   * Deletes what has expired, now and then; after the transaction around, which may hold what it waits for. No write waits for more
   * deletions than it makes rows, and one batch; while more is left, the next write goes on.
   */
  async #sweep(written: number): Promise<void> {
    const now = await this.now()
    if (now - this.#sweptAt < SWEEP_MS) return
    this.#sweptAt = now
    await afterCommit(async () => {
      try {
        for (let rows = written; rows >= 0; rows -= SWEPT_ROWS) if (!(await this.#sweepBatch(now))) return
        this.#sweptAt = 0
      } catch (error) {
        // Others change these rows: the value of the caller is written, and a later sweep deletes them.
        if (!TransactionConflictError.is(error) && !DatabaseBusyError.is(error)) throw error
      }
    })
  }

  /** @returns whether there may be more */
  async #sweepBatch(now: number): Promise<boolean> {
    const { sweep } = await this.#ready()
    const { session } = await this.#place()
    const { affected } = await session.apart.run({ statement: sweep, values: [now], label: 'keyValueStore' })
    return affected === SWEPT_ROWS
  }
}

/** Two that make it at once may fail, and one who may not make tables may use one that is there. */
async function prepare(table: StoreTable, session: Session): Promise<void> {
  try {
    for (const text of table.prepare)
      await session.run({
        statement: { text, isRead: false, isKept: false },
        values: [],
        label: 'keyValueStore',
      })
  } catch (error) {
    if (session.currentUnit() !== undefined) throw error
    try {
      await session.run({ statement: table.get(1, false), values: [toKey('')], label: 'keyValueStore' })
    } catch {
      throw error
    }
  }
}

function inBatches<T>(list: readonly T[]): T[][] {
  const batches: T[][] = []
  for (let at = 0; at < list.length; at += BATCH) batches.push(list.slice(at, at + BATCH))
  return batches
}
