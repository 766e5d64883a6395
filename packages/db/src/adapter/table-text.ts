// The DDL of a described table: the one way from a description to text. Constraints are named at table level: elsewhere MariaDB and
// SQLite do not tell which one was violated.
import type { Dialect } from './contract.ts'
import type {
  CheckDescription,
  ColumnDescription,
  IndexColumn,
  IndexDescription,
  PrimaryDescription,
  ReferenceDescription,
  TableDescription,
} from './description.ts'

/** What DDL says for an order; `asc nulls last` is what PostgreSQL takes where nothing is said. */
const ORDERS: Readonly<Record<IndexColumn['order'], string>> = {
  asc: ' nulls first',
  'asc nulls last': '',
  desc: ' desc nulls last',
  'desc nulls first': ' desc',
}

/**
 * The statements that make a table with its indexes.
 *
 * @param references - those that are made with it: a table of a circle has others later, by {@link referenceText}
 */
export function tableTexts(
  table: TableDescription,
  dialect: Dialect,
  references: readonly ReferenceDescription[] = table.references,
): string[] {
  const isInline = hasInlineIndexes(dialect)
  const constraints = table.indexes.filter(({ isConstraint }) => isConstraint)
  const indexes = table.indexes.filter(({ isConstraint }) => !isConstraint)
  const checks = table.checks.filter(({ column }) => column === undefined)
  const lines = [
    ...table.columns.map((column) => columnText(column, dialect, table)),
    ...(table.primary === undefined || isNumberedBySqlite(table)
      ? []
      : [primaryText(table.primary, dialect)]),
    ...checks.map((check) => checkText(check, dialect)),
    ...constraints.map((index) => uniqueText(index, dialect)),
    ...(isInline ? indexes.map((index) => inlineIndex(index, dialect)) : []),
    ...references.map((reference) => referenceText(reference, dialect)),
  ]
  const text = `create table ${dialect.quote(table.name)} (\n  ${lines.join(',\n  ')}\n) ${table.storage}`
  return [text.trimEnd(), ...(isInline ? [] : indexes.map((index) => indexText(index, table.name, dialect)))]
}

/** Where no transaction takes DDL back, a table comes with its indexes or not at all. */
function hasInlineIndexes({ system }: Dialect): boolean {
  return system === 'mysql' || system === 'mariadb'
}

/** SQLite has `autoincrement` only at a column that is the key there. */
function isNumberedBySqlite({ columns }: TableDescription): boolean {
  return columns.some(({ generated }) => generated === 'autoincrement')
}

/**
 * A column, as `create table` and `alter table … add` say it.
 *
 * @param table - where a part of it stands at the column: a CHECK of MariaDB
 */
export function columnText(
  column: ColumnDescription,
  dialect: Dialect,
  table?: Pick<TableDescription, 'checks'>,
): string {
  const { name, isNullable, generated = '', attributes = '' } = column
  const isComputed = generated.startsWith('generated always as (')
  const checks = (table?.checks ?? []).filter((check) => check.column === name)
  return [
    dialect.quote(name),
    typeText(column, isComputed),
    // MariaDB refuses it at a computed column.
    isNullable || (isComputed && dialect.system === 'mariadb') ? '' : 'not null',
    column.default === undefined ? '' : `default ${column.default.text}`,
    isComputed ? '' : makingText(generated),
    attributes,
    ...checks.map(({ expression }) => `check (${expression})`),
  ]
    .filter((word) => word !== '')
    .join(' ')
}

function typeText({ type, generated = '' }: ColumnDescription, isComputed: boolean): string {
  if (isComputed) return `${type} ${generated}`
  return isSerial(generated) ? generated : type
}

/** `serial` and its kin of PostgreSQL stand in the place of the type. */
function isSerial(generated: string): boolean {
  return generated.endsWith('serial')
}

function makingText(generated: string): string {
  if (isSerial(generated)) return ''
  return generated === 'autoincrement' ? 'primary key autoincrement' : generated
}

/** A primary key, as `create table` and `alter table … add` say it. */
export function primaryText({ name, columns }: PrimaryDescription, dialect: Dialect): string {
  return `${named(name, dialect)}primary key (${columnList(columns, dialect)})`
}

/** A CHECK of a table, as `create table` and `alter table … add` say it. */
export function checkText({ name, expression }: CheckDescription, dialect: Dialect): string {
  return `${named(name, dialect)}check (${expression})`
}

/** A foreign key, as `create table` and `alter table … add` say it. */
export function referenceText(reference: ReferenceDescription, dialect: Dialect): string {
  const { name, column, toTable, toColumn, onDelete, onUpdate } = reference
  const said = `${named(name, dialect)}foreign key (${dialect.quote(column)}) references ${dialect.quote(toTable)} (${dialect.quote(toColumn)})`
  return `${said}${actionText('delete', onDelete)}${actionText('update', onUpdate)}`
}

/** What is not said is `no action`. */
function actionText(event: 'delete' | 'update', action: ReferenceDescription['onDelete']): string {
  return action === 'no action' ? '' : ` on ${event} ${action}`
}

/** The statement that makes an index. */
export function indexText(index: IndexDescription, table: string, dialect: Dialect): string {
  return `create ${unique(index)}index ${dialect.quote(index.name)} on ${dialect.quote(table)} (${indexColumns(index, dialect)})`
}

/** A unique constraint, as `create table` and `alter table … add` say it. SQLite names its indexes itself, by names that nobody may say. */
function uniqueText({ name, columns }: IndexDescription, { quote }: Dialect): string {
  const list = columns.map((column) => `${quote(column.name)}${column.order === 'desc' ? ' desc' : ''}`)
  const said = name.startsWith('sqlite_autoindex_') ? undefined : name
  return `${named(said, { quote })}unique (${list.join(', ')})`
}

function inlineIndex(index: IndexDescription, dialect: Dialect): string {
  return `${unique(index)}index ${dialect.quote(index.name)} (${indexColumns(index, dialect)})`
}

function unique({ isUnique }: IndexDescription): string {
  return isUnique ? 'unique ' : ''
}

function indexColumns({ columns }: IndexDescription, { quote, has }: Dialect): string {
  const orderOf = ({ order }: IndexColumn): string => {
    if (has.nullsClause) return ORDERS[order]
    return order.startsWith('desc') ? ' desc' : ''
  }
  return columns.map((column) => `${quote(column.name)}${orderOf(column)}`).join(', ')
}

function named(name: string | undefined, { quote }: Pick<Dialect, 'quote'>): string {
  return name === undefined ? '' : `constraint ${quote(name)} `
}

function columnList(columns: readonly string[], { quote }: Dialect): string {
  return columns.map((column) => quote(column)).join(', ')
}
