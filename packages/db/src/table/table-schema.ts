import type { TObject, TProperties, TSchema, TUnsafe } from '@keelson/core/schemas'
import type { Resolved } from './table-types.ts'

/**
 * The schema of the rows of a table, or of a part of them: for bodies, answers and params of routes, alone or within `t.Array` and its
 * kin. `T` is the type of its values.
 *
 * @example
 * const Summary = Orders.row.pick('id', 'total').extend({ items: t.Array(Items.row) })
 */
export interface TableSchema<T> extends TSchema {
  readonly type: 'object'
  static: T
  readonly properties: { readonly [K in keyof T]-?: TUnsafe<T[K]> }
  /** The schema of these properties alone. What may be omitted stays so: `K` is of `keyof T`, which keeps its modifiers. */
  pick<K extends keyof T>(...properties: readonly K[]): TableSchema<{ [P in K]: T[P] }>
  /** The schema of all other properties. */
  omit<K extends keyof T>(
    ...properties: readonly K[]
  ): TableSchema<{ [P in keyof T as P extends K ? never : P]: T[P] }>
  /** The schema with these properties besides, or instead of those of the same name. */
  extend<const P extends TProperties>(
    properties: P,
  ): TableSchema<Resolved<{ [K in keyof T as K extends keyof P ? never : K]: T[K] } & TObject<P>['static']>>
}
