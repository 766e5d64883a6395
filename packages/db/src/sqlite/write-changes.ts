// Changes as statements of SQLite. What its `alter table` cannot do makes the table anew, with its rows.
import {
  columnText,
  indexText,
  tableTexts,
  writeBy,
  type Change,
  type ChangeEnds,
  type ChangeOf,
  type ChangeWriters,
  type Dialect,
} from '../adapter/index.ts'
import { rebuildTable } from './rebuild-table.ts'

/** The statements that make changes, in their order. A migration with a `drop table` among them must run with foreign keys off. */
export function writeSqliteChanges(changes: readonly Change[], ends: ChangeEnds, dialect: Dialect): string[] {
  const rebuilt = new Set(changes.filter((change) => isRebuild(change, ends)).map(tableOf))
  const done = new Set<string>()
  const first = changes.filter((change, at) => isRename(change) || isEarlyDrop(change, changes.slice(at)))
  const ordered = [...first, ...changes.filter((change) => !first.includes(change))]
  const writers = writersOf(dialect, ends)
  return ordered.flatMap((change) => {
    const table = tableOf(change)
    if (isRename(change) || !rebuilt.has(table)) return writeBy(writers, [change], ends)
    if (done.has(table)) return []
    done.add(table)
    return rebuildTable({ table, ends, dialect })
  })
}

function isRename({ kind }: Change): boolean {
  return kind.startsWith('rename')
}

/** A table that goes before others are changed holds names that they get: of indexes, which are made with a table anew. */
function isEarlyDrop({ kind }: Change, rest: readonly Change[]): boolean {
  return kind === 'drop table' && rest.some((change) => change.kind !== 'drop table')
}

function tableOf(change: Change): string {
  return change.kind === 'rename table' ? change.to : change.table
}

/** What `alter table` cannot do, on every version of SQLite that Node has. */
const REBUILDS: ReadonlySet<Change['kind']> = new Set([
  'alter column',
  'alter primary',
  'add check',
  'drop check',
  'add reference',
  'drop reference',
  'alter storage',
  'drop column',
])

/** Whether a change makes its table anew. One that comes or goes takes its references with it. */
function isRebuild(change: Change, { from, to }: ChangeEnds): boolean {
  const table = tableOf(change)
  if (!from.tables.has(table) || !to.tables.has(table)) return false
  if (change.kind === 'drop index') return change.index.isConstraint
  return change.kind === 'add column' ? !isAddable(change) : REBUILDS.has(change.kind)
}

/** A new column has a default that is the same for all rows, or may be null. */
function isAddable({ column }: ChangeOf<'add column'>): boolean {
  if (column.generated !== undefined) return false
  if (column.default === undefined) return column.isNullable
  return column.default.value !== undefined
}

function writersOf(dialect: Dialect, ends: ChangeEnds): ChangeWriters {
  const { quote } = dialect
  const none = (): readonly string[] => []
  return {
    'rename table': ({ from, to }) => [`alter table ${quote(from)} rename to ${quote(to)}`],
    'rename column': ({ table, from, to }) => [
      `alter table ${quote(table)} rename column ${quote(from)} to ${quote(to)}`,
    ],
    'rename constraint': renameIndex(dialect, ends),
    // With all its references: a table may refer to one that is not there yet.
    'create table': ({ created }) => tableTexts(created, dialect),
    'drop table': ({ table }) => [`drop table ${quote(table)}`],
    'add column': ({ table, column }) => [
      `alter table ${quote(table)} add column ${columnText(column, dialect)}`,
    ],
    'add index': ({ table, index }) => [indexText(index, table, dialect)],
    'drop index': ({ index }) => [`drop index ${quote(index.name)}`],
    // All others make the table anew, but for references of a table that was made with them.
    'drop column': none,
    'alter column': none,
    'alter primary': none,
    'add check': none,
    'drop check': none,
    'add reference': none,
    'drop reference': none,
    'alter storage': none,
  }
}

/** An index has no other way to another name; constraints have one that nothing tells. */
function renameIndex(dialect: Dialect, { from }: ChangeEnds): ChangeWriters['rename constraint'] {
  const indexes = new Map(
    [...from.tables.values()].flatMap((table) => table.indexes.map((index) => [index.name, index] as const)),
  )
  return ({ table, of, from: before, to }) => {
    const index = indexes.get(before)
    if (of !== 'index' || index === undefined || index.isConstraint) return []
    const renamed = { ...index, name: to }
    indexes.set(to, renamed)
    return [`drop index ${dialect.quote(before)}`, indexText(renamed, table, dialect)]
  }
}
