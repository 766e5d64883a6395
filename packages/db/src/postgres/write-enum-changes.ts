// Enum types of PostgreSQL that columns of a change have: made before the columns, and given the values that they lack.
import {
  textLiteral,
  type Change,
  type ChangeEnds,
  type ChangeOf,
  type ColumnDescription,
  type Dialect,
} from '../adapter/index.ts'

/** The statements for the types of all changes; they stand before the others. */
export function writeEnumChanges(
  changes: readonly Change[],
  { from }: ChangeEnds,
  dialect: Dialect,
): string[] {
  const known = new Set(
    [...from.tables.values()].flatMap(({ columns }) =>
      columns.flatMap(({ type, values }) => (values === undefined ? [] : [type])),
    ),
  )
  const isThere = (type: string): boolean =>
    known.has(type) || from.others.some(({ name }) => name === type || dialect.quote(name) === type)
  return [
    ...new Set(
      changes.flatMap((change) => [
        ...columnsOf(change).flatMap(({ type, values }) =>
          values === undefined || isThere(type) ? [] : [createEnum(type, values)],
        ),
        ...(change.kind === 'alter column' && change.from.type === change.to.type
          ? alterEnum(change, dialect)
          : []),
      ]),
    ),
  ]
}

function columnsOf(change: Change): readonly ColumnDescription[] {
  if (change.kind === 'create table') return change.created.columns
  if (change.kind === 'add column') return [change.column]
  return change.kind === 'alter column' ? [change.to] : []
}

function createEnum(type: string, values: readonly string[]): string {
  return `create type ${type} as enum (${values.map((value) => textLiteral(value)).join(', ')})`
}

function alterEnum(change: ChangeOf<'alter column'>, dialect: Dialect): string[] {
  const { values: before, type } = change.from
  const { values } = change.to
  if (before === undefined || values === undefined || before.join('\0') === values.join('\0')) return []
  const kept = values.filter((value) => before.includes(value))
  if (kept.join('\0') !== before.join('\0')) return remakeEnum(change, values, dialect)
  return values.flatMap((value, at) =>
    before.includes(value)
      ? []
      : [`alter type ${type} add value ${textLiteral(value)}${placeOf(values, at, before)}`],
  )
}

function placeOf(values: readonly string[], at: number, before: readonly string[]): string {
  const previous = values[at - 1]
  if (previous !== undefined) return ` after ${textLiteral(previous)}`
  const next = values.find((one, index) => index > at && before.includes(one))
  return next === undefined ? '' : ` before ${textLiteral(next)}`
}

/** A type gives up no value, so that the column gets another type of this name. */
function remakeEnum(
  { table, to }: ChangeOf<'alter column'>,
  values: readonly string[],
  { quote }: Dialect,
): string[] {
  const { name, type, default: initial } = to
  const old = quote(`${type.replaceAll('"', '')}_keelson_old`)
  const column = `alter table ${quote(table)} alter column ${quote(name)}`
  return [
    `alter type ${type} rename to ${old}`,
    createEnum(type, values),
    `${column} drop default`,
    `${column} type ${type} using ${quote(name)}::text::${type}`,
    ...(initial === undefined ? [] : [`${column} set default ${initial.text}`]),
    `drop type ${old}`,
  ]
}
