// Enum types of PostgreSQL that columns of a change have: made before the columns, and given the values that they lack.
import {
  textLiteral,
  type Change,
  type ChangeEnds,
  type ChangeOf,
  type ColumnDescription,
  type Dialect,
} from '../adapter/index.ts'
import { endedName } from '../table/index.ts'

/** The statements for the types of all changes; they stand before the others. */
export function writeEnumChanges(changes: readonly Change[], ends: ChangeEnds, dialect: Dialect): string[] {
  const { from } = ends
  const known = new Set(
    [...from.tables.values()].flatMap(({ columns }) =>
      columns.flatMap(({ type, values }) => (values === undefined ? [] : [type])),
    ),
  )
  const isThere = (type: string): boolean =>
    known.has(type) || from.others.some(({ name }) => name === type || dialect.quote(name) === type)
  const made = changes.flatMap((change) =>
    columnsOf(change).flatMap(({ type, values }) =>
      values === undefined || isThere(type) ? [] : [createEnum(type, values)],
    ),
  )
  // Several columns may have one type, which changes once.
  const altered = new Map(
    changes.flatMap((change) =>
      change.kind === 'alter column' && change.from.type === change.to.type
        ? [[change.to.type, change] as const]
        : [],
    ),
  )
  return [
    ...new Set(made),
    ...[...altered.values()].flatMap((change) => alterEnum(change, { changes, ends, dialect })),
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

interface EnumPlace {
  /** All of the migration. */
  readonly changes: readonly Change[]
  readonly ends: ChangeEnds
  readonly dialect: Dialect
}

function alterEnum(change: ChangeOf<'alter column'>, place: EnumPlace): string[] {
  const { values: before, type } = change.from
  const { values } = change.to
  if (before === undefined || values === undefined) return []
  const added = values.filter((value) => !before.includes(value))
  const isRemoved = before.some((value) => !values.includes(value))
  if (isRemoved || isUsed(added, type, place.changes)) return remakeEnum(change, values, place)
  const isInOrder = values.filter((value) => before.includes(value)).join('\0') === before.join('\0')
  return added.map((value) => {
    const at = isInOrder ? placeOf(values, values.indexOf(value), before) : ''
    return `alter type ${type} add value ${textLiteral(value)}${at}`
  })
}

/** The transaction that adds a value cannot use it, but for one of a type that it makes. */
function isUsed(added: readonly string[], type: string, changes: readonly Change[]): boolean {
  return changes.some(
    (change) =>
      (change.kind === 'add check' &&
        added.some((value) => change.check.expression.includes(textLiteral(value)))) ||
      columnsOf(change).some((column) => column.type === type && added.includes(column.default?.value ?? '')),
  )
}

function placeOf(values: readonly string[], at: number, before: readonly string[]): string {
  const previous = values[at - 1]
  if (previous !== undefined) return ` after ${textLiteral(previous)}`
  const next = values.find((one, index) => index > at && before.includes(one))
  return next === undefined ? '' : ` before ${textLiteral(next)}`
}

/** A type gives up no value, so that all columns of it get another type of this name. */
function remakeEnum(
  { to: { type } }: ChangeOf<'alter column'>,
  values: readonly string[],
  { changes, ends: { from }, dialect: { quote } }: EnumPlace,
): string[] {
  const old = quote(endedName(type.replaceAll('"', ''), 'keelson_old'))
  const columns = [...from.tables.values()].flatMap(({ name: table, columns: all }) =>
    all.filter((column) => column.type === type).map((column) => ({ table, column })),
  )
  return [
    `alter type ${type} rename to ${old}`,
    createEnum(type, values),
    ...columns.flatMap(({ table, column: { name, default: before } }) => {
      const change = changes.find(
        (one) => one.kind === 'alter column' && one.table === table && one.to.name === name,
      )
      const after = change?.kind === 'alter column' ? change.to.default : before
      const alter = `alter table ${quote(table)} alter column ${quote(name)}`
      return [
        ...(before === undefined ? [] : [`${alter} drop default`]),
        `${alter} type ${type} using ${quote(name)}::text::${type}`,
        ...(after === undefined ? [] : [`${alter} set default ${after.text}`]),
      ]
    }),
    `drop type ${old}`,
  ]
}
