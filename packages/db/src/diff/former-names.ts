// What tables say of names that they had, and how constraints were named by these.
import { constraintName, type TableFacts, type TablesFacts } from '../table/index.ts'
import type { ConstraintNames } from './constraint-names.ts'
import type { FormerNames } from './renames.ts'

/** Names that tables and columns had. */
export function formerNames({ tables }: TablesFacts): FormerNames {
  const all = [...tables.values()]
  return {
    tables: new Map(all.flatMap(({ name, was }) => (was === undefined ? [] : [[name, was]]))),
    columns: new Map(all.map((table) => [table.name, formerColumns(table)])),
    isDeclared: (name, owner) =>
      all.some((table) =>
        owner === undefined
          ? table.name === name
          : table.name === owner && table.columns.some((column) => column.name === name),
      ),
  }
}

function formerColumns({ columns }: TableFacts): ReadonlyMap<string, string> {
  return new Map(columns.flatMap(({ name, was }) => (was === undefined ? [] : [[name, was]])))
}

/** How the constraints of tables are named, and were. */
export function constraintNames({ tables }: TablesFacts): ConstraintNames {
  const byName = new Map([...tables.values()].map((table) => [table.name, table]))
  return {
    isSaid: (table, name) =>
      byName.get(table)?.indexes.some((index) => index.isNamed && index.name === name) === true,
    formerNames: (table) => {
      const facts = byName.get(table)
      return facts === undefined ? new Map() : formerConstraints(facts)
    },
  }
}

/** By the name of each constraint, those that it had under former names of its table or of its columns. */
function formerConstraints(table: TableFacts): Map<string, ReadonlySet<string>> {
  const former = formerColumns(table)
  const columnOf = (property: string): string => table.byProperty.get(property)?.name ?? property
  const named = [
    ...table.indexes.map(
      ({ columns, isUnique }) => [columns.map(columnOf), isUnique ? 'key' : 'idx'] as const,
    ),
    ...table.references.map(({ columns }) => [columns.map(columnOf), 'fkey'] as const),
    ...table.columns.map(({ name }) => [[name], 'check'] as const),
    [[], 'pkey'] as const,
  ]
  return new Map(
    named.map(([columns, kind]) => {
      const old = columns.map((column) => former.get(column) ?? column)
      const names = [table.name, ...(table.was === undefined ? [] : [table.was])].flatMap((name) => [
        constraintName(name, columns, kind),
        constraintName(name, old, kind),
      ])
      return [names[0] ?? '', new Set(names.slice(1))]
    }),
  )
}
