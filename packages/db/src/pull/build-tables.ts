// Runs a plan: the tables that its source would make.
import { t } from '@keelson/core'
import {
  bigint,
  boolean,
  bytes,
  date,
  decimal,
  defineTables,
  integer,
  json,
  oneOf,
  table,
  text,
  timestamp,
  uuid,
  type AnyColumn,
  type AnyTable,
  type AnyTables,
} from '../table/index.ts'
import { UNKNOWN } from './plan-column.ts'
import type { PlannedCall, PlannedColumn, PlannedTable } from './plan.ts'

type AnyFunction = (...args: readonly unknown[]) => unknown

const BUILDERS = { bigint, boolean, bytes, date, decimal, integer, json, oneOf, text, timestamp, uuid }

/** Makes the tables of a plan. @throws {SetupError} for what no table can be */
export function buildTables(planned: readonly PlannedTable[]): AnyTables {
  const entries = planned.map((one) => [one.key, buildTable(one)] as const)
  // What is planned, the compiler does not see.
  return defineTables(Object.fromEntries(entries) as never)
}

function buildTable({ name, columns, options }: PlannedTable): AnyTable {
  const built = Object.fromEntries(columns.map((column) => [column.property, buildColumn(column)]))
  return table(name, built, options)
}

function buildColumn({ calls: [builder, ...calls] }: PlannedColumn): AnyColumn {
  const { name = 'text', args = [] } = builder ?? {}
  const begun = (BUILDERS[name as keyof typeof BUILDERS] as AnyFunction)(
    ...args.map((arg) => (arg === UNKNOWN ? t.Unknown() : arg)),
  )
  return calls.reduce((column: unknown, one: PlannedCall) => {
    const method = (column as Readonly<Record<string, AnyFunction>>)[one.name] as AnyFunction
    return method.apply(column, [...one.args])
  }, begun) as AnyColumn
}
