// Changes as statements of PostgreSQL.
import {
  checkText,
  columnText,
  indexText,
  primaryText,
  referenceText,
  tableTexts,
  writeBy,
  type Change,
  type ChangeEnds,
  type ChangeOf,
  type ChangeWriters,
  type Dialect,
  type IndexDescription,
} from '../adapter/index.ts'
import { conversionText } from './convert-column.ts'
import { writeEnumChanges } from './write-enum-changes.ts'
import { dropTypes, makeCollations } from './write-type-changes.ts'

/** The statements that make changes, in their order. */
export function writePostgresChanges(
  changes: readonly Change[],
  ends: ChangeEnds,
  dialect: Dialect,
): string[] {
  return [
    ...makeCollations(ends),
    ...writeEnumChanges(changes, ends, dialect),
    ...writeBy(writersOf(dialect), changes, ends),
    ...dropTypes(ends, dialect),
  ]
}

function writersOf(dialect: Dialect): ChangeWriters {
  const { quote } = dialect
  const alter = (table: string, action: string): string => `alter table ${quote(table)} ${action}`
  const drop = (table: string, name = ''): string => alter(table, `drop constraint ${quote(name)}`)
  return {
    'rename table': ({ from, to }) => [`alter table ${quote(from)} rename to ${quote(to)}`],
    'rename column': ({ table, from, to }) => [alter(table, `rename column ${quote(from)} to ${quote(to)}`)],
    'rename constraint': (change, ends) => [
      isPlainIndex(change, ends)
        ? `alter index ${quote(change.from)} rename to ${quote(change.to)}`
        : alter(change.table, `rename constraint ${quote(change.from)} to ${quote(change.to)}`),
    ],
    'create table': ({ created, references }) => {
      const indexes = created.indexes.map((index) => addIndex(index, created.name, dialect))
      return [...tableTexts({ ...created, indexes: [] }, dialect, references), ...indexes]
    },
    'drop table': ({ table }) => [`drop table ${quote(table)}`],
    'add column': ({ table, column }) => [alter(table, `add column ${columnText(column, dialect)}`)],
    'drop column': ({ table, column }) => [alter(table, `drop column ${quote(column)}`)],
    'alter column': (change, ends) =>
      alterColumn(change, ends, dialect).map((action) =>
        alter(change.table, `alter column ${quote(change.to.name)} ${action}`),
      ),
    'alter primary': ({ table, from, to }) => [
      ...(from === undefined ? [] : [drop(table, from.name)]),
      ...(to === undefined ? [] : [alter(table, `add ${primaryText(to, dialect)}`)]),
    ],
    'add index': ({ table, index }) => [addIndex(index, table, dialect)],
    'drop index': ({ table, index: { name, isConstraint } }) => [
      isConstraint ? drop(table, name) : `drop index ${quote(name)}`,
    ],
    'add check': ({ table, check }) => [alter(table, `add ${checkText(check, dialect)}`)],
    'drop check': ({ table, check }) => [drop(table, check.name)],
    'add reference': ({ table, reference }) => [alter(table, `add ${referenceText(reference, dialect)}`)],
    'drop reference': ({ table, reference }) => [drop(table, reference.name)],
    'alter storage': ({ table, to }) => [alter(table, to)],
  }
}

function addIndex(index: IndexDescription, table: string, dialect: Dialect): string {
  if (!index.isConstraint) return indexText(index, table, dialect)
  const { quote } = dialect
  const columns = index.columns.map(({ name }) => quote(name)).join(', ')
  return `alter table ${quote(table)} add constraint ${quote(index.name)} unique (${columns})`
}

function alterColumn(change: ChangeOf<'alter column'>, ends: ChangeEnds, dialect: Dialect): string[] {
  const { from, to } = change
  const using = conversionText(change, ends, dialect)
  const [before, after] = alterDefault(change)
  return [
    ...before,
    ...(from.type === to.type ? [] : [`type ${to.type}${using === undefined ? '' : ` using ${using}`}`]),
    ...after,
    ...(from.isNullable === to.isNullable ? [] : [`${to.isNullable ? 'drop' : 'set'} not null`]),
  ]
}

/** What is done before the type changes, and after it: a default may have no meaning in the new type. */
function alterDefault({ from, to }: ChangeOf<'alter column'>): readonly [before: string[], after: string[]] {
  const isRetyped = from.type !== to.type
  if (!isRetyped && from.default?.text === to.default?.text) return [[], []]
  const drops = from.default !== undefined && (isRetyped || to.default === undefined)
  return [drops ? ['drop default'] : [], to.default === undefined ? [] : [`set default ${to.default.text}`]]
}

/** One without a constraint, which has a name of its own. */
function isPlainIndex(
  { table, of, from: name }: ChangeOf<'rename constraint'>,
  { from }: ChangeEnds,
): boolean {
  const index = from.tables.get(table)?.indexes.find((one) => one.name === name)
  return of === 'index' && index?.isConstraint !== true
}
