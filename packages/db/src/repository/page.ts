import { all, type Page } from '@keelson/core/conditions'
import { describeValue } from '@keelson/core/options'
import type { MaybePromise } from '../adapter/index.ts'
import { InvalidValueError, QueryError } from '../errors.ts'
import { decodeCursor, encodeCursor, markOf } from './cursor.ts'
import { cursorTerms } from './cursor-terms.ts'
import { afterSql, hasNullsBehind } from './keyset.ts'
import { cursorOrder, orderTermsOf, reversed, type OrderTerm } from './order.ts'
import {
  assertOptions,
  conditionOf,
  readRows,
  selectRows,
  type ReadOptions,
  type Selection,
} from './select.ts'
import type { TableAccess } from './table-access.ts'
import type { Row } from './table-sql.ts'

/** Options of a page, as callers write them. */
export interface PageReadOptions extends ReadOptions {
  readonly defaultLimit?: number | undefined
  readonly maxLimit?: number | undefined
}

/** What a client asks for, as it came. */
export interface AskedPage {
  readonly limit?: unknown
  readonly after?: unknown
  readonly before?: unknown
}

const KNOWN: ReadonlySet<string> = new Set(['where', 'orderBy', 'withDeleted', 'defaultLimit', 'maxLimit'])

/** Where a page begins, and which way it is read. */
interface Place {
  readonly limit: number
  readonly isBackward: boolean
  readonly values: readonly unknown[] | undefined
}

/**
 * Reads a page of rows: those behind or before the place of a cursor, so that rows which come or go meanwhile move nothing.
 *
 * @throws {InvalidCursorError} 400, for a cursor of another list
 * @throws {InvalidValueError} 400, for a limit out of range
 */
export async function readPage(
  query: AskedPage,
  options: PageReadOptions,
  access: TableAccess,
): Promise<Page<Row>> {
  assertOptions(options, KNOWN, `${access.key}.page`)
  const { sql } = access
  const terms = cursorTerms(cursorOrder(orderTermsOf(options.orderBy, sql), sql))
  const condition = conditionOf(options, access)
  const mark = markOf(terms, condition ?? all(), sql)
  const place = placeOf(query, options, { access, terms, mark })
  const order = place.isBackward ? reversed(terms) : terms
  const selection = { condition, withDeleted: options.withDeleted === true, order }
  const rows = await readPlace(selection, { ...place, limit: place.limit + 1 }, access)
  return pageOf(rows, place, (row) => encodeCursor(row, terms, mark))
}

async function readPlace(
  selection: Selection & { readonly order: readonly OrderTerm[] },
  { limit, values }: Place,
  access: TableAccess,
): Promise<readonly Row[]> {
  const { sql } = access
  const { order } = selection
  const read = (most: number, and: Selection['and']): MaybePromise<readonly Row[]> =>
    readRows(access, 'page', selectRows({ ...selection, and, limit: most }, sql))
  if (values === undefined) return read(limit, undefined)
  const rows = await read(limit, (out) => afterSql(order, values, { table: sql, out }))
  const first = order[0]?.column.name
  if (rows.length === limit || first === undefined || !hasNullsBehind(order, values)) return rows
  return [...rows, ...(await read(limit - rows.length, () => `${first} is null`))]
}

/** Of a page that was read behind a cursor there is one before, of one read before a cursor one behind: that of the cursor's row. */
function pageOf(
  rows: readonly Row[],
  { limit, isBackward, values }: Place,
  cursorOf: (row: Row) => string,
): Page<Row> {
  const hasMore = rows.length > limit
  const items = hasMore ? rows.slice(0, limit) : [...rows]
  if (isBackward) items.reverse()
  const [first] = items
  const last = items.at(-1)
  const hasNext = isBackward || hasMore
  const hasPrevious = isBackward ? hasMore : values !== undefined
  return {
    items,
    ...(hasNext && last !== undefined ? { next: cursorOf(last) } : {}),
    ...(hasPrevious && first !== undefined ? { previous: cursorOf(first) } : {}),
  }
}

function placeOf(
  query: AskedPage,
  options: PageReadOptions,
  list: { readonly access: TableAccess; readonly terms: readonly OrderTerm[]; readonly mark: string },
): Place {
  const { after, before } = query
  const limit = limitOf(query.limit, options, list.access)
  if (after !== undefined && before !== undefined) throw notOne('before', "omitted where 'after' is sent")
  const isBackward = before !== undefined
  const cursor = isBackward ? before : after
  if (cursor === undefined) return { limit, isBackward, values: undefined }
  if (typeof cursor !== 'string') throw notOne(isBackward ? 'before' : 'after', 'a cursor')
  return { limit, isBackward, values: decodeCursor(cursor, list.terms, list.mark) }
}

function limitOf(limit: unknown, options: PageReadOptions, { key }: TableAccess): number {
  const { maxLimit = Number.MAX_SAFE_INTEGER, defaultLimit = Math.min(20, maxLimit) } = options
  assertCount(maxLimit, 'maxLimit', key)
  assertCount(defaultLimit, 'defaultLimit', key)
  if (defaultLimit > maxLimit)
    throw new QueryError({
      message: `The defaultLimit of ${key}.page is ${defaultLimit}, more than its maxLimit, ${maxLimit}. Give a defaultLimit of ${maxLimit} or less, or a larger maxLimit.`,
    })
  if (limit === undefined) return defaultLimit
  if (typeof limit === 'number' && Number.isSafeInteger(limit) && limit >= 1 && limit <= maxLimit)
    return limit
  throw notOne('limit', `a whole number from 1 ${options.maxLimit === undefined ? 'on' : `to ${maxLimit}`}`)
}

function assertCount(limit: unknown, name: string, key: string): void {
  if (typeof limit === 'number' && Number.isSafeInteger(limit) && limit >= 1) return
  throw new QueryError({
    message: `The ${name} of ${key}.page must be a whole number from 1 on, not ${describeValue(limit, true)}.`,
  })
}

function notOne(property: string, expected: string): Error {
  return new InvalidValueError({
    message: `'${property}' must be ${expected}.`,
    details: { property, expected },
  })
}
