import { andThen, type MaybePromise, type Statement } from '../adapter/index.ts'
import { encodeValue, Parameters, type SqlColumn } from '../condition/index.ts'
import { StaleRecordError } from '../errors.ts'
import { touched, type Change } from './changes.ts'
import { equalsSql, keyValues, rowKey } from './key.ts'
import { assertOptions, assertParameters, whereSql } from './select.ts'
import type { TableAccess } from './table-access.ts'
import type { Row } from './table-sql.ts'
import { changeRows, setSql, versionOf } from './update.ts'

/**
 * Deletes a row: by its key, or a loaded one where it is still as it was loaded.
 *
 * @returns whether there was one; of a loaded row always `true`
 * @throws {StaleRecordError} 409, where a loaded row was changed or deleted meanwhile
 */
export function deleteRow(target: unknown, access: TableAccess): MaybePromise<boolean> {
  const { sql } = access
  const row = asLoaded(target, access)
  const key = row === undefined ? keyValues(target, access, 'delete') : rowKey(row, access, 'delete')
  const version = row === undefined ? undefined : versionOf(row, access, 'delete')
  const changes = softly(access)
  const lock = version === undefined ? undefined : sql.version
  const statement = access.statement(`delete ${String(lock === undefined)}`, () =>
    deleteSql(changes, lock, access),
  )
  const values = [
    ...changes.map(({ column, value }) => encodeValue(column, value)),
    ...sql.primary.map((column, at) => encodeValue(column, key[at])),
    ...(lock === undefined ? [] : [encodeValue(lock, version)]),
  ]
  return andThen(access.run('delete', statement, values), ({ affected }) => {
    if (affected === 0 && row !== undefined) throw new StaleRecordError()
    return affected > 0
  })
}

/** What sets a row to deleted; nothing where deleting removes it. */
function softly(access: TableAccess): readonly Change[] {
  const { softDelete } = access.sql
  return softDelete === undefined ? [] : touched([{ column: softDelete, value: access.now() }], access)
}

function deleteSql(changes: readonly Change[], lock: SqlColumn | undefined, { sql }: TableAccess): string {
  const out = new Parameters(sql.dialect)
  const columns = lock === undefined ? sql.primary : [...sql.primary, lock]
  const nothing = columns.map(() => null)
  if (sql.softDelete === undefined) return `delete from ${sql.name} where ${equalsSql(columns, nothing, out)}`
  const set = setSql(changes, sql, out)
  return `update ${sql.name} set ${set} where ${equalsSql(columns, nothing, out)} and ${sql.softDelete.name} is null`
}

/** A loaded row; undefined for a key, which for several columns is an object of these alone. */
function asLoaded(target: unknown, { facts }: TableAccess): Row | undefined {
  // A key may be a Date.
  if (typeof target !== 'object' || target === null || target instanceof Date) return undefined
  const names = new Set(facts.primary.map(({ property }) => property))
  const isKey = names.size > 1 && Object.keys(target).every((name) => names.has(name))
  return isKey ? undefined : (target as Row)
}

const KNOWN: ReadonlySet<string> = new Set(['where'])

/** Deletes all rows of a condition; returns how many. */
export function deleteRows(options: { readonly where?: unknown }, access: TableAccess): MaybePromise<number> {
  assertOptions(options, KNOWN, `${access.key}.deleteMany`)
  const condition = access.where.readRequired(options.where, `${access.key}.deleteMany`)
  const changes = softly(access)
  if (changes.length > 0) return changeRows({ condition, changes, operation: 'deleteMany' }, access)
  const { sql } = access
  const out = new Parameters(sql.dialect)
  const text = `delete from ${sql.name}${whereSql({ condition, withDeleted: false }, sql, out)}`
  assertParameters(out, sql)
  const statement: Statement = { text, isRead: false }
  return andThen(access.run('deleteMany', statement, out.values), ({ affected }) => affected)
}
