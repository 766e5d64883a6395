import type { Dialect, DriverValue } from '../adapter/index.ts'
import type { ColumnFacts } from '../table/index.ts'

/** A value as the driver takes it, or the place of one that comes later. */
export type Encoded = DriverValue | ParameterSlot

type Encode = (value: unknown) => Encoded

/** The place of a value that comes later: of a prepared query by its name, of others by its number. */
export class ParameterSlot {
  readonly key: string | number
  /** As what stands beside it keeps the value that comes. */
  readonly encode: Encode

  constructor(key: string | number, encode: Encode = (value) => value as Encoded) {
    this.key = key
    this.encode = encode
  }
}

/** Encodes a value, or that of a slot when it comes. */
export function encodeOnceThere(value: unknown, encode: Encode): Encoded {
  return value instanceof ParameterSlot
    ? new ParameterSlot(value.key, (later) => encodeOnceThere(later, encode))
    : encode(value)
}

/**
 * A value as its column keeps it.
 *
 * @throws {InvalidValueError} 400, for a value that the column does not take
 */
export function encodeValue(value: unknown, column: ColumnFacts, dialect: Dialect): DriverValue {
  if (value === null || value === undefined) return null
  const canonical = column.canonical(value)
  const { encode } = dialect.codecOf(column)
  return encode === undefined ? (canonical as DriverValue) : encode(canonical)
}
