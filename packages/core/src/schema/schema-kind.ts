import { Kind, OptionalKind, type TSchema } from '@sinclair/typebox'
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'
import type { SchemaLike } from './infer.ts'
import { isRecord, type JsonSchemaObject } from './json-schema.ts'

/** Whether a value is a schema that TypeBox made, of whichever copy of the package. */
export function isTypeBoxSchema(value: unknown): value is TSchema {
  return isRecord(value) && typeof (value as { [Kind]?: unknown })[Kind] === 'string'
}

/** Whether a value follows Standard Schema 1 (zod, valibot, arktype…). arktype's schemas are functions. */
export function isStandardSchema(value: unknown): value is StandardSchemaV1 {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  const standard = (value as { '~standard'?: unknown })['~standard']
  return isRecord(standard) && standard['version'] === 1 && typeof standard['validate'] === 'function'
}

/** Whether a value is a schema that Keelson takes. */
export function isSchema(value: unknown): value is SchemaLike {
  return isTypeBoxSchema(value) || isStandardSchema(value)
}

/** Whether a schema was marked by `t.Optional`. */
export function isOptional(schema: unknown): boolean {
  return isRecord(schema) && (schema as { [OptionalKind]?: unknown })[OptionalKind] === 'Optional'
}

/** TypeBox's name for what it made: `Object`, `Void`, `Import`. */
export function kindOf(schema: TSchema): string {
  return schema[Kind]
}

/**
 * What zod and arktype want so that one member that JSON Schema cannot say (a date, a bigint) does not hide the
 * types of all others. Each ignores the other's option.
 */
const FORGIVING = { unrepresentable: 'any', fallback: (ctx: { base: unknown }): unknown => ctx.base }

/**
 * The JSON Schema of what a Standard Schema takes (`input`) or gives (`output`), or `undefined` when it cannot tell.
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
    // By the specification a converter throws for what it cannot represent.
    return undefined
  }
}
