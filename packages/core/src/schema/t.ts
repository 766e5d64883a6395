import { Type } from '@sinclair/typebox'
import { checkedBuilder } from './checked-builder.ts'
import type { SchemaBuilder } from './schema-builder.ts'

/**
 * The schema builder: TypeBox 0.34. Its schemas are JSON Schema and a type at once.
 *
 * @example
 * const Order = t.Object({ id: t.String({ format: 'uuid' }), total: t.Number({ minimum: 0 }) }, { $id: 'Order' })
 */
// The types of TypeBox lack what the builder copies from its options into the schema.
export const t = checkedBuilder(Type) as SchemaBuilder
// A program that emits declarations of its schemas must name their types (TS2883).
export type * from '@sinclair/typebox'
export type {
  BodyInput,
  InputOf,
  OutputOf,
  ParamsInput,
  ReturnedOf,
  ShapedInput,
  ShapedOutput,
} from './infer.ts'
export type { FieldSchemas, SchemaLike } from './schema-like.ts'
export type { HasDefault, SchemaBuilder, WithDefault } from './schema-builder.ts'
