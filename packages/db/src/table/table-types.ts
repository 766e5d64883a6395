// The types that follow from the columns of a table.
import type { AnyColumns, ColumnUse } from './column.ts'

/** The members of an intersection as one object, printed resolved. */
export type Resolved<T> = { [K in keyof T]: T[K] }

/** Row of the database: all columns. */
export type RowOfColumns<C extends AnyColumns> = { [K in keyof C]: C[K]['~type'] }

/** Row as routes show it: without hidden columns. */
export type ShownOfColumns<C extends AnyColumns> = {
  [K in keyof C as K & C[K]['~use']['row']]: C[K]['~type']
}

/**
 * What an insert takes: everything, made values and defaults optional. A member is required if one part requires it; the first part
 * has all in the order of the columns.
 */
export type InsertOfColumns<C extends AnyColumns> = Resolved<
  { [K in keyof C]?: C[K]['~type'] } & { [K in NamesOf<C, 'insertRequired'>]: C[K]['~type'] }
>

/** What a body may say of a new row; made like that of an insert. */
export type NewOfColumns<C extends AnyColumns> = Resolved<
  { [K in keyof C as K & C[K]['~use']['new']]?: C[K]['~body'] } & {
    [K in NamesOf<C, 'newRequired'>]: C[K]['~body']
  }
>

/** What a body may change of a row. */
export type PatchOfColumns<C extends AnyColumns> = {
  [K in keyof C as K & C[K]['~use']['patch']]?: C[K]['~body']
}

/** What an update takes: everything but the key and the version. */
export type UpdateOfColumns<C extends AnyColumns> = {
  [K in keyof C as K & C[K]['~use']['update']]?: C[K]['~type']
}

/** The key: its value where it is one column, else an object; `never` without one. */
export type IdOfColumns<C extends AnyColumns> = IdOf<C, NamesOf<C, 'key'>>
type IdOf<C extends AnyColumns, N extends keyof C> = [IsOne<N>] extends [true]
  ? C[N]['~type']
  : { [K in N]: C[K]['~type'] }
type IsOne<K, L = K> = K extends unknown ? ([L] extends [K] ? true : false) : never

/** Names of the columns that are taken there. Far cheaper than `keyof` of a mapped type with `as`. */
export type NamesOf<C extends AnyColumns, U extends keyof ColumnUse<never>> = {
  [K in keyof C & string]: K & C[K]['~use'][U]
}[keyof C & string]
