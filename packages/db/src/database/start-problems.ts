import type { SetupProblem } from '@keelson/core'
import type { Adapter } from '../adapter/index.ts'
import type { TablesFacts } from '../table/index.ts'

/** What the system of a database cannot hold of its tables. */
export function startProblems({ tables }: TablesFacts, adapter: Adapter): SetupProblem[] {
  const dialect = adapter.dialect()
  return [...tables.values()].flatMap((table) =>
    table.columns.flatMap((column) =>
      dialect.columnProblems(column).map((message) => ({
        code: 'ERR_DB_TABLE',
        place: `${table.name}.${column.property}`,
        message,
        remedy: `Declare the column so that ${dialect.system} can hold it.`,
      })),
    ),
  )
}
