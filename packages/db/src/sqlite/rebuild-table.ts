// Makes a table of SQLite anew with its rows: another table takes them, and then the name. Foreign keys must be off, or dropping the
// first one deletes by cascade every row that refers to it.
import { SetupError } from '@keelson/core'
import {
  indexText,
  tableTexts,
  type Change,
  type ChangeEnds,
  type Dialect,
  type OtherObject,
  type TableDescription,
} from '../adapter/index.ts'
import { scaleChange } from './scale-change.ts'

/** Where a table is made anew. */
export interface RebuildPlace {
  readonly table: string
  readonly ends: ChangeEnds
  readonly dialect: Dialect
}

/** The statements that bring a table to its new form, with what no table value says of it. */
export function rebuildTable(changes: readonly Change[], { table, ends, dialect }: RebuildPlace): string[] {
  const from = ends.from.tables.get(table)
  const to = ends.to.tables.get(table)
  if (from === undefined || to === undefined)
    throw new TypeError(`The table ${table} is not in both descriptions.`)
  refuseConflictClauses(from)
  const wanted = merged(from, to, changes)
  const between = `${table}_keelson_new`
  const { quote } = dialect
  const copied = wanted.columns.filter(
    ({ name, generated }) =>
      generated?.startsWith('generated') !== true && from.columns.some((column) => column.name === name),
  )
  const names = copied.map(({ name }) => quote(name)).join(', ')
  const values = copied.map((column) => scaleChange(column, { from, to: wanted }, dialect)).join(', ')
  const [create = ''] = tableTexts({ ...wanted, name: between, indexes: [] }, dialect)
  const views = ends.from.others.filter(({ kind }) => kind === 'view')
  const triggers = triggersOn(table, ends)
  const after = wanted.others.filter(({ text = '' }) => /^create\b/i.test(text))
  return [
    ...triggers.map(({ name }) => `drop trigger ${quote(name)}`),
    ...views.map(({ name }) => `drop view ${quote(name)}`),
    withConstraints(create, wanted.others),
    `insert into ${quote(between)} (${names}) select ${values} from ${quote(table)}`,
    `drop table ${quote(table)}`,
    `alter table ${quote(between)} rename to ${quote(table)}`,
    ...wanted.indexes.map((index) => indexText(index, table, dialect)),
    ...[...after, ...views, ...triggers].flatMap(({ text }) => text ?? []),
  ]
}

/** Triggers of other tables that name this one: while it is away, SQLite renames no table. */
function triggersOn(table: string, { from }: ChangeEnds): OtherObject[] {
  return [...from.tables.values()]
    .filter(({ name }) => name !== table)
    .flatMap(({ others }) => others)
    .filter(({ kind, text = '' }) => kind === 'trigger' && text.toLowerCase().includes(table.toLowerCase()))
}

/** The table as it is wanted, with the columns, indexes and triggers that no table value says. */
function merged(from: TableDescription, to: TableDescription, changes: readonly Change[]): TableDescription {
  const dropped = new Set(changes.flatMap((change) => (change.kind === 'drop column' ? [change.column] : [])))
  const wanted = new Map(to.columns.map((column) => [column.name, column]))
  for (const change of changes) if (change.kind === 'alter column') wanted.set(change.to.name, change.to)
  const kept = from.columns.filter(({ name }) => !wanted.has(name) && !dropped.has(name))
  return {
    ...to,
    columns: [...wanted.values(), ...kept],
    // What goes to a table that has them already is said there.
    others: [
      ...from.others,
      ...to.others.filter(({ name }) => !from.others.some((one) => one.name === name)),
    ],
  }
}

/** `on conflict ignore` of a constraint would be lost. @throws {SetupError} for a table that has one */
function refuseConflictClauses({ name, others }: TableDescription): void {
  const found = others.filter(({ kind }) => kind === 'conflict clause')
  if (found.length === 0) return
  throw new SetupError(
    found.map(({ text = '' }) => ({
      code: 'ERR_DB_MIGRATION',
      place: name,
      message: `The table must be made anew, which would lose '${text}'.`,
      remedy: 'Write this migration by hand, or drop the clause by one of its own before.',
    })),
  )
}

/** Constraints that no table value says stand last in the table. */
function withConstraints(create: string, others: readonly OtherObject[]): string {
  const constraints = others.flatMap(({ text = '' }) =>
    text === '' || /^create\b/i.test(text) ? [] : [text],
  )
  if (constraints.length === 0) return create
  const end = create.lastIndexOf('\n)')
  return `${create.slice(0, end)},\n  ${constraints.join(',\n  ')}${create.slice(end)}`
}
