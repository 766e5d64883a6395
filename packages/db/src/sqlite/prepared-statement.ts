// On the request path: one statement of one connection, with what its integers need.
import type { DriverRow, DriverValue, ResultColumn } from '../adapter/index.ts'
import { rowMakerOf, withoutBigInts, type RowValues } from './row-shape.ts'
import type { SqliteFile, SqliteStatement } from './sqlite-driver.ts'

type Value = Exclude<DriverValue, boolean>

/**
 * A prepared statement that gives each integer as a number, or as text where a number cannot hold it.
 *
 * node:sqlite throws on such an integer, or gives all of them as `bigint`, which costs. So a statement that only reads is run
 * again, as one that gives `bigint`, once it threw; one that writes cannot be, and gives `bigint` from the start.
 */
export class PreparedStatement {
  readonly hasRows: boolean
  readonly #statement: SqliteStatement
  /** Makes rows of lists; undefined where the driver gives rows. */
  readonly #toRow: ((values: RowValues) => DriverRow) | undefined
  /** Whether integers come as `bigint`. */
  #isBig: boolean

  constructor(file: SqliteFile, text: string, options: { readonly isBig: boolean }) {
    this.#statement = file.prepare(text)
    this.hasRows = this.#statement.hasRows
    const isBig = options.isBig && this.#statement.hasIntegers
    if (isBig) this.#statement.readBigInts()
    this.#isBig = isBig || this.#statement.isBig
    this.#toRow = this.hasRows ? rowMakerOf(text, this.#statement.names) : undefined
    if (this.#toRow !== undefined) this.#statement.readLists()
  }

  columns(): readonly ResultColumn[] {
    return this.#statement.columns()
  }

  run(values: readonly Value[]): number {
    return this.#statement.run(values)
  }

  all(values: readonly Value[]): readonly DriverRow[] {
    return this.#isBig ? this.#toRows(this.#statement.all(values)) : this.#allUnlessBig(values)
  }

  /** The first row alone, for a statement that gives one at most. */
  first(values: readonly Value[]): readonly DriverRow[] {
    if (this.#isBig) return this.all(values)
    try {
      const found = this.#statement.get(values)
      return found === undefined
        ? []
        : [this.#toRow === undefined ? (found as DriverRow) : this.#toRow(found as RowValues)]
    } catch {
      // Of an integer that a number cannot hold; any other error comes again.
      return this.all(values)
    }
  }

  *iterate(values: readonly Value[]): Generator<DriverRow> {
    const toRow = this.#toRow ?? (withoutBigInts as (found: never) => DriverRow)
    for (const found of this.#statement.iterate(values)) yield toRow(found as never)
  }

  #allUnlessBig(values: readonly Value[]): readonly DriverRow[] {
    let found: unknown[]
    try {
      found = this.#statement.all(values)
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'ERR_OUT_OF_RANGE') throw error
      this.#isBig = true
      this.#statement.readBigInts()
      return this.all(values)
    }
    return this.#toRow === undefined ? (found as DriverRow[]) : this.#toRows(found)
  }

  #toRows(found: readonly unknown[]): readonly DriverRow[] {
    const toRow = this.#toRow
    if (toRow === undefined) return (found as readonly DriverRow[]).map(withoutBigInts)
    return (found as readonly RowValues[]).map(toRow)
  }
}
