// On the request path: one statement of one connection, with what its integers need.
import type { DriverRow, DriverValue, ResultColumn } from '../adapter/index.ts'
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
  /** Whether integers come as `bigint`. */
  #isBig: boolean

  constructor(file: SqliteFile, text: string, options: { readonly isBig: boolean }) {
    this.#statement = file.prepare(text)
    this.hasRows = this.#statement.hasRows
    const isBig = options.isBig && this.#statement.hasIntegers
    if (isBig) this.#statement.readBigInts()
    this.#isBig = isBig || this.#statement.isBig
  }

  columns(): readonly ResultColumn[] {
    return this.#statement.columns()
  }

  run(values: readonly Value[]): number {
    return this.#statement.run(values)
  }

  all(values: readonly Value[]): readonly DriverRow[] {
    if (this.#isBig) return this.#statement.all(values).map(toRow)
    try {
      return this.#statement.all(values)
    } catch (error) {
      if ((error as { readonly code?: unknown }).code !== 'ERR_OUT_OF_RANGE') throw error
      this.#isBig = true
      this.#statement.readBigInts()
      return this.all(values)
    }
  }

  /** The first row alone, for a statement that gives one at most. */
  first(values: readonly Value[]): readonly DriverRow[] {
    if (this.#isBig) return this.all(values)
    try {
      const row = this.#statement.get(values)
      return row === undefined ? [] : [row]
    } catch {
      // Of an integer that a number cannot hold; any other error comes again.
      return this.all(values)
    }
  }

  *iterate(values: readonly Value[]): Generator<DriverRow> {
    for (const row of this.#statement.iterate(values)) yield toRow(row)
  }
}

function toRow(row: DriverRow): DriverRow {
  const made: Record<string, unknown> = { ...row }
  for (const name in made) {
    const value = made[name]
    if (typeof value === 'bigint') made[name] = toNumberOrText(value)
  }
  return made
}

function toNumberOrText(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}
