// Values of results by the columns that they come from.
import type { Dialect, DriverRow, ResultColumn } from '../adapter/index.ts'
import type { TablesFacts } from '../table/index.ts'

type Decode = (value: unknown) => unknown

/** How values of a result are read, by its names in the database; undefined: as the driver gives them. */
export type Readings = ReadonlyMap<string, Decode | undefined>

/** How the rows of a statement are decoded. */
export interface Decoding {
  readonly columns: readonly ResultColumn[]
  readonly readings: Readings | undefined
  readonly decoded: readonly { readonly name: string; readonly decode: Decode }[]
}

/** Knows how rows of statements that others wrote are decoded. Values of expressions stay as the driver gives them, where no reading is said. */
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
   * How rows with these columns are decoded. Their origins are at hand: the query asked for them. Of columns with one name a row has
   * the last, as drivers give it, and that alone is decoded.
   *
   * @param known - that of the run before, which is good while columns and readings are the same
   */
  decodingOf(
    columns: readonly ResultColumn[],
    readings: Readings | undefined,
    known: Decoding | undefined,
  ): Decoding {
    if (known !== undefined && known.readings === readings && areSame(known.columns, columns)) return known
    const last = new Map(
      columns.map((column) => [
        column.name,
        readings?.has(column.name) === true ? readings.get(column.name) : this.#decodeOf(column),
      ]),
    )
    const decoded = [...last].flatMap(([name, decode]) => (decode === undefined ? [] : [{ name, decode }]))
    return { columns, readings, decoded }
  }

  #decodeOf({ table, column }: ResultColumn): Decode | undefined {
    if (table === undefined || column === undefined) return undefined
    return this.#decoders.get(table)?.get(column)
  }
}

/** Each connection of a pool has learned its own. */
function areSame(known: readonly ResultColumn[], columns: readonly ResultColumn[]): boolean {
  if (known === columns) return true
  return (
    known.length === columns.length &&
    known.every(({ name, table, column }, at) => {
      const other = columns[at]!
      return name === other.name && table === other.table && column === other.column
    })
  )
}

/** Decodes rows in place. */
export function decodeRows(rows: readonly DriverRow[], { decoded }: Decoding): void {
  if (decoded.length === 0) return
  for (const row of rows as readonly Record<string, unknown>[])
    for (const { name, decode } of decoded) {
      const value = row[name]
      if (value !== null && value !== undefined) row[name] = decode(value)
    }
}
