// Random tables whose columns have limits, formats and patterns, and keys of several columns.
import fc from 'fast-check'
import {
  bigint,
  boolean,
  bytes,
  date,
  decimal,
  integer,
  oneOf,
  table,
  text,
  timestamp,
  uuid,
  type AnyColumn,
  type AnyTable,
} from '../../src/index.ts'

/** The calls that the builders of all kinds have. */
interface AnyBuilder extends AnyColumn {
  nullable(): AnyBuilder
  unique(): AnyBuilder
  primary(): AnyBuilder
}

const lengths = fc
  .tuple(fc.nat(4), fc.integer({ min: 4, max: 40 }))
  .map(([minLength, more]) => ({ minLength, maxLength: minLength + more }))
const bounds = fc
  .tuple(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: 40, max: 3000 }), fc.nat(3))
  .map(([minimum, size, ends]) => ({
    ...(ends % 2 === 0 && { minimum }),
    ...(ends < 2 && { maximum: minimum + size }),
  }))
const PATTERNS = [
  '^[a-z0-9]+(?:-[a-z0-9]+)*$',
  '^[A-Z]{3}-[0-9]{4,8}$',
  String.raw`^\+?[1-9]\d{6,14}$`,
  '^(red|green|blue)-[^-]+$',
  'x[0-9]{5}',
]

const columns: fc.Arbitrary<AnyBuilder> = fc.oneof(
  lengths.map((given) => text(given)),
  lengths.map((given) => text({ ...given, caseInsensitive: true })),
  fc
    .constantFrom('email', 'uri', 'hostname', 'uuid', 'date-time')
    .map((format) => text({ format, maxLength: 100 })),
  fc.constantFrom(...PATTERNS).map((pattern) => text({ pattern, maxLength: 100 })),
  fc.constantFrom(...PATTERNS).map((pattern) => text({ pattern, maxLength: 100, caseInsensitive: true })),
  bounds.map((given) => integer(given)),
  bounds.map((given) => integer({ ...given, bits: 53 })),
  bounds.map((given) => bigint(given)),
  fc.tuple(fc.nat(6), bounds).map(([scale, given]) => decimal(6 + scale, scale, given)),
  fc.nat(3).map((more) => bytes({ minLength: more, maxLength: 4 + more })),
  fc.constant(0).map(() => timestamp()),
  fc.constant(0).map(() => date()),
  fc.constant(0).map(() => uuid()),
) as unknown as fc.Arbitrary<AnyBuilder>

const few = fc.constantFrom(
  () => boolean(),
  () => oneOf('a', 'b', 'c'),
  () => integer({ minimum: 1, maximum: 4 }),
) as unknown as fc.Arbitrary<() => AnyBuilder>

/** A table of this name, of which {@link ROWS} rows are possible. */
export function limitedTable(name: string): fc.Arbitrary<AnyTable> {
  return fc
    .record({
      keys: fc.array(columns, { minLength: 1, maxLength: 2 }),
      others: fc.array(fc.tuple(columns, fc.boolean(), fc.boolean()), { maxLength: 4 }),
      pair: fc.option(fc.tuple(few, few, few, few), { nil: undefined }),
    })
    .map(({ keys, others, pair }) => {
      const built = Object.fromEntries([
        ...keys.map((key, at) => [`key${at}`, key.primary()] as const),
        ...others.map(([column, isUnique, isNullable], at) => {
          const limited = isUnique ? column.unique() : column
          return [`other${at}`, isNullable ? limited.nullable() : limited] as const
        }),
        ...(pair ?? []).map((make, at) => [`few${at}`, make()] as const),
      ])
      const unique = pair === undefined ? [] : [{ columns: ['few0', 'few1', 'few2', 'few3'] }]
      return table(name, built, { unique }) as unknown as AnyTable
    })
}

/** Four columns of two values each have as many. */
export const ROWS = 16
