import { hash } from 'node:crypto'
import { InvalidCursorError } from '@keelson/core'
import { toCanonical, type ConditionNode } from '@keelson/core/conditions'
import { beginningOf } from './cursor-terms.ts'
import type { OrderTerm } from './order.ts'
import type { Row, TableSql } from './table-sql.ts'

/** First byte of a cursor: the version of its format. */
const VERSION = '1'
const MARK_LENGTH = 8

/**
 * Marks the list that a cursor is of: the table, the order, and what the condition asks. The values of `below`, `above` and their
 * kin are not in it, so that a list of the last 30 days keeps its cursors.
 */
export function markOf(terms: readonly OrderTerm[], condition: ConditionNode, { facts }: TableSql): string {
  const order = terms.map(({ column, isDescending }) => `${column.property} ${String(isDescending)}`)
  return hash('sha256', JSON.stringify([facts.name, order, shapeOf(condition)]), 'base64url').slice(
    0,
    MARK_LENGTH,
  )
}

function shapeOf(node: ConditionNode): unknown {
  switch (node.op) {
    case 'all':
    case 'any':
      return [node.op, node.of.map(shapeOf)]
    case 'not':
      return [node.op, shapeOf(node.of)]
    case 'below':
    case 'atMost':
    case 'above':
    case 'atLeast':
      return 'other' in node ? node : [node.op, node.column]
    default:
      return node
  }
}

/** The cursor of a row: the mark of its list, and its values by which the list is ordered. Opaque, though not secret. */
export function encodeCursor(row: Row, terms: readonly OrderTerm[], mark: string): string {
  const parts = terms.map((term) => {
    const { facts, property } = term.column
    const value = row[property] ?? null
    // A Date or a bigint has its canonical text.
    const canonical = value === null || facts.as === undefined ? value : facts.canonical(value)
    return typeof canonical === 'string'
      ? textPart(beginningOf(canonical, term))
      : `${JSON.stringify(canonical)};`
  })
  return VERSION + mark + Buffer.from(parts.join('')).toString('base64url')
}

/** With its length in front, since what JSON escapes would be six times as long. */
function textPart(text: string): string {
  return `"${text.length}:${text}`
}

/**
 * The values of a cursor, each checked against its column: what a client changed only makes the page begin elsewhere.
 *
 * @throws {InvalidCursorError} 400, for one of another list or format, or with other values than the columns take
 */
export function decodeCursor(cursor: string, terms: readonly OrderTerm[], mark: string): readonly unknown[] {
  try {
    if (!cursor.startsWith(VERSION + mark)) throw new Error('It is of another list, order, filter or format.')
    const encoded = cursor.slice(VERSION.length + mark.length)
    const text = Buffer.from(encoded, 'base64url').toString()
    // The decoders skip what they do not know, so one cursor would have many forms.
    if (Buffer.from(text).toString('base64url') !== encoded) throw new Error('It is not base64url of UTF-8.')
    const values = partsOf(text)
    if (values.length !== terms.length) throw new Error('It has other columns.')
    return terms.map((term, at) => valueOf(values[at], term))
  } catch (cause) {
    throw new InvalidCursorError(undefined, { cause })
  }
}

function partsOf(text: string): unknown[] {
  const values: unknown[] = []
  const begin = /"(\d+):|([^;"]+);/y
  while (begin.lastIndex < text.length) {
    const at = begin.lastIndex
    const [whole = '', length, other] = begin.exec(text) ?? []
    if (whole === '') throw new Error('It has no values.')
    if (length === undefined) values.push(JSON.parse(other as string))
    else {
      begin.lastIndex = at + whole.length + Number(length)
      values.push(text.slice(at + whole.length, begin.lastIndex))
    }
  }
  return values
}

function valueOf(value: unknown, term: OrderTerm): unknown {
  const { facts } = term.column
  if (value === null && !facts.isNullable) throw new Error(`'${facts.property}' is never null.`)
  if (value === null) return null
  return term.most === undefined ? facts.canonical(value) : beginning(value, term)
}

/** A beginning need not be a value of the column: that has a pattern, say. */
function beginning(value: unknown, term: OrderTerm): string {
  const { kind, property } = term.column.facts
  const isOne = typeof value === 'string' && toCanonical(kind, value) === value
  if (isOne && beginningOf(value, term) === value) return value
  throw new Error(`'${property}' has no such beginning.`)
}
