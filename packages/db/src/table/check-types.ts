// What the compiler checks of the tables of a database: each wrong one is to be a sentence.
import type { AnyColumn } from './column.ts'
import type { RelationName } from './graph.ts'
import type { ReservedName } from './reserved-names.ts'
import type { AnyTables } from './table.ts'

/** The tables, each where nothing is wrong with it, else a sentence. */
export type CheckedTables<TS extends AnyTables> = {
  readonly [K in keyof TS]: TableProblem<TS, K> extends infer P ? ([P] extends [never] ? TS[K] : P) : never
}

type TableProblem<TS extends AnyTables, K extends keyof TS> = K extends ReservedName
  ? `'${K}' is a name of the database itself: choose another key`
  : [TS[K]['~id']] extends [never]
    ? `${K & string} has no primary key`
    : {
        [P in TS[K]['~referring']]: ReferenceProblem<TS, K, P, TS[K]['~columns'][P]>
      }[TS[K]['~referring']]

type ReferenceProblem<
  TS extends AnyTables,
  K extends keyof TS,
  P,
  C extends AnyColumn,
> = C['~reference']['to'] extends infer T extends keyof TS
  ? IsSame<NonNullable<C['~type']>, TS[T]['~id']> extends true
    ? RelationName<P, C['~reference']['as']> extends keyof TS[K]['~columns']
      ? `${K & string}.${P & string}: the relation takes the name of a column; give another: .references('${T & string}', { as: '…' })`
      : never
    : `${K & string}.${P & string} has another type than the key of ${T & string}`
  : `${K & string}.${P & string} refers to '${C['~reference']['to']}', which defineTables does not name`

type IsSame<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false
