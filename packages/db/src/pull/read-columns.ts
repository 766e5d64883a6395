// How the columns of a database are read: by their types and CHECKs, and those that refer to a key as that key.
import type { ColumnReading, DatabaseDescription, SchemaTools, TableDescription } from '../adapter/index.ts'
import { canRefer } from '../diff/index.ts'
import { isDatabaseName } from '../table/index.ts'

/** Readings by table, then by column; a column that no table value has is not among them. */
export type Readings = ReadonlyMap<string, ReadonlyMap<string, ColumnReading>>

/** Reads the columns of a database. */
export function readColumns(described: DatabaseDescription, tools: SchemaTools): Readings {
  const reader = new ColumnReader(described, tools)
  return new Map(
    [...described.tables.values()].map((table) => [
      table.name,
      new Map(
        sayableColumns(table).flatMap((column) => {
          const reading = reader.readingOf(table, column)
          return reading === undefined ? [] : [[column, reading]]
        }),
      ),
    ]),
  )
}

/** By their names, which are short enough and of which no two differ by case alone. */
function sayableColumns({ columns }: TableDescription): string[] {
  const folded = new Set<string>()
  return columns.flatMap(({ name }) => {
    const isTwin = folded.has(name.toLowerCase())
    folded.add(name.toLowerCase())
    return isTwin || !isDatabaseName(name) ? [] : [name]
  })
}

class ColumnReader {
  readonly #described: DatabaseDescription
  readonly #tools: SchemaTools

  constructor(described: DatabaseDescription, tools: SchemaTools) {
    this.#described = described
    this.#tools = tools
  }

  /** @param seen - columns that refer to this one, so that a circle ends */
  readingOf(table: TableDescription, name: string, seen: readonly string[] = []): ColumnReading | undefined {
    const column = table.columns.find((one) => one.name === name)
    const own = column && this.#tools.readingOf(column, table)
    const reference = table.references.find((one) => one.column === name)
    const to = reference && this.#described.tables.get(reference.toTable)
    const place = `${table.name}.${name}`
    if (own === undefined || to === undefined || reference === undefined || seen.includes(place)) return own
    const key = this.readingOf(to, reference.toColumn, [...seen, place])
    return key !== undefined && canRefer(own, key) ? key : own
  }
}
