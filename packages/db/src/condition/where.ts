// What a `where` says, as one condition whose values were checked against the columns.
import {
  conditionsOn,
  isCondition,
  toCondition,
  type ConditionNode,
  type ConditionColumns,
} from '@keelson/core/conditions'
import { QueryError } from '../errors.ts'
import { unknownColumn, type TableFacts } from '../table/index.ts'

/** Reads what a `where` says; made once for each table. */
export interface WhereReader {
  /**
   * @throws {InvalidValueError} 400, for a value that its column does not take
   * @throws {QueryError} for a property that the table does not have
   * @throws {ConditionError} for `undefined`
   */
  read(where: unknown): ConditionNode
  /**
   * Like `read`, for statements that change many rows: what asks for nothing would change every row.
   *
   * @throws {QueryError} for an empty one
   */
  readRequired(where: unknown, label: string): ConditionNode
}

const readers = new WeakMap<TableFacts, WhereReader>()

/** The reader of a table. */
export function whereReaderOf(facts: TableFacts): WhereReader {
  const known = readers.get(facts)
  if (known !== undefined) return known
  const made = makeReader(facts)
  readers.set(facts, made)
  return made
}

function makeReader(facts: TableFacts): WhereReader {
  const columns = conditionColumnsOf(facts)
  const read = (where: unknown): ConditionNode => toCondition(canonical(where, facts) as never, columns)
  return {
    read,
    readRequired(where, label) {
      if (where === undefined || asksForNothing(where))
        throw new QueryError({
          message: `${label} needs a where. To mean every row of '${facts.name}', write where: all(), which @keelson/core/conditions exports.`,
        })
      return read(where)
    },
  }
}

function conditionColumnsOf({ columns }: TableFacts): ConditionColumns {
  const found = columns.map(
    ({ property, kind, isNullable, isCaseInsensitive }) =>
      [property, { kind, nullable: isNullable, caseInsensitive: isCaseInsensitive }] as const,
  )
  const result = Object.fromEntries(found)
  conditionsOn(result)
  return result
}

/** The same with values in the form of their columns, so that what callers sent is their error: a 400. */
function canonical(where: unknown, facts: TableFacts): unknown {
  if (typeof where !== 'object' || where === null || isCondition(where)) return where
  if (Array.isArray(where)) return where.map((one) => canonical(one, facts))
  const prototype: unknown = Object.getPrototypeOf(where)
  if (prototype !== null && prototype !== Object.prototype) return where
  const entries = Object.entries(where).map(([name, value]: [string, unknown]) => {
    const column = facts.byProperty.get(name)
    if (column === undefined) throw unknownColumn('where', name, facts)
    const isValue = value !== null && value !== undefined
    return [name, isValue ? column.canonical(value) : value]
  })
  return Object.fromEntries(entries)
}

function asksForNothing(where: unknown): boolean {
  if (typeof where !== 'object' || where === null || isCondition(where)) return false
  return Array.isArray(where) ? where.every(asksForNothing) : Object.keys(where).length === 0
}
