import type { Dialect, DriverValue } from '../adapter/index.ts'
import type { ColumnFacts } from '../table/index.ts'

/** A value that a prepared query gets by name when it runs. */
export class ParameterSlot {
  readonly name: string
  /** The column that it stands beside, if there is one. */
  readonly column: ColumnFacts | undefined

  constructor(name: string, column?: ColumnFacts) {
    this.name = name
    this.column = column
  }
}

/**
 * A value as its column keeps it.
 *
 * @throws {InvalidValueError} 400, for a value that the column does not take
 */
export function encodeInput(
  value: unknown,
  column: ColumnFacts,
  dialect: Dialect,
): DriverValue | ParameterSlot {
  if (value instanceof ParameterSlot) return new ParameterSlot(value.name, column)
  return encodeValue(value, column, dialect)
}

/** As {@link encodeInput}, for a value alone. */
export function encodeValue(value: unknown, column: ColumnFacts, dialect: Dialect): DriverValue {
  if (value === null || value === undefined) return null
  const canonical = column.canonical(value)
  const { encode } = dialect.codecOf(column)
  return encode === undefined ? (canonical as DriverValue) : encode(canonical)
}
