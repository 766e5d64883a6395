import { hash } from 'node:crypto'
import type { ConditionNode } from '@keelson/core/conditions'
import { InvalidCursorError } from '../errors.ts'
import type { ColumnFacts } from '../table/index.ts'
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
      return [node.op, node.column]
    default:
      return node
  }
}

/** The cursor of a row: the mark of its list, and its values by which the list is ordered. Opaque, though not secret. */
export function encodeCursor(row: Row, terms: readonly OrderTerm[], mark: string): string {
  const values = terms.map(({ column }) => {
    const value = row[column.property] ?? null
    // A Date or a bigint has its canonical text.
    return value === null || column.facts.as === undefined ? value : column.facts.canonical(value)
  })
  return VERSION + mark + Buffer.from(JSON.stringify(values)).toString('base64url')
}

/**
 * The values of a cursor, each checked against its column: what a client changed only makes the page begin elsewhere.
 *
 * @throws {InvalidCursorError} 400, for one of another list or format, or with other values than the columns take
 */
export function decodeCursor(cursor: string, terms: readonly OrderTerm[], mark: string): readonly unknown[] {
  try {
    if (!cursor.startsWith(VERSION + mark)) throw new Error('It is of another list, order, filter or format.')
    const text = Buffer.from(cursor.slice(VERSION.length + mark.length), 'base64url').toString()
    const values: unknown = JSON.parse(text)
    if (!Array.isArray(values) || values.length !== terms.length) throw new Error('It has other columns.')
    return terms.map(({ column }, at) => valueOf(values[at], column.facts))
  } catch (cause) {
    throw new InvalidCursorError({ cause })
  }
}

function valueOf(value: unknown, facts: ColumnFacts): unknown {
  if (value !== null) return facts.canonical(value)
  if (!facts.isNullable) throw new Error(`'${facts.property}' is never null.`)
  return null
}
