import type { ResultColumn } from '../adapter/index.ts'
import type { WireField } from './wire.ts'

/** Names of columns by the numbers that a result has of them. */
export const ORIGINS = `select a.attrelid::int8 as "table", a.attnum as "column", c.relname as "tableName", a.attname as "columnName"
from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
where (a.attrelid, a.attnum) in (select * from unnest($1::oid[], $2::int2[]))`

/** A row of {@link ORIGINS}. */
interface OriginRow {
  readonly table: string
  readonly column: number
  readonly tableName: string
  readonly columnName: string
}

/** Whether a column is one of a table, and not an expression. */
export function hasOrigin({ tableID, columnID }: WireField): boolean {
  return tableID !== 0 && columnID > 0
}

/** The values for {@link ORIGINS}. */
export function originValues(fields: readonly WireField[]): [tables: string, columns: string] {
  const found = fields.filter(hasOrigin)
  return [
    `{${found.map(({ tableID }) => tableID).join()}}`,
    `{${found.map(({ columnID }) => columnID).join()}}`,
  ]
}

/** Joins columns with their names. */
export function toResultColumns(fields: readonly WireField[], rows: readonly unknown[]): ResultColumn[] {
  const origins = new Map(
    (rows as readonly OriginRow[]).map((row) => [`${row.table}.${row.column}`, row] as const),
  )
  return fields.map(({ name, tableID, columnID }) => {
    const origin = origins.get(`${tableID}.${columnID}`)
    return { name, table: origin?.tableName, column: origin?.columnName }
  })
}
