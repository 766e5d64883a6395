// Values of results by the columns that they come from.
import type { Dialect, DriverRow, Result, ResultColumn } from '../adapter/index.ts'
import type { TablesFacts } from '../table/index.ts'

type Decode = (value: unknown) => unknown

/** How values of a result are read, by its names in the database; undefined: as the driver gives them. */
export type Readings = ReadonlyMap<string, Decode | undefined>

/** Decodes rows of statements that others wrote. Values of expressions stay as the driver gives them, where no reading is said. */
export class OriginDecoder {
  /** By names of table and column. */
  readonly #decoders = new Map<string, ReadonlyMap<string, Decode>>()

  constructor({ tables }: TablesFacts, dialect: Dialect) {
    for (const { name, columns } of tables.values()) {
      const found = columns.flatMap((column): [string, Decode][] => {
        const { decode } = dialect.codecOf(column)
        return decode === undefined ? [] : [[column.name, decode]]
      })
      if (found.length > 0) this.#decoders.set(name, new Map(found))
    }
  }

  /** Whether any column needs it, and origins must be known. */
  get isNeeded(): boolean {
    return this.#decoders.size > 0
  }

  /**
   * The rows, decoded in place. Their origins are at hand: the query asked for them. Of columns with one name a row has the last, as
   * drivers give it, and that alone is decoded.
   */
  decode({ rows }: Result, columns: readonly ResultColumn[], readings?: Readings): readonly DriverRow[] {
    const last = new Map(
      columns.map((column) => [
        column.name,
        readings?.has(column.name) === true ? readings.get(column.name) : this.#decodeOf(column),
      ]),
    )
    const found = [...last].flatMap(([name, decode]) => (decode === undefined ? [] : [{ name, decode }]))
    if (found.length === 0) return rows
    for (const row of rows as readonly Record<string, unknown>[])
      for (const { name, decode } of found) {
        const value = row[name]
        if (value !== null && value !== undefined) row[name] = decode(value)
      }
    return rows
  }

  #decodeOf({ table, column }: ResultColumn): Decode | undefined {
    if (table === undefined || column === undefined) return undefined
    return this.#decoders.get(table)?.get(column)
  }
}
