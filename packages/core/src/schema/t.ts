/**
 * The schema builder: TypeBox 0.34. What it makes is JSON Schema and a type at once.
 *
 * @example
 * const Order = t.Object({ id: t.String({ format: 'uuid' }), total: t.Number({ minimum: 0 }) }, { $id: 'Order' })
 */
export { Type as t } from '@sinclair/typebox'
// A program that emits declarations of its schemas must be able to name their types (TS2883).
export type * from '@sinclair/typebox'
