import type { SetupProblem } from '@keelson/core'
import type { Adapter, Dialect } from '../adapter/index.ts'
import { keyBytes, type ColumnFacts, type TableFacts, type TablesFacts } from '../table/index.ts'

/** What the system of a database cannot hold of its tables. */
export function startProblems({ tables }: TablesFacts, adapter: Adapter): SetupProblem[] {
  const dialect = adapter.dialect()
  return [...tables.values()].flatMap((table) => [
    ...indexProblems(table, dialect),
    ...table.columns.flatMap((column) =>
      dialect.columnProblems(column).map((message) => ({
        code: 'ERR_DB_TABLE',
        place: `${table.name}.${column.property}`,
        message,
        remedy: `Declare the column so that ${dialect.system} can hold it.`,
      })),
    ),
  ])
}

/** How many names a message has. */
const SHOWN_TABLES = 10

/** What a database lacks of its tables: one problem for all. */
export function missingTableProblems(
  missing: readonly string[],
  place: string,
  hasMigrations: boolean,
): SetupProblem[] {
  if (missing.length === 0) return []
  const names = missing.slice(0, SHOWN_TABLES).map((name) => `'${name}'`)
  const more = missing.length > SHOWN_TABLES ? ` and ${missing.length - SHOWN_TABLES} more` : ''
  return [
    {
      code: 'ERR_DB_TABLE',
      place,
      message: `The database lacks the ${missing.length === 1 ? 'table' : 'tables'} ${names.join(', ')}${more}.`,
      remedy: hasMigrations
        ? 'No migration makes them: write one by `keelson db diff`.'
        : 'Make them by migrations (the option migrations); in examples and tests by createTables: true.',
    },
  ]
}

/** Keys of indexes that could be longer than the system takes: it would tell so at an insert. */
function indexProblems(table: TableFacts, dialect: Dialect): SetupProblem[] {
  const { maxIndexBytes = Infinity, indexColumnBytes = 0, system } = dialect
  const keys = [{ columns: table.primary.map(({ property }) => property) }, ...table.indexes]
  return keys.flatMap(({ columns }) => {
    const sizes = columns.map((property) => bytesOf(table.byProperty.get(property)) + indexColumnBytes)
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    if (bytes <= maxIndexBytes) return []
    return [
      {
        code: 'ERR_DB_TABLE',
        place: `${table.name}, ${columns.join(', ')}`,
        message: `A key of these columns has up to ${bytes} bytes; ${maxIndexBytes} is the most of ${system}.`,
        remedy: 'Give texts a lower maxLength.',
      },
    ]
  })
}

function bytesOf(column: ColumnFacts | undefined): number {
  return column === undefined ? 0 : keyBytes(column)
}
