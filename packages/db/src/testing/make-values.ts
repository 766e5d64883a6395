// The values of a row that its table requires, and that nobody has said.
import { FactoryError } from '../errors.ts'
import type { ColumnFacts, TableFacts } from '../table/index.ts'
import { takes, valuesOf } from './column-values.ts'
import { uniquePlanOf } from './unique-plan.ts'

const numbers = new WeakMap<TableFacts, number>()

/** The number of the next row of a table, from 1 on: one for all its factories, so that no two rows of a process are alike. */
export function nextNumber(facts: TableFacts): number {
  const next = (numbers.get(facts) ?? 0) + 1
  numbers.set(facts, next)
  return next
}

/** Adds what is missing of a row, but for its references. @throws {FactoryError} where that cannot be made */
export function addValues(row: Record<string, unknown>, facts: TableFacts, number: number): void {
  const plan = uniquePlanOf(facts)
  for (const column of facts.columns) {
    const isRequired = column.made === undefined && !column.isNullable
    if (row[column.property] !== undefined || isReference(column, facts)) continue
    if (isRequired || plan.has(column.property)) row[column.property] = valueOf(column, facts, number)
  }
}

/** The value of a column in the row of a number. @throws {FactoryError} where there is none, or none that another row has not */
export function valueOf(column: ColumnFacts, facts: TableFacts, number: number): unknown {
  const values = valuesOf(column)
  const { divisor = 1, rows = Infinity, key } = uniquePlanOf(facts).get(column.property) ?? {}
  if (number > rows)
    throw failed(
      column,
      facts,
      `it is unique by ${key}, of which there are ${rows}, and this is row ${number}`,
    )
  const value = values.at(Math.floor((number - 1) / divisor) % values.count)
  if (value !== undefined && takes(column, value)) return value
  throw failed(column, facts, reasonOf(column))
}

function reasonOf({ kind, limits: { pattern, format } }: ColumnFacts): string {
  if (pattern !== undefined) return `no text was found for its pattern, ${pattern}, within its limits`
  if (format !== undefined) return `no text was found for its format, ${format}, within its limits`
  return kind === 'json' ? 'no value was found for its schema' : 'no value was found within its limits'
}

function failed({ property }: ColumnFacts, { name }: TableFacts, reason: string): Error {
  return new FactoryError({
    message: `${name}.${property}: a factory cannot make it: ${reason}. Give it: factory(…).defaults((at) => ({ ${property}: … })).`,
  })
}

/** Whether a column refers to a row. */
export function isReference({ property }: ColumnFacts, { references }: TableFacts): boolean {
  return references.some(({ columns }) => columns.includes(property))
}
