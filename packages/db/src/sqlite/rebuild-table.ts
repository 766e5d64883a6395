// Makes a table of SQLite anew with its rows: another table takes them, and then the name. Foreign keys must be off, or dropping the
// first one deletes by cascade every row that refers to it.
import { SetupError } from '@keelson/core'
import {
  indexText,
  tableTexts,
  type ChangeEnds,
  type Dialect,
  type OtherObject,
  type TableDescription,
} from '../adapter/index.ts'
import { copyRows } from './copy-rows.ts'

/** Where a table is made anew. */
export interface RebuildPlace {
  readonly table: string
  readonly ends: ChangeEnds
  readonly dialect: Dialect
}

/** The statements that bring a table to its new form, with its rows and what numbers them. */
export function rebuildTable({ table, ends, dialect }: RebuildPlace): string[] {
  const from = ends.from.tables.get(table)
  const to = ends.to.tables.get(table)
  if (from === undefined || to === undefined)
    throw new TypeError(`The table ${table} is not in both descriptions.`)
  refuseClauses(from)
  const between = `${table}_keelson_new`
  const { quote } = dialect
  const constraints = to.indexes.filter(({ isConstraint }) => isConstraint)
  const indexes = to.indexes.filter(({ isConstraint }) => !isConstraint)
  const [create = ''] = tableTexts({ ...to, name: between, indexes: constraints }, dialect)
  const views = ends.from.others.filter(({ kind }) => kind === 'view')
  const ofViews = ends.from.others.filter(({ kind }) => kind === 'trigger')
  const triggers = triggersOn(table, ends)
  const after = to.others.filter(({ text = '' }) => /^create\b/i.test(text))
  return [
    ...triggers.map(({ name }) => `drop trigger ${quote(name)}`),
    ...views.map(({ name }) => `drop view ${quote(name)}`),
    withConstraints(create, to.others),
    ...copyRows({ from, to, between }, dialect),
    `drop table ${quote(table)}`,
    `alter table ${quote(between)} rename to ${quote(table)}`,
    ...indexes.map((index) => indexText(index, table, dialect)),
    ...[...after, ...views, ...ofViews, ...triggers].flatMap(({ text }) => text ?? []),
  ]
}

/** Triggers of other tables that name this one: while it is away, SQLite renames no table. */
function triggersOn(table: string, { from }: ChangeEnds): OtherObject[] {
  return [...from.tables.values()]
    .filter(({ name }) => name !== table)
    .flatMap(({ others }) => others)
    .filter(({ kind, text = '' }) => kind === 'trigger' && text.toLowerCase().includes(table.toLowerCase()))
}

/** What no description holds would be lost: `on conflict ignore`, a primary key that falls. @throws {SetupError} for a table that has it */
function refuseClauses({ name, others }: TableDescription): void {
  const found = others.filter(({ kind }) => kind === 'conflict clause' || kind === 'primary key')
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
