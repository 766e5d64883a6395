// Tables and their columns, as code names them in SQL.
import { QueryError } from '../errors.ts'
import { nameRemedy, type ColumnFacts, type TableFacts } from '../table/index.ts'

/** A table as `table(…)` makes it, as far as names and values of its columns need it. */
export interface SqlTable {
  readonly '~row': unknown
  readonly '~internal': TableFacts
}

/** A property of a table. */
export type SqlProperty<T extends SqlTable> = keyof T['~row'] & string

/** @throws {QueryError} for what is not a table */
export function factsOf(table: SqlTable): TableFacts {
  const facts = (table as Partial<SqlTable> | undefined)?.['~internal']
  if (facts?.byProperty !== undefined) return facts
  throw new QueryError({
    message:
      'sql.table and sql.ref take a table as table(…) makes it, not a name. So do sql.where and db.where.',
  })
}

/** @throws {QueryError} for a property that the table does not have */
export function columnOf(table: SqlTable, property: string): ColumnFacts {
  const facts = factsOf(table)
  const column = facts.byProperty.get(property)
  if (column !== undefined) return column
  throw new QueryError({
    message: `sql: the table '${facts.name}' does not have '${property}'. ${nameRemedy(property, facts.byProperty.keys())}`,
  })
}
