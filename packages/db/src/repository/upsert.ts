import type { Statement } from '../adapter/index.ts'
import { Parameters, type SqlColumn } from '../condition/index.ts'
import { QueryError } from '../errors.ts'
import { isOfTakenKey, OPERATION_RETRIES } from '../session/index.ts'
import { newRows, newValues, rowOf, touched, type Change } from './changes.ts'
import { encoded, insertSql, insertStatement } from './insert.ts'
import { equalsSql } from './key.ts'
import { isNumbered, takeNumbers } from './numbered-rows.ts'
import { assertOptions } from './select.ts'
import type { TableAccess } from './table-access.ts'
import { decodeRows, type Row } from './table-sql.ts'
import { setSql } from './update.ts'

/** How often an upsert without ON CONFLICT begins anew, since another has inserted or deleted the row in between. */
const ATTEMPTS = 3

interface Upsert {
  readonly access: TableAccess
  /** Of the new row, in the order of the columns. */
  readonly values: unknown[]
  readonly on: readonly SqlColumn[]
  /** What an update of the row that is there sets. */
  readonly changes: readonly Change[]
}

const KNOWN: ReadonlySet<string> = new Set(['on'])

/**
 * Inserts a row, or updates the one that has the same values of `on` to what the row says. Made values of the row that is there stay.
 *
 * @throws the error of a constraint, of another unique key as well
 */
export async function upsertRow(
  row: unknown,
  options: { readonly on?: unknown },
  access: TableAccess,
): Promise<Row> {
  assertOptions(options, KNOWN, `${access.key}.upsert`)
  const on = keyOf(options.on, access)
  const values = newValues(row, newRows(access, 'upsert'))
  assertNoNull(on, values, access)
  const upsert: Upsert = { access, values, on, changes: changesOf(row as Row, values, { access, on }) }
  return access.sql.dialect.has.onConflict ? byOnConflict(upsert) : inTurns(upsert)
}

/** @throws {QueryError} for columns that no unique key holds */
function keyOf(on: unknown, { sql, facts, key }: TableAccess): readonly SqlColumn[] {
  const names: readonly unknown[] = Array.isArray(on) ? on : []
  const keys = [
    facts.primary.map(({ property }) => property),
    ...facts.indexes.flatMap(({ isUnique, columns }) => (isUnique ? [columns] : [])),
  ]
  const isKey = keys.some((one) => one.length === names.length && one.every((name) => names.includes(name)))
  if (!isKey)
    throw new QueryError({
      message: `${key}.upsert needs { on: […] } with the columns of a unique key: ${keys.map((one) => one.join(' + ')).join(', or ')}.`,
    })
  return sql.columns.filter(({ property }) => names.includes(property))
}

function assertNoNull(on: readonly SqlColumn[], values: readonly unknown[], { sql, key }: TableAccess): void {
  for (const column of on) {
    const value = values[sql.columns.indexOf(column)]
    if (value !== null && value !== undefined) continue
    throw new QueryError({
      message:
        value === null
          ? `${key}.upsert is on '${column.property}', which is null: no unique key holds nulls.`
          : `${key}.upsert is on '${column.property}', which it does not say: the database makes it. Say it, or another unique key.`,
    })
  }
}

/** What the row says itself, without keys; what was deleted softly is there again. */
function changesOf(
  row: Row,
  values: readonly unknown[],
  { access, on }: { readonly access: TableAccess; readonly on: readonly SqlColumn[] },
): readonly Change[] {
  const { columns, version, softDelete } = access.sql
  const changes: Change[] = []
  for (const [at, column] of columns.entries()) {
    const isSaid = row[column.property] !== undefined || column === softDelete
    const isFixed = column.facts.isPrimary || column === version || on.includes(column)
    if (isSaid && !isFixed) changes.push({ column, value: values[at] })
  }
  return touched(changes, access)
}

async function byOnConflict({ access, values, on, changes }: Upsert): Promise<Row> {
  const { sql } = access
  const isNew = isNumbered(values, sql)
  const shape = `upsert${isNew ? ' numbered' : ''} ${on.map(({ property }) => property).join(' ')}: ${changes.map(({ column }) => column.property).join(' ')}`
  const statement = access.statement(shape, () => onConflictSql({ access, values, on, changes }, isNew))
  const { rows } = await access.run('upsert', statement, encoded(values, sql))
  const [row] = decodeRows(rows, sql)
  return row ?? rowOf(values, access)
}

/** `excluded` is the row that was to be inserted; a column set to itself makes the database return the row that is there. */
function onConflictSql({ access, on, changes }: Upsert, isNew: boolean): string {
  const { sql } = access
  const set = changes.map(({ column: { name } }) => `${name} = excluded.${name}`)
  if (sql.version !== undefined) set.push(`${sql.version.name} = ${sql.name}.${sql.version.name} + 1`)
  const [first] = on
  if (set.length === 0 && first !== undefined) set.push(`${first.name} = excluded.${first.name}`)
  const target = on.map(({ name }) => name).join(', ')
  return `${insertSql(sql, 1, isNew)} on conflict (${target}) do update set ${set.join(', ')} returning ${sql.selectList}`
}

/**
 * Where the system's own upsert would take any unique key for the one that is meant: updates by the key, else inserts, in one unit. An
 * insert whose key is taken while no row has the one that is meant has violated another one.
 */
async function inTurns(upsert: Upsert): Promise<Row> {
  const { access, values } = upsert
  return access.session.transaction(
    async () => {
      let violation: unknown
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const there = await updateThere(upsert)
        if (there !== undefined) return there
        violation = await tryInsert(upsert)
        if (violation === undefined) return rowOf(values, access)
      }
      throw violation
    },
    { propagation: 'required', retries: OPERATION_RETRIES, name: `${access.key}.upsert` },
  )
}

/** Inserts within a unit of its own, so that the one around survives a key that is taken; returns the error of that. */
async function tryInsert({ access, values }: Upsert): Promise<unknown> {
  const { sql, session } = access
  const statement = insertStatement(values, access)
  try {
    await session.transaction(
      async () => {
        const result = await access.run('upsert', statement, encoded(values, sql))
        if (isNumbered(values, sql)) takeNumbers([values], result, { sql })
      },
      {
        propagation: 'nested',
      },
    )
    return undefined
  } catch (error) {
    // Any other failure may have ended the transaction around it, too.
    if (!isOfTakenKey(error)) throw error
    return error
  }
}

async function updateThere(upsert: Upsert): Promise<Row | undefined> {
  const { access, changes, on, values } = upsert
  const { sql } = access
  const key = on.map((column) => values[sql.columns.indexOf(column)])
  const { statement, values: sent } = updateByKey(changes, key, upsert)
  const { affected } = await access.run('upsert', statement, sent)
  if (affected === 0) return undefined
  const out = new Parameters(sql.dialect)
  const text = `${sql.select} where ${equalsSql(on, key, out)}`
  const { rows } = await access.run('upsert', { text, isRead: false }, out.values)
  return decodeRows(rows, sql)[0]
}

function updateByKey(
  changes: readonly Change[],
  key: readonly unknown[],
  { access, on }: Upsert,
): { readonly statement: Statement; readonly values: Parameters['values'] } {
  const { sql } = access
  const out = new Parameters(sql.dialect)
  const [first] = on
  const isNothing = changes.length === 0 && sql.version === undefined && first !== undefined
  const set = isNothing ? `${first.name} = ${first.name}` : setSql(changes, sql, out)
  const text = `update ${sql.name} set ${set} where ${equalsSql(on, key, out)}`
  return { statement: { text, isRead: false }, values: out.values }
}
