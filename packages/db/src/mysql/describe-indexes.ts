// Indexes of MySQL and MariaDB; each row of the catalogue is a column of one.
import {
  quoteName,
  rowText,
  type DriverRow,
  type IndexDescription,
  type OtherObject,
} from '../adapter/index.ts'

type Rows = readonly DriverRow[]

/** Whether an index is over whole columns, sorted, and seen by the planner. */
export function isPlain(rows: Rows): boolean {
  return rows.every(
    (row) =>
      row['type'] === 'BTREE' &&
      row['prefix'] === null &&
      row['column_name'] !== null &&
      Number(row['is_hidden']) === 0,
  )
}

/** An index over whole columns. A unique constraint is one, and nothing else. */
export function indexOf(name: string, rows: Rows): IndexDescription {
  return {
    name,
    columns: rows.map((row) => ({
      name: String(row['column_name']),
      order: row['collation'] === 'D' ? 'desc' : 'asc',
    })),
    isUnique: isUnique(rows),
    isConstraint: false,
  }
}

function isUnique([first]: Rows): boolean {
  return Number(first?.['non_unique']) === 0
}

/** An index that no table value says: over prefixes, expressions, words. */
export function specialIndex(name: string, table: string, rows: Rows): OtherObject {
  const quote = (part: unknown): string => quoteName(String(part), '`')
  const type = String(rows[0]?.['type'])
  const words = /^(?:FULLTEXT|SPATIAL)$/.test(type)
    ? `${type.toLowerCase()} `
    : isUnique(rows)
      ? 'unique '
      : ''
  const columns = rows.map((row) => {
    if (row['column_name'] === null) return `(${rowText(row, 'expression')})`
    const prefix = row['prefix'] === null || words === 'spatial ' ? '' : `(${rowText(row, 'prefix')})`
    return `${quote(row['column_name'])}${prefix}${row['collation'] === 'D' ? ' desc' : ''}`
  })
  return {
    kind: 'index',
    name,
    text: `create ${words}index ${quote(name)} on ${quote(table)} (${columns.join(', ')})`,
    isPrerequisite: false,
  }
}
