import type { ConditionNode } from '@keelson/core/conditions'
import { andThen, type DriverValue, type MaybePromise } from '../adapter/index.ts'
import { encodeValue, Parameters } from '../condition/index.ts'
import { QueryError, StaleRecordError } from '../errors.ts'
import { changesOf, touched, type Change } from './changes.ts'
import { equalsSql, rowKey } from './key.ts'
import { asRow } from './row-class.ts'
import { assertOptions, assertParameters, whereSql } from './select.ts'
import { toRowValue, type TableAccess } from './table-access.ts'
import type { Row, TableSql } from './table-sql.ts'

/**
 * Updates a loaded row where it is still as it was loaded. The new row is known from the loaded one, the patch and the lock.
 *
 * @throws {StaleRecordError} 409, where it was changed or deleted meanwhile
 */
export function updateRow(row: unknown, patch: unknown, access: TableAccess): MaybePromise<Row> {
  const loaded = loadedRow(row, access, 'update')
  const key = rowKey(loaded, access, 'update')
  const version = versionOf(loaded, access, 'update')
  const given = changesOf(patch, access, 'update')
  const { sql } = access
  const lock = [
    ...sql.primary.map((column, at) => encodeValue(column, key[at])),
    ...(sql.version === undefined || version === undefined ? [] : [encodeValue(sql.version, version)]),
  ]
  if (given.length === 0) return unchangedRow(loaded, lock, access)
  const changes = [...touched(given, access)]
  const statement = access.statement(shapeOf(changes), () => updateSql(changes, sql))
  const values = changes.map(({ column, value }) => encodeValue(column, value))
  values.push(...lock)
  if (sql.version !== undefined && version !== undefined)
    changes.push({ column: sql.version, value: version + 1 })
  return andThen(access.run('update', statement, values), ({ affected }) => {
    if (affected === 0) throw new StaleRecordError()
    return changedRow(loaded, changes, access)
  })
}

/** A patch of nothing changes nothing, its version neither; a stale row is one all the same. */
function unchangedRow(loaded: Row, lock: readonly DriverValue[], access: TableAccess): MaybePromise<Row> {
  const { sql } = access
  const statement = access.statement('unchanged', () => {
    const out = new Parameters(sql.dialect)
    return `select 1 as found from ${sql.name} where ${lockedSql(sql, out)}`
  })
  return andThen(access.run('update', { ...statement, isRead: true }, lock), ({ rows }) => {
    if (rows.length === 0) throw new StaleRecordError()
    return changedRow(loaded, [], access)
  })
}

function shapeOf(changes: readonly Change[]): string {
  return `update ${changes.map(({ column }) => column.property).join(' ')}`
}

function updateSql(changes: readonly Change[], table: TableSql): string {
  const out = new Parameters(table.dialect)
  const set = setSql(changes, table, out)
  return `update ${table.name} set ${set} where ${lockedSql(table, out)}`
}

/** The condition that a row is still there, with the version that it was loaded with. */
function lockedSql(table: TableSql, out: Parameters): string {
  const nothing = table.primary.map(() => null)
  const key = equalsSql(table.primary, nothing, out)
  const isThere = table.softDelete === undefined ? '' : ` and ${table.softDelete.name} is null`
  if (table.version === undefined) return `${key}${isThere}`
  return `${key} and ${equalsSql([table.version], [null], out)}${isThere}`
}

/** `a = ?, version = version + 1`. */
export function setSql(changes: readonly Change[], { version }: TableSql, out: Parameters): string {
  const set = changes.map(({ column, value }) => `${column.name} = ${out.put(column, value)}`)
  if (version !== undefined) set.push(`${version.name} = ${version.name} + 1`)
  return set.join(', ')
}

/** @throws {QueryError} for what is not an object */
function loadedRow(row: unknown, { key }: TableAccess, operation: string): Row {
  if (typeof row === 'object' && row !== null) return row as Row
  throw new QueryError({
    message: `${key}.${operation} takes the row as it was loaded, and what to change in it.`,
  })
}

/**
 * The version of a loaded row; undefined for a table without one.
 *
 * @throws {QueryError} for a row without it: nothing would hold off an update of what was changed meanwhile
 */
export function versionOf(row: Row, { key, facts }: TableAccess, operation: string): number | undefined {
  if (facts.version === undefined) return undefined
  const version = row[facts.version.property]
  if (typeof version === 'number') return version
  throw new QueryError({
    message: `${key}.${operation} locks on '${facts.version.property}', which this row lacks: give the row as it was loaded.`,
  })
}

function changedRow(loaded: Row, changes: readonly Change[], { facts, sql }: TableAccess): Row {
  const row: Record<string, unknown> = asRow({}, sql.Row)
  for (const { property } of facts.columns)
    if (loaded[property] !== undefined) row[property] = loaded[property]
  for (const { column, value } of changes) row[column.property] = toRowValue(column.facts, value)
  return row
}

const KNOWN: ReadonlySet<string> = new Set(['where', 'set'])

/** Updates all rows of a condition; returns how many. */
export function updateRows(
  options: { readonly where?: unknown; readonly set?: unknown },
  access: TableAccess,
): MaybePromise<number> {
  assertOptions(options, KNOWN, `${access.key}.updateMany`)
  const condition = access.where.readRequired(options.where, `${access.key}.updateMany`)
  const given = changesOf(options.set, access, 'updateMany')
  if (given.length === 0)
    throw new QueryError({ message: `${access.key}.updateMany needs something to set.` })
  return changeRows({ condition, changes: touched(given, access), operation: 'updateMany' }, access)
}

/** Changes all rows of a condition; returns how many. */
export function changeRows(
  change: {
    readonly condition: ConditionNode
    readonly changes: readonly Change[]
    readonly operation: string
  },
  access: TableAccess,
): MaybePromise<number> {
  const { sql } = access
  const out = new Parameters(sql.dialect)
  const set = setSql(change.changes, sql, out)
  const where = whereSql({ condition: change.condition, withDeleted: false }, sql, out)
  assertParameters(out, sql)
  const statement = { text: `update ${sql.name} set ${set}${where}`, isRead: false }
  return andThen(access.run(change.operation, statement, out.values), ({ affected }) => affected)
}
