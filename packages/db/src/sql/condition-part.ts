// What a `where` of a repository says, as a part of a statement that others wrote.
import type { ConditionColumns, ConditionNode } from '@keelson/core/conditions'
import { checkCallOptions, optionTable, text } from '@keelson/core/options'
import { whereReaderOf } from '../condition/index.ts'
import type { PublicFunction } from '../session/index.ts'
import type { TableFacts } from '../table/index.ts'
import { factsOf, type SqlTable } from './sql-table.ts'

/** A table with the columns that a condition names. */
export interface WhereTable extends SqlTable {
  readonly columns: ConditionColumns
}

/** Options of `sql.where` and `db.where`. */
export interface WhereOptions {
  /** What the statement calls the table. Default: by its name. */
  readonly alias?: string | undefined
}

const WHERE_OPTIONS = optionTable<WhereOptions>({
  alias: text('What the statement calls the table.', { minLength: 1 }),
})

/** A condition on the rows of a table, which the statement calls by its alias. */
export interface ConditionPart {
  readonly kind: 'condition'
  readonly condition: ConditionNode
  readonly table: TableFacts
  readonly alias: string
}

/**
 * A condition as a part.
 *
 * @param call.below - the function that the code called
 */
export function conditionPart(
  table: SqlTable,
  where: unknown,
  { options = {}, below }: { readonly options: WhereOptions | undefined; readonly below: PublicFunction },
): ConditionPart {
  checkCallOptions(WHERE_OPTIONS, options, { name: 'where', below })
  const facts = factsOf(table)
  const { alias = facts.name } = options
  return { kind: 'condition', condition: whereReaderOf(facts).read(where), table: facts, alias }
}
