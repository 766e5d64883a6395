// Columns of truth values, of JSON and of bytes.
import { t, type OutputOf, type SchemaLike } from '@keelson/core'
import { checkOptions, integer, optionTable } from '@keelson/core/options'
import { storableOnly, type TSchema } from '@keelson/core/schemas'
import { canonicalJson, violationIn } from './canonical.ts'
import type { Column } from './column.ts'
import type { ColumnLimits } from './contract.ts'
import { defined, LENGTH, lengths, newColumn } from './new-column.ts'
import { schemaProblems } from './schema-problems.ts'

/**
 * True or false.
 *
 * @example
 * import { boolean } from '@keelson/db'
 * const isPaid = boolean().default(false)
 */
export function boolean(): Column<boolean, 'boolean'> {
  return newColumn('boolean', { schema: t.Boolean(), expected: 'true or false' })
}

/**
 * JSON of this schema, checked before it is written. It is compared by value where the database can.
 *
 * @param schema - of TypeBox, or any Standard Schema
 * @throws {SetupError} `ERR_DB_TABLE` at the table, for what is not a schema
 * @example
 * const address = json(t.Object({ street: t.String(), city: t.String() }))
 */
export function json<const S extends SchemaLike>(schema: S): Column<OutputOf<S>, 'json'> {
  return newColumn('json', {
    schema: storableOnly(schema) as unknown as TSchema,
    expected: 'a value of its schema',
    canonical: canonicalJson(schema),
    reason: violationIn(schema),
    problems: schemaProblems(schema),
  })
}

/** Options of {@link bytes}. Lengths are bytes. */
export interface BytesColumnOptions {
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
}

const BYTES_OPTIONS = optionTable<BytesColumnOptions>({
  minLength: integer('The fewest bytes.', LENGTH),
  maxLength: integer('The most bytes.', LENGTH),
})

/**
 * Bytes, as base64url text (RFC 4648 §5) without padding. An insert takes a `Uint8Array` as well.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`
 * @example
 * const digest = bytes({ minLength: 32, maxLength: 32 })
 */
export function bytes(options: BytesColumnOptions = {}): Column<string, 'bytes'> {
  checkOptions(BYTES_OPTIONS, options, { name: 'bytes', below: bytes })
  const { minLength, maxLength } = options
  const toText = (length: number): number => Math.ceil((length * 4) / 3)
  return newColumn('bytes', {
    schema: t.String({
      // Of the last character no bit is beyond the bytes (RFC 4648 §3.5).
      pattern: '^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$',
      contentEncoding: 'base64url',
      ...(minLength !== undefined && { minLength: toText(minLength) }),
      ...(maxLength !== undefined && { maxLength: toText(maxLength) }),
    }),
    expected: `base64url text${lengths(defined(options) as ColumnLimits).replace('characters', 'bytes')}`,
    limits: options as ColumnLimits,
  })
}
