// What packages say of the schemas that they make, and no keyword says. Under symbols, which documents do not show and copies keep.
import { isRecord } from './json-schema.ts'
import { isTypeBoxSchema } from './schema-kind.ts'
import type { SchemaLike } from './schema-like.ts'
import type { TSchema } from '@sinclair/typebox'

const kName = Symbol.for('keelson.schema.name')
const kStorable = Symbol.for('keelson.schema.storable')

interface Marked {
  readonly [kName]?: () => Suggested
  readonly [kStorable]?: boolean
}

/** A name, and the schema that it is of. */
interface Suggested {
  readonly name: string
  readonly of: TSchema
}

/**
 * Says by which name documents and clients call a schema where it has no `$id`. It gives way to names that users chose, and a copy
 * with other members does not have it.
 *
 * @returns the schema itself
 * @example
 * suggestName(t.Object({ id: t.Integer() }), 'Orders')
 */
export function suggestName<S extends TSchema>(schema: S, name: string): S {
  // Not the schema itself, which TypeBox would copy with the mark.
  Object.defineProperty(schema, kName, { value: () => ({ name, of: schema }), enumerable: true })
  return schema
}

/** The name that {@link suggestName} gave; undefined for none, and for a copy that has become another schema. */
export function suggestedNameOf(schema: unknown): string | undefined {
  const suggested = isRecord(schema) ? (schema as Marked)[kName]?.() : undefined
  if (suggested === undefined) return undefined
  const { name, of } = suggested
  return schema === of || JSON.stringify(schema) === JSON.stringify(of) ? name : undefined
}

/**
 * A copy of a schema that refuses, as input, texts which not every store keeps, also within a value and as names of members: those with
 * NUL, or half of a surrogate pair. JSON Schema has no keyword for it, and documents show none. A schema of another library stays as it is.
 *
 * @example
 * storableOnly(t.String({ maxLength: 100 }))
 */
export function storableOnly<S extends SchemaLike>(schema: S): S {
  if (!isTypeBoxSchema(schema)) return schema
  const marks = { [kStorable]: { value: true, enumerable: true } }
  // With its symbols, by which TypeBox knows a schema.
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(schema), ...marks }) as S
}

/** Whether {@link storableOnly} made the schema. */
export function holdsStorable(schema: object): boolean {
  return (schema as Marked)[kStorable] === true
}
