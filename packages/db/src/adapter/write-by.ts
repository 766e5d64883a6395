import type { Change, ChangeEnds, ChangeWriters } from './change.ts'
import type { TableDescription } from './description.ts'

/** Writes each change by what writes its kind. */
export function writeBy(writers: ChangeWriters, changes: readonly Change[], ends: ChangeEnds): string[] {
  // What a kind is written by takes that kind.
  return changes.flatMap((change) => writers[change.kind](change as never, ends))
}

/** The table of a change, as it is to be. */
export function wantedTable(table: string, { from, to }: ChangeEnds): TableDescription {
  const found = to.tables.get(table) ?? from.tables.get(table)
  if (found === undefined) throw new TypeError(`The table ${table} is in neither description.`)
  return found
}
