import type { ReturnedOf } from '@keelson/core'
import type { TObject, TOptional, TProperties, TSchema, TUnsafe } from '@keelson/core/schemas'
import type { Merged } from './table-types.ts'

/** These properties alone; what may be omitted stays so. */
// In this file and read at once, as those of rows: an alias of another file would be shown.
export type Picked<T, K extends keyof T> = { picked: { [P in K]: T[P] } }['picked']

/** All other properties. */
export type Unpicked<T, K> = { rest: { [P in keyof T as P extends K ? never : P]: T[P] } }['rest']

/** The schemas of properties by name, as `t.Object()` takes them. */
type PropertySchemas<T> = {
  -readonly [K in keyof T]-?: {} extends Pick<T, K>
    ? TOptional<TUnsafe<Exclude<T[K], undefined>>>
    : TUnsafe<T[K]>
}

/**
 * A schema of rows, `T` the type of its values, for which handlers may return `TReturned`: a `Date` where a route has its text, and
 * lists that are read-only.
 */
export interface AnswerSchema<T, TReturned> extends TSchema {
  readonly type: 'object'
  static: T
  /** For the compiler only, absent at run time. */
  readonly '~returned': TReturned
  readonly properties: PropertySchemas<T>
  /** The schema of these properties alone. */
  pick<K extends keyof T & keyof TReturned>(
    ...properties: readonly K[]
  ): AnswerSchema<Picked<T, K>, Picked<TReturned, K>>
  /** The schema of all other properties. */
  omit<K extends keyof T>(...properties: readonly K[]): AnswerSchema<Unpicked<T, K>, Unpicked<TReturned, K>>
  /** The schema with these properties besides, or instead of those of the same name. */
  extend<const P extends TProperties>(
    properties: P,
  ): AnswerSchema<
    Merged<Unpicked<T, keyof P> & TObject<P>['static']>,
    Merged<Unpicked<TReturned, keyof P> & ReturnedOf<TObject<P>>>
  >
}

/**
 * The schema of the rows of a table, or of a part of them: for bodies, answers and params of routes, alone or within `t.Array` and its
 * kin. `T` is the type of its values.
 *
 * @example
 * const Summary = Orders.row.pick('id', 'total').extend({ items: t.Array(Items.row) })
 */
// An interface of its own, since editors print defaulted arguments as well.
export interface TableSchema<T> extends AnswerSchema<T, T> {
  pick<K extends keyof T>(...properties: readonly K[]): TableSchema<Picked<T, K>>
  omit<K extends keyof T>(...properties: readonly K[]): TableSchema<Unpicked<T, K>>
}
