// On the request path: a read by key is the most frequent of all.
import { currentFrame } from '@keelson/core'
import type { DriverValue, MaybePromise, Result, Statement } from '../adapter/index.ts'
import { encodeValue, Parameters } from '../condition/index.ts'
import { keyValues, textOfKey } from './key.ts'
import { readByKeys } from './keyed-rows.ts'
import { asRow } from './row-class.ts'
import type { TableAccess } from './table-access.ts'
import { decodeRow, type Row, type TableSql } from './table-sql.ts'

interface Waiting {
  readonly key: readonly unknown[]
  readonly resolve: (row: Row | undefined) => void
  readonly reject: (error: unknown) => void
}

/** What is read together: of one frame and one transaction. */
interface Batch {
  readonly unit: object | undefined
  readonly frame: object
  readonly waiting: Waiting[]
  /** One of the same frame and another transaction. */
  next: Batch | undefined
}

const READY = Promise.resolve()

/** Reads rows by key: at once outside of a request, those of one tick together within one. */
export class ByIdReader {
  readonly #access: TableAccess
  readonly #label: string
  #statement: Statement | undefined
  /** Batches of this tick, by the frame of their request. */
  readonly #batches = new Map<object, Batch>()

  constructor(access: TableAccess) {
    this.#access = access
    this.#label = `${access.key}.byId`
  }

  read(id: unknown): MaybePromise<Row | undefined> {
    const key = keyValues(id, this.#access, 'byId')
    const frame = currentFrame()
    return frame === undefined ? this.#readOne(key) : this.#enqueue(key, frame)
  }

  #readOne(key: readonly unknown[]): MaybePromise<Row | undefined> {
    const access = this.#access
    const { sql } = access
    this.#statement ??= { text: this.#text(), isRead: true, isSingle: true }
    const values: DriverValue[] = []
    for (const [at, column] of sql.primary.entries()) values.push(encodeValue(column, key[at]))
    const query = { statement: this.#statement, values, label: this.#label, table: access.facts }
    const result = access.session.run(query)
    return result instanceof Promise ? result.then((later) => first(later, sql)) : first(result, sql)
  }

  #text(): string {
    const { sql } = this.#access
    const out = new Parameters(sql.dialect)
    // Values stand in no text: any will do for its placeholder.
    const places = sql.primary.map(({ name, facts }) => `${name} = ${out.add(null, facts)}`)
    const isThere = sql.softDelete === undefined ? '' : ` and ${sql.softDelete.name} is null`
    return `${sql.select} where ${places.join(' and ')}${isThere}`
  }

  /** What runs in another transaction, or in none, must not be read together. */
  #enqueue(key: readonly unknown[], frame: object): Promise<Row | undefined> {
    const unit = this.#access.session.currentUnit()
    const first = this.#batches.get(frame)
    let batch = first
    while (batch !== undefined && batch.unit !== unit) batch = batch.next
    if (batch === undefined) {
      batch = { unit, frame, waiting: [], next: first }
      this.#batches.set(frame, batch)
      void READY.then(() => process.nextTick(this.#flush, batch))
    }
    const { waiting } = batch
    return new Promise((resolve, reject) => waiting.push({ key, resolve, reject }))
  }

  /** After all that this tick's callbacks and promises ask for; in the frame and the transaction of the first that asked. */
  readonly #flush = (batch: Batch): void => {
    this.#drop(batch)
    const { waiting } = batch
    const [only] = waiting
    if (only !== undefined && waiting.length === 1) return this.#readFor(only)
    this.#readAll(waiting).catch((error: unknown) => {
      for (const { reject } of waiting) reject(error)
    })
  }

  #drop(batch: Batch): void {
    let one = this.#batches.get(batch.frame)
    if (one !== batch) {
      while (one !== undefined && one.next !== batch) one = one.next
      if (one !== undefined) one.next = batch.next
    } else if (batch.next === undefined) this.#batches.delete(batch.frame)
    else this.#batches.set(batch.frame, batch.next)
  }

  #readFor({ key, resolve, reject }: Waiting): void {
    try {
      const row = this.#readOne(key)
      if (row instanceof Promise) row.then(resolve, reject)
      else resolve(row)
    } catch (error) {
      reject(error)
    }
  }

  async #readAll(waiting: readonly Waiting[]): Promise<void> {
    const { primary: columns, Row } = this.#access.sql
    const keys = waiting.map(({ key }) => key)
    const read = { access: this.#access, columns, operation: 'byId', withDeleted: false }
    const rows = await readByKeys(keys, read)
    const isGiven = new Set<object>()
    for (const { key, resolve } of waiting) {
      const [row] = rows.get(textOfKey(key, columns)) ?? []
      // Who changes a row must not change that of another.
      resolve(row === undefined || !isGiven.has(row) ? row : asRow(structuredClone(row), Row))
      if (row !== undefined) isGiven.add(row)
    }
  }
}

function first({ rows }: Result, sql: TableSql): Row | undefined {
  const [row] = rows
  return row && decodeRow(row, sql)
}
