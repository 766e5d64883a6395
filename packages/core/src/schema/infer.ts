import type { TSchema } from '@sinclair/typebox'
import type { StandardSchemaV1 } from '@standard-schema/spec'

/** A schema that Keelson takes: TypeBox (`t`), or any Standard Schema object (zod, valibot, arktype…). */
export type SchemaLike = TSchema | StandardSchemaV1

/** A plain object of schemas, short for `t.Object({...})` where strings come in by name: params, query, headers, cookies. */
export interface Shape {
  readonly [name: string]: SchemaLike
}

/** What a value of the schema is after validation. */
export type OutputOf<S> = S extends { static: unknown }
  ? S['static']
  : S extends StandardSchemaV1<unknown, infer T>
    ? T
    : never

/** What a caller may send; differs from {@link OutputOf} only for Standard Schemas that transform. */
export type InputOf<S> = S extends { static: unknown }
  ? S['static']
  : S extends StandardSchemaV1<infer T, unknown>
    ? T
    : never

/** Keys of a shape whose schema is `t.Optional(…)`. */
type OptionalKeys<S> = { [K in keyof S]: S[K] extends { [OptionalMark]: 'Optional' } ? K : never }[keyof S]
declare const OptionalMark: typeof import('@sinclair/typebox').OptionalKind

type ShapeOutput<S, O extends keyof S = OptionalKeys<S>> = [O] extends [never]
  ? { [K in keyof S]: OutputOf<S[K]> }
  : { [K in Exclude<keyof S, O>]: OutputOf<S[K]> } & { [K in O]?: OutputOf<S[K]> } extends infer T
    ? { [K in keyof T]: T[K] } // printed resolved, where an alias would be printed by its name
    : never

/** Output of a schema or of a shape of schemas. */
export type ShapedOutput<S> = S extends { static: unknown } | { '~standard': unknown }
  ? OutputOf<S>
  : ShapeOutput<S>

/** Input of a schema or of a shape of schemas. */
export type ShapedInput<S> = S extends { '~standard': unknown } ? InputOf<S> : ShapedOutput<S>
