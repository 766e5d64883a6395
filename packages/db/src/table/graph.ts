// The types of relations: references of all tables of a database, read once.
import type { AnyColumn } from './column.ts'
import type { AnyTables } from './table.ts'

/** A reference from one table to another, with the names of its two relations. */
export interface Edge {
  /** Key of the table that refers. */
  readonly from: string
  /** Key of the table that it refers to. */
  readonly to: string
  /** Name of the relation to the one row. */
  readonly name: string
  /** Name of the relation to the many rows. */
  readonly inverse: string
  readonly isNullable: boolean
}

/** The edge of one column. */
export interface EdgeOf<TFrom, P, C extends AnyColumn> {
  readonly from: TFrom
  readonly to: C['~reference']['to']
  readonly name: RelationName<P, C['~reference']['as']>
  readonly inverse: InverseName<TFrom, C['~reference']['inverse']>
  readonly isNullable: null extends C['~type'] ? true : false
}

/** The name that a relation is given, or the property without `Id` at its end. */
export type RelationName<P, TAs> = TAs extends string ? TAs : P extends `${infer N}Id` ? N : P
type InverseName<TFrom, TInverse> = TInverse extends string ? TInverse : TFrom

/** One row of another table. */
export interface OneRelation<TTo, TNullable> {
  readonly to: TTo
  readonly isMany: false
  readonly isNullable: TNullable
}

/** Rows of another table. */
export interface ManyRelation<TTo> {
  readonly to: TTo
  readonly isMany: true
}

/** The references of all tables, and the relations that follow; an interface, so that each is computed once. */
export interface Graph<TS extends AnyTables> {
  /** References by the table that has them. */
  readonly edges: {
    readonly [K in keyof TS]: {
      readonly [P in TS[K]['~referring']]: EdgeOf<K, P, TS[K]['~columns'][P]>
    }[TS[K]['~referring']]
  }
  /** References by the table that they refer to. */
  readonly into: Into<Graph<TS>['edges'][keyof TS]>
  /** Relations of each table by name. */
  readonly relations: {
    readonly [K in keyof TS]: Relations<Graph<TS>['edges'][K], Incoming<Graph<TS>['into'], K>>
  }
}

type Into<E> = { readonly [X in E as ToOf<X>]: X }
type ToOf<E> = E extends { readonly to: infer K extends string } ? K : never
/** Not by `keyof`, which would be made anew for each table: the cost would grow with the square of their number. */
type Incoming<TInto, K extends PropertyKey> = TInto extends { readonly [X in K]: infer E } ? E : never

type Relations<TOut, TIn> = {
  readonly [X in TOut as MemberOf<X, 'name'>]: X extends Edge ? OneRelation<X['to'], X['isNullable']> : never
} & {
  readonly [X in TIn as MemberOf<X, 'inverse'>]: X extends Edge ? ManyRelation<X['from']> : never
}
type MemberOf<E, M extends keyof Edge> = E extends { readonly [_ in M]: infer N extends string } ? N : never

/** The relations of a table by name. */
export type RelationsOf<TS extends AnyTables, K extends keyof TS> = Graph<TS>['relations'][K]

/** What a relation loads. */
export type RelationValue<TS extends AnyTables, X> =
  X extends ManyRelation<infer T extends keyof TS>
    ? readonly TS[T]['~row'][]
    : X extends OneRelation<infer T extends keyof TS, infer N>
      ? N extends true
        ? TS[T]['~row'] | null
        : TS[T]['~row']
      : never

/** What relations add to a row. */
export type WithRelations<TS extends AnyTables, K extends keyof TS, R extends keyof RelationsOf<TS, K>> = {
  readonly [X in R]: RelationValue<TS, RelationsOf<TS, K>[X]>
}

/** Columns of relations by their names; `true` for whole rows. */
export type RelationColumns<TS extends AnyTables, K extends keyof TS> = {
  readonly [X in keyof RelationsOf<TS, K>]?: true | readonly ColumnsOf<TS, RelationsOf<TS, K>[X]>[]
}
type ColumnsOf<TS extends AnyTables, X> = X extends { readonly to: infer T extends keyof TS }
  ? keyof TS[T]['~row'] & string
  : never

/** What these columns of relations add to a row. */
export type WithColumns<TS extends AnyTables, K extends keyof TS, S> = {
  readonly [X in keyof S & keyof RelationsOf<TS, K>]: Cut<RelationValue<TS, RelationsOf<TS, K>[X]>, S[X]>
}
type Cut<TValue, TColumns> = TColumns extends readonly (infer P)[]
  ? TValue extends readonly (infer TRow)[]
    ? readonly Pick<TRow, P & keyof TRow>[]
    : TValue extends null
      ? null
      : Pick<TValue, P & keyof TValue>
  : TValue
