// Reads of rows: what find, first, count, page and stream have in common.
import type { ConditionNode } from '@keelson/core/conditions'
import { andThen, type MaybePromise, type Statement } from '../adapter/index.ts'
import { conditionSql, Parameters } from '../condition/index.ts'
import { QueryError } from '../errors.ts'
import { nameRemedy } from '../table/index.ts'
import { assertNotOfDeleted } from './deleted-rows.ts'
import { orderSql, orderTermsOf, type OrderTerm } from './order.ts'
import type { TableAccess } from './table-access.ts'
import { decodeRows, type Row, type TableSql } from './table-sql.ts'

/** What a read selects. */
export interface Selection {
  readonly condition: ConditionNode | undefined
  /** Whether rows that were deleted softly are read as well. */
  readonly withDeleted: boolean
  /** Added to the condition. */
  readonly and?: ((out: Parameters) => string) | undefined
  /** Added to the columns, with its name. */
  readonly also?: ((out: Parameters) => string) | undefined
  readonly order?: readonly OrderTerm[] | undefined
  readonly limit?: number | undefined
  readonly offset?: number | undefined
  /** Whether the rows are locked until the end of the transaction. */
  readonly locks?: boolean | undefined
}

/** A statement with its values. */
export interface Prepared {
  readonly statement: Statement
  readonly values: Parameters['values']
}

/** ` where …` of a condition and of what keeps deleted rows out; empty for every row. */
export function whereSql(
  { condition, withDeleted, and }: Pick<Selection, 'condition' | 'withDeleted' | 'and'>,
  table: TableSql,
  out: Parameters,
): string {
  const parts: string[] = []
  if (condition !== undefined && condition.op !== 'always') {
    if (!withDeleted) assertNotOfDeleted(condition, table)
    const text = conditionSql(condition, { table, out })
    parts.push(condition.op === 'any' ? `(${text})` : text)
  }
  if (and !== undefined) parts.push(and(out))
  if (table.softDelete !== undefined && !withDeleted) parts.push(`${table.softDelete.name} is null`)
  return parts.length === 0 ? '' : ` where ${parts.join(' and ')}`
}

/** Writes the SELECT of rows. Limits stand in the text: a plan for any limit would be one for no limit. */
export function selectRows(selection: Selection, table: TableSql): Prepared {
  const { order = [], limit, offset = 0, locks = false } = selection
  const out = new Parameters(table.dialect)
  // Placeholders without numbers count in the order of the text.
  const also = selection.also?.(out)
  const select = also === undefined ? table.select : `select ${table.selectList}, ${also} from ${table.name}`
  const where = whereSql(selection, table, out)
  const most = limit === undefined ? unlimited(offset, table) : ` limit ${limit}`
  const lock = locks && table.dialect.has.forUpdate ? ' for update' : ''
  const text = `${select}${where}${orderSql(order, table)}${most}${offset === 0 ? '' : ` offset ${offset}`}${lock}`
  assertParameters(out, table)
  // Of offsets each page has a text of its own.
  const statement = { text, isRead: true, isKept: offset === 0, ...(locks && { locks }) }
  return { statement, values: out.values }
}

/** PostgreSQL alone takes an offset without a limit. */
function unlimited(offset: number, { dialect }: TableSql): string {
  return offset === 0 || dialect.system === 'postgresql' ? '' : ` limit ${Number.MAX_SAFE_INTEGER}`
}

/** @throws {QueryError} for more values than a statement can have */
export function assertParameters({ values }: Parameters, { dialect, facts }: TableSql): void {
  if (values.length <= dialect.maxParameters) return
  throw new QueryError({
    message: `A statement on '${facts.name}' has ${values.length} values; ${dialect.system} takes ${dialect.maxParameters}. Split the list, or select by a condition.`,
  })
}

/** Runs a SELECT of rows. */
export function readRows(
  access: TableAccess,
  operation: string,
  { statement, values }: Prepared,
): MaybePromise<readonly Row[]> {
  return andThen(access.run(operation, statement, values), ({ rows }) => decodeRows(rows, access.sql))
}

const KNOWN: ReadonlySet<string> = new Set(['where', 'orderBy', 'limit', 'offset', 'withDeleted', 'lock'])
/** A stream has no lock: its rows would be locked as they come. */
const KNOWN_OF_STREAM: ReadonlySet<string> = new Set([...KNOWN].filter((name) => name !== 'lock'))

/** Options of the reads, as callers write them. */
export interface ReadOptions {
  readonly where?: unknown
  readonly orderBy?: unknown
  readonly limit?: unknown
  readonly offset?: unknown
  readonly withDeleted?: unknown
  readonly lock?: unknown
}

/**
 * Reads the options of `find`, `first` and `stream`.
 *
 * @throws {QueryError} for one that there is not, a limit or an offset that is not a number of rows, and an unknown lock
 */
export function selectionOf(options: ReadOptions, access: TableAccess, operation: string): Selection {
  const label = `${access.key}.${operation}`
  assertOptions(options, operation === 'stream' ? KNOWN_OF_STREAM : KNOWN, label)
  return {
    condition: conditionOf(options, access),
    withDeleted: options.withDeleted === true,
    order: orderTermsOf(options.orderBy, access.sql),
    limit: rowCount(options.limit, 'limit', label),
    offset: rowCount(options.offset, 'offset', label),
    locks: isLocked(options.lock, label),
  }
}

/** The condition of the options; one that says `where: undefined` says it by accident. */
export function conditionOf(options: ReadOptions, access: TableAccess): ConditionNode | undefined {
  return 'where' in options ? access.where.read(options.where) : undefined
}

/** @throws {QueryError} for an option that there is not: `were` would select every row */
export function assertOptions(options: unknown, known: ReadonlySet<string>, label: string): void {
  if (typeof options !== 'object' || options === null)
    throw new QueryError({ message: `${label} takes an object of options.` })
  for (const name in options)
    if (!known.has(name))
      throw new QueryError({
        message: `${label} does not have the option '${name}'. ${nameRemedy(name, known)}`,
      })
}

function rowCount(value: unknown, name: string, label: string): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new QueryError({ message: `The ${name} of ${label} must be a whole number from 0 on.` })
}

function isLocked(lock: unknown, label: string): boolean {
  if (lock !== undefined && lock !== 'update')
    throw new QueryError({ message: `The lock of ${label} must be 'update'.` })
  return lock === 'update'
}
