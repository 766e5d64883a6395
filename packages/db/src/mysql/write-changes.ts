// Changes as statements of MySQL and MariaDB, each of which commits by itself.
import {
  checkText,
  columnText,
  indexText,
  primaryText,
  referenceText,
  tableTexts,
  wantedTable,
  writeBy,
  type Change,
  type ChangeEnds,
  type ChangeOf,
  type ChangeWriters,
  type CheckDescription,
  type ColumnDescription,
  type Dialect,
} from '../adapter/index.ts'
import { keptValues } from './kept-values.ts'
import { renameByMaking } from './rename-by-making.ts'

/** The statements that make changes, in their order. */
export function writeMysqlChanges(changes: readonly Change[], ends: ChangeEnds, dialect: Dialect): string[] {
  const dropped = changes.flatMap((change) => (change.kind === 'drop check' ? change.check : []))
  return writeBy(writersOf(dialect, dropped), changes, ends)
}

/** @param dropped - CHECKs that go */
function writersOf(dialect: Dialect, dropped: readonly CheckDescription[]): ChangeWriters {
  const { quote } = dialect
  const alter = (table: string, ...actions: readonly string[]): string =>
    `alter table ${quote(table)} ${actions.join(', ')}`
  return {
    'rename table': ({ from, to }) => [`rename table ${quote(from)} to ${quote(to)}`],
    'rename column': ({ table, from, to }) => [alter(table, `rename column ${quote(from)} to ${quote(to)}`)],
    'rename constraint': (change, ends) => {
      const { table, of, from, to } = change
      if (of === 'index') return [alter(table, `rename index ${quote(from)} to ${quote(to)}`)]
      return renameByMaking(change, ends, dialect).map((action) => alter(table, action))
    },
    'create table': ({ created, references }) => tableTexts(created, dialect, references),
    'drop table': ({ table }) => [`drop table ${quote(table)}`],
    'add column': ({ table, column }) => [alter(table, `add column ${columnText(column, dialect)}`)],
    'drop column': ({ table, column }) => [alter(table, `drop column ${quote(column)}`)],
    'alter column': (change, ends) => {
      const kept = keptValues(change, ends, dialect)
      const altered = alterColumn(change, { ends, dialect, dropped })
      return kept === undefined
        ? [alter(change.table, altered)]
        : [
            alter(change.table, `add ${checkText(kept, dialect)}`),
            alter(change.table, altered, `drop constraint ${quote(kept.name ?? '')}`),
          ]
    },
    'alter primary': ({ table, from, to }) => [
      alter(
        table,
        ...(from === undefined ? [] : ['drop primary key']),
        ...(to === undefined ? [] : [`add ${primaryText({ ...to, name: undefined }, dialect)}`]),
      ),
    ],
    'add index': ({ table, index }) => [indexText(index, table, dialect)],
    'drop index': ({ table, index }) => [`drop index ${quote(index.name)} on ${quote(table)}`],
    'add check': ({ table, check }) => [alter(table, `add ${checkText(check, dialect)}`)],
    'drop check': (change, ends) => [alter(change.table, dropCheck(change, { ends, dialect, dropped }))],
    'add reference': ({ table, reference }) => [alter(table, `add ${referenceText(reference, dialect)}`)],
    'drop reference': ({ table, reference }) => [
      alter(table, `drop foreign key ${quote(reference.name ?? '')}`),
    ],
    'alter storage': ({ table, to }) => [alter(table, to)],
  }
}

interface ModifyPlace {
  readonly ends: ChangeEnds
  readonly dialect: Dialect
  readonly dropped: readonly CheckDescription[]
}

/** A default alone changes at once; all else takes the whole column. */
function alterColumn({ table, from, to }: ChangeOf<'alter column'>, place: ModifyPlace): string {
  if (from.type !== to.type || from.isNullable !== to.isNullable || from.generated !== to.generated)
    return modify(table, to, place)
  const action = to.default === undefined ? 'drop default' : `set default ${to.default.text}`
  return `alter column ${place.dialect.quote(to.name)} ${action}`
}

/** One that belongs to a column goes with the definition of that. */
function dropCheck({ table, check }: ChangeOf<'drop check'>, place: ModifyPlace): string {
  const column = place.ends.from.tables.get(table)?.columns.find(({ name }) => name === check.column)
  if (column === undefined) return `drop constraint ${place.dialect.quote(check.name ?? '')}`
  return modify(table, column, place)
}

/** The CHECKs that were written at a column go where they are not said again. */
function modify(table: string, column: ColumnDescription, { ends, dialect, dropped }: ModifyPlace): string {
  const { checks } = wantedTable(table, { from: ends.from, to: ends.from })
  const kept = checks.filter((check) => !dropped.includes(check))
  return `modify column ${columnText(withPrecision(column), dialect, { checks: kept })}`
}

/** `current_timestamp` has as many digits as the type: MySQL refuses others. */
function withPrecision(column: ColumnDescription): ColumnDescription {
  const type = /^(?:datetime|timestamp)(\(\d\))?/.exec(column.type)
  if (type === null) return column
  const now = `current_timestamp${type[1] ?? '()'}`
  const follow = (text: string): string =>
    text.replace(/^(on update )?current_timestamp(?:\(\d*\))?$/i, `$1${now}`)
  return {
    ...column,
    default: column.default && { ...column.default, text: follow(column.default.text) },
    generated: column.generated && follow(column.generated),
  }
}
