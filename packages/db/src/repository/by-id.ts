// On the request path: a read by key is the most frequent of all.
import { currentFrame } from '@keelson/core'
import type { DriverValue, MaybePromise, Result, Statement } from '../adapter/index.ts'
import { keyValues, textOfKey } from './key.ts'
import { readByKeys } from './keyed-rows.ts'
import type { TableAccess } from './table-access.ts'
import { decodeRow, encodeValue, Parameters, type Row, type TableSql } from './table-sql.ts'

interface Waiting {
  readonly key: readonly unknown[]
  readonly resolve: (row: Row | undefined) => void
  readonly reject: (error: unknown) => void
}

interface Batch {
  readonly unit: object | undefined
  readonly waiting: Waiting[]
}

/** Reads rows by key: at once outside of a request, those of one tick together within one. */
export class ByIdReader {
  readonly #access: TableAccess
  readonly #label: string
  #statement: Statement | undefined
  /** Batches of this tick, by the frame of their request. */
  readonly #batches = new Map<object, Batch[]>()

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
    this.#statement ??= { text: this.#text(), isRead: true }
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
    const batches = this.#batches.get(frame) ?? []
    let batch = batches.find((one) => one.unit === unit)
    if (batch === undefined) {
      batch = { unit, waiting: [] }
      batches.push(batch)
      this.#batches.set(frame, batches)
      this.#flushLater(batch, frame)
    }
    const { waiting } = batch
    return new Promise((resolve, reject) => waiting.push({ key, resolve, reject }))
  }

  /** After all that this tick's callbacks and promises ask for; in the frame and the transaction of the first that asked. */
  #flushLater(batch: Batch, frame: object): void {
    const flush = (): void => {
      const rest = (this.#batches.get(frame) ?? []).filter((one) => one !== batch)
      if (rest.length === 0) this.#batches.delete(frame)
      else this.#batches.set(frame, rest)
      this.#flush(batch.waiting).catch((error: unknown) => {
        for (const { reject } of batch.waiting) reject(error)
      })
    }
    void Promise.resolve().then(() => process.nextTick(flush))
  }

  async #flush(waiting: readonly Waiting[]): Promise<void> {
    const [first] = waiting
    if (first !== undefined && waiting.length === 1) return first.resolve(await this.#readOne(first.key))
    const columns = this.#access.sql.primary
    const keys = waiting.map(({ key }) => key)
    const read = { access: this.#access, columns, operation: 'byId', withDeleted: false }
    const rows = await readByKeys(keys, read)
    const isGiven = new Set<Row>()
    for (const { key, resolve } of waiting) {
      const [row] = rows.get(textOfKey(key, columns)) ?? []
      // Who changes a row must not change that of another.
      resolve(row === undefined || !isGiven.has(row) ? row : structuredClone(row))
      if (row !== undefined) isGiven.add(row)
    }
  }
}

function first({ rows }: Result, { decoded }: TableSql): Row | undefined {
  const [row] = rows
  if (row !== undefined) decodeRow(row, decoded)
  return row
}
