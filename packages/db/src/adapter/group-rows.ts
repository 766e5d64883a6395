import type { DriverRow } from './contract.ts'

/** Rows by the text in one of their columns, in the order in which they come. */
export function groupRows<T extends DriverRow>(rows: readonly T[], column: string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const key = rowText(row, column)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

/** The text in a column of a row; empty for null. Numbers become texts, which drivers give of some. */
export function rowText(row: DriverRow, column: string): string {
  return String((row[column] ?? '') as string | number | bigint)
}
