import type { SchemaOptions, TKind } from '@sinclair/typebox'
import type { StandardSchemaV1 } from '@standard-schema/spec'

/**
 * TypeBox's schema without `static`: a call of `Import` of a `t.Module` that is written in place is inferred from the type
 * that its place expects, and TypeScript would look for an `unknown` in all that a recursive schema may be, without end.
 * It has TypeBox's name because messages of the compiler show it.
 */
interface TSchema extends TKind, SchemaOptions {
  params: unknown[]
}

/** A schema that Keelson accepts: TypeBox (`t`), or any Standard Schema object (zod, valibot, arktype…). */
export type SchemaLike = TSchema | StandardSchemaV1

/** A plain object of schemas, short for `t.Object({...})` where texts come by name: params, query, headers, cookies. */
export interface FieldSchemas {
  readonly [name: string]: SchemaLike
}

/** A plain object of TypeBox schemas, short for `t.Object({...})` of a JSON body. */
export interface PropertySchemas {
  readonly [name: string]: TSchema
}
