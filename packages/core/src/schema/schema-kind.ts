import { Kind, OptionalKind, type TSchema } from '@sinclair/typebox'
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import type { SchemaLike } from './schema-like.ts'
import { isRecord, type JsonSchemaObject } from './json-schema.ts'

/** Whether a value is a schema of TypeBox, from any copy of the package. */
export function isTypeBoxSchema(value: unknown): value is TSchema {
  return isRecord(value) && typeof (value as { [Kind]?: unknown })[Kind] === 'string'
}

/** Whether a value is a Standard Schema, version 1 (zod, valibot, arktype…). Schemas of arktype are functions. */
export function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard = (value as { '~standard'?: unknown })['~standard']
  return isRecord(standard) && standard['version'] === 1 && typeof standard['validate'] === 'function'
}

/** Whether a value is a schema that Keelson accepts. */
export function isSchema(value: unknown): value is SchemaLike {
  return isTypeBoxSchema(value) || isStandardSchema(value)
}

/** Whether a schema was marked by `t.Optional`. */
export function isOptional(schema: unknown): boolean {
  return isRecord(schema) && (schema as { [OptionalKind]?: unknown })[OptionalKind] === 'Optional'
}

/** TypeBox's name for the kind of a schema: `Object`, `Void`, `Import`. */
export function kindOf(schema: TSchema): string {
  return schema[Kind]
}

/**
 * Options of zod and arktype, so that one member that JSON Schema cannot describe (a date, a bigint) does not hide the types
 * of all others. Each library ignores the option of the other.
 */
const FORGIVING = { unrepresentable: 'any', fallback: (ctx: { base: unknown }): unknown => ctx.base }

/**
 * The JSON Schema of the `input` or `output` of a Standard Schema, or `undefined` when the library has none.
 *
 * @see https://standardschema.dev, StandardJSONSchemaV1
 */
export function standardJsonSchema(
  schema: StandardSchemaV1,
  side: 'input' | 'output',
): JsonSchemaObject | undefined {
  const { jsonSchema } = schema['~standard'] as Partial<StandardJSONSchemaV1.Props>
  if (jsonSchema === undefined) return undefined
  return (
    convert(() => jsonSchema[side]({ target: 'draft-2020-12' })) ??
    convert(() => jsonSchema[side]({ target: 'draft-2020-12', libraryOptions: FORGIVING }))
  )
}

function convert(run: () => unknown): JsonSchemaObject | undefined {
  try {
    const converted = run()
    return isRecord(converted) ? converted : undefined
  } catch {
    // By the specification a converter throws for a schema that it cannot represent.
    return undefined
  }
}
