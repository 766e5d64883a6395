// What a condition is written with: the columns that it names, and where its values go.
import type { Dialect, DriverValue } from '../adapter/index.ts'
import type { ColumnFacts, TableFacts } from '../table/index.ts'

/** A column with its name in SQL and the way of its values to and from the driver. */
export interface SqlColumn {
  readonly facts: ColumnFacts
  readonly property: string
  /** Quoted; with its table where the statement has several. */
  readonly name: string
  /** What of it is compared with values: an instant as far as it is read. */
  readonly compared: string
  readonly encode: ((value: unknown) => DriverValue) | undefined
  readonly decode: ((value: unknown) => unknown) | undefined
}

/** A table in the SQL of one system, as far as conditions need it. */
export interface ConditionTable {
  readonly facts: TableFacts
  readonly dialect: Dialect
  readonly byProperty: Pick<ReadonlyMap<string, SqlColumn>, 'get'>
}

/** The statement that is written. */
export interface Place {
  readonly table: ConditionTable
  readonly out: Parameters
}

/**
 * A table in a statement that may have others.
 *
 * @param alias - what the statement calls it
 */
export function aliasedTable(facts: TableFacts, dialect: Dialect, alias: string): ConditionTable {
  const source = dialect.quote(alias)
  const get = (property: string): SqlColumn | undefined => {
    const column = facts.byProperty.get(property)
    return column && sqlColumnOf(column, dialect, `${source}.${dialect.quote(column.name)}`)
  }
  return { facts, dialect, byProperty: { get } }
}

/** A column as a statement names it. */
export function sqlColumnOf(facts: ColumnFacts, dialect: Dialect, name: string): SqlColumn {
  const { encode, decode } = dialect.codecOf(facts)
  const compared = facts.kind === 'timestamp' ? dialect.comparedAs(facts, facts, name) : name
  return { facts, property: facts.property, name, compared, encode, decode }
}

/** A canonical value, or null, as the driver takes it. */
export function encodeValue({ encode }: SqlColumn, value: unknown): DriverValue {
  if (value === null) return null
  // What has no codec is a value of the driver's already.
  return encode === undefined ? (value as DriverValue) : encode(value)
}

/** Collects the values of a statement while its text is written. */
export class Parameters {
  readonly values: DriverValue[] = []
  readonly #dialect: Dialect

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  /** Adds a canonical value of a column; returns its placeholder. */
  put(column: SqlColumn, value: unknown): string {
    return this.add(encodeValue(column, value), column.facts)
  }

  /** Adds a value as the driver takes it. */
  add(value: DriverValue, column?: ColumnFacts): string {
    this.values.push(value)
    return this.#dialect.placeholder(this.values.length, column)
  }
}
