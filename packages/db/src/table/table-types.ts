// The types that follow from the columns of a table. Most are a member that is read at once: editors and messages then show
// what it is, and not the alias with its columns.
import type { AnyColumn, AnyColumns, ColumnUses, ReturnedValue } from './column.ts'
import type { AnswerSchema, TableSchema } from './table-schema.ts'

/** The members of an intersection as one object, printed resolved. */
export type Merged<T> = { merged: { [K in keyof T]: T[K] } }['merged']

/** Row of the database: all columns. */
export type RowOfColumns<C extends AnyColumns> = { row: { [K in keyof C]: C[K]['~type'] } }['row']

/** Row as routes show it: without hidden columns. Where there are none, the one type that rows of the database have. */
export type ShownOfColumns<C extends AnyColumns> = unknown extends C[keyof C]['~use']['hidden']
  ? Shown<C, NamesOf<C>['shown']>
  : RowOfColumns<C>
type Shown<C extends AnyColumns, N> = { shown: { [K in keyof C as K & N]: C[K]['~type'] } }['shown']

/** The schema of rows as routes show them. */
export type RowSchema<C extends AnyColumns> = unknown extends C[keyof C]['~use']['as']
  ? AnswerSchema<Sent<C, NamesOf<C>['shown']>, Returned<C, NamesOf<C>['shown']>>
  : TableSchema<ShownOfColumns<C>>
type Sent<C extends AnyColumns, N> = { sent: { [K in keyof C as K & N]: C[K]['~body'] } }['sent']
type Returned<C extends AnyColumns, N> = {
  returned: { [K in keyof C as K & N]: ReturnedValue<C[K]['~type'], K> }
}['returned']

/** What an insert takes: everything, made values and defaults optional. */
export type InsertOfColumns<C extends AnyColumns> = ValuesOf<C, Requiring<C, NamesOf<C>['required']>>
type ValuesOf<C extends { [K in keyof M]: AnyColumn }, M> = {
  values: { [K in keyof M]: C[K]['~type'] }
}['values']
/**
 * Members whose only sense is whether they are optional, in the order of the columns. One is required if one part requires it; the
 * first part has all.
 */
type Requiring<C extends AnyColumns, N extends keyof C> = { [K in keyof C]?: 1 } & { [K in N]: 1 }

/** What a body may say of a new row: made values omitted, what has a default optional. */
export type NewOfColumns<C extends AnyColumns> = BodiesOf<
  C,
  Requiring<C, NamesOf<C>['required']>,
  NamesOf<C>['new']
>
/** `K & N`, names computed before: the compiler evaluates it anew for each question about the names. */
type BodiesOf<C extends { [K in keyof M]: AnyColumn }, M, N> = {
  bodies: { [K in keyof M as K & N]: C[K]['~body'] }
}['bodies']

/** What a body may change of a row: all that it may say of a new one but the key. */
export type PatchOfColumns<C extends AnyColumns> = ChangedBodies<C, NamesOf<C>['new'] & NamesOf<C>['update']>
type ChangedBodies<C extends AnyColumns, N> = {
  bodies: { [K in keyof C as K & N]?: C[K]['~body'] }
}['bodies']

/** What an update takes: everything but the key and the version. */
export type UpdateOfColumns<C extends AnyColumns> = Changes<C, NamesOf<C>['update']>
type Changes<C extends AnyColumns, N> = { changes: { [K in keyof C as K & N]?: C[K]['~type'] } }['changes']

/** The key: its value where it is one column, else an object; `never` without one. */
export type IdOfColumns<C extends AnyColumns> = IdOf<C, NamesOf<C>['key']>
type IdOf<C extends AnyColumns, N extends keyof C> = [IsOne<N>] extends [true]
  ? C[N]['~type']
  : { [K in N]: C[K]['~type'] }
type IsOne<K, L = K> = K extends unknown ? ([L] extends [K] ? true : false) : never

/** The name of a column, at each use that it is taken for. One type for all columns of that name and these traits, in whatever table. */
export interface NameOf<K, U extends ColumnUses> {
  readonly key: K & U['key']
  readonly refers: K & U['refers']
  readonly shown: K & U['shown']
  readonly required: K & U['required']
  readonly new: K & U['new']
  readonly update: K & U['update']
}

/** Names of columns by what they are taken for, as a union of objects: `NamesOf<C>['key']`. */
export type NamesOf<C extends AnyColumns> = {
  [K in keyof C & string]: NameOf<K, C[K]['~use']>
}[keyof C & string]
