// What `toWhere` takes and gives, by shape: nothing of Kysely is imported.
import type { ConditionColumn, ConditionValue } from '@keelson/core/conditions'

/** Whose SQL is written. */
export type WhereDialect = 'mariadb' | 'mysql' | 'postgresql' | 'sqlite'

/** Options of {@link toWhere}; `TColumns` are the columns of the condition. */
export interface ToWhereOptions<TColumns> {
  /** The database that the query is for. Nothing guesses it: what compares exactly on one is loose on another. */
  readonly dialect: WhereDialect
  /** The columns, as the resource of the policy names them: `Orders.columns`. Values are compared by their kinds. */
  readonly columns: { readonly [K in keyof TColumns]: ConditionColumn }
  /** Name or alias of the table in the query, for one that has several. Default none: the columns stand alone. */
  readonly table?: string | undefined
}

/** A node of a query of Kysely. */
export interface SqlNode {
  readonly kind: string
}

/** The expression builder of Kysely, as far as it is used. */
export interface WhereBuilder {
  ref(column: never): unknown
}

/** An expression that Kysely takes in `where`, and in `and`, `or` and `not`. */
export interface WhereExpression {
  get expressionType(): boolean | undefined
  toOperationNode(): { readonly kind: 'RawNode' }
}

/** A column of the query. */
export interface QueryColumn {
  /** Its place in the query. */
  readonly node: SqlNode
  readonly name: string
  readonly about: ConditionColumn
  /** Whether its place names the table. */
  readonly isQualified: boolean
}

/** How a database compares exactly what a condition compares. */
export interface ExactSql {
  /** A column in the form in which its values are compared. */
  column(column: QueryColumn): SqlNode
  /** A value in this form. */
  value(value: ConditionValue, column: QueryColumn): SqlNode
  /** The column and a value as an index has them; what is equal in the form above is equal here, too. `undefined` where that form has the index. */
  indexed(
    column: QueryColumn,
    value: ConditionValue,
  ): { readonly column: SqlNode; readonly value: SqlNode } | undefined
  startsWith(column: QueryColumn, prefix: ConditionValue): SqlNode
  /** The element is JSON. */
  contains(column: QueryColumn, element: ConditionValue): SqlNode
  /** What it cannot compare; asked with the comparison. */
  problem(column: QueryColumn, comparison: string, value: ConditionValue | undefined): string | undefined
}
