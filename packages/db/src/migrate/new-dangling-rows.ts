import { groupRows } from '../adapter/index.ts'
import type { DanglingRow, DanglingRows } from './dangling-rows.ts'

/** Finds rows that did refer to something, or were not there: names of tables and columns may be others now. */
export function newDanglingRows(before: DanglingRows, now: DanglingRows): DanglingRow[] {
  const byKey = groupRows(before.rows, 'key')
  const byNumber = groupRows(before.rows, 'rowid')
  return now.rows.filter((row) => {
    const tables = formerNames(row.table, before, now)
    const parents = formerNames(row.parent, before, now)
    const isKnown = (one: DanglingRow): boolean =>
      tables.has(one.table) && parents.has(one.parent) && isSameKey(one, row)
    return !(
      byKey.get(row.key)?.some(isKnown) === true ||
      // Its key is another one.
      (row.rowid !== null &&
        byNumber.get(row.rowid)?.some((one) => one.keyColumns !== row.keyColumns && isKnown(one)) === true)
    )
  })
}

/** Names that a table may have had: its own, that of the table which began where it begins, and of one that is new any that is gone. */
function formerNames(name: string, before: DanglingRows, now: DanglingRows): Set<string> {
  const page = now.pages.get(name)
  const isNew = page !== undefined && !before.pages.has(name)
  const others = [...before.pages].filter(([one, at]) => at === page || (isNew && !now.pages.has(one)))
  return new Set([name, ...others.map(([one]) => one)])
}

/** Of a row that has several: by its columns, or by what it says where these are renamed. */
function isSameKey(before: DanglingRow, now: DanglingRow): boolean {
  return before.columns === now.columns || before.value === now.value
}
