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
  const ordered = [...changes.filter(isRename), ...changes.filter((change) => !isRename(change))]
  const writers = writersOf(dialect)
  return ordered.flatMap((change) => {
    const table = tableOf(change)
    if (isRename(change) || !rebuilt.has(table)) return writeBy(writers, [change], ends)
    if (done.has(table)) return []
    done.add(table)
    const own = changes.filter((one) => tableOf(one) === table && !isRename(one))
    return rebuildTable(own, { table, ends, dialect })
  })
}

function isRename({ kind }: Change): boolean {
  return kind === 'rename table' || kind === 'rename column'
}

function tableOf(change: Change): string {
  return change.kind === 'rename table' ? change.to : change.table
}

/** Whether a change is one that `alter table` cannot make; on every version of SQLite that Node has. */
function isRebuild(change: Change, { from }: ChangeEnds): boolean {
  switch (change.kind) {
    case 'alter column':
    case 'alter primary':
    case 'add check':
    case 'drop check':
    case 'add reference':
    case 'drop reference':
    case 'alter storage':
    case 'drop column':
      return true
    case 'drop index':
      return change.index.isConstraint
    case 'add column':
      return from.tables.has(change.table) && !isAddable(change)
    default:
      return false
  }
}

/** A new column has a default that is the same for all rows, or may be null. */
function isAddable({ column }: ChangeOf<'add column'>): boolean {
  if (column.generated !== undefined) return false
  if (column.default === undefined) return column.isNullable
  return column.default.value !== undefined
}

function writersOf(dialect: Dialect): ChangeWriters {
  const { quote } = dialect
  const none = (): readonly string[] => []
  return {
    'rename table': ({ from, to }) => [`alter table ${quote(from)} rename to ${quote(to)}`],
    'rename column': ({ table, from, to }) => [
      `alter table ${quote(table)} rename column ${quote(from)} to ${quote(to)}`,
    ],
    'rename constraint': renameIndex(dialect),
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
function renameIndex(dialect: Dialect): ChangeWriters['rename constraint'] {
  return ({ table, of, from, to }, ends) => {
    const index = ends.from.tables.get(table)?.indexes.find(({ name }) => name === from)
    if (of !== 'index' || index === undefined || index.isConstraint) return []
    return [`drop index ${dialect.quote(from)}`, indexText({ ...index, name: to }, table, dialect)]
  }
}
