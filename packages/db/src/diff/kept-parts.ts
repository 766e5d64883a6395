// What is there and stays, though no table value says it: a table that is made anew would lose what it is not made with.
import type {
  Change,
  ChangeOf,
  ColumnDescription,
  DatabaseDescription,
  TableDescription,
} from '../adapter/index.ts'
import { matchChecks, matchIndexes, matchReferences } from './compare-parts.ts'

/** A comparison and its result. */
export interface Compared {
  readonly from: DatabaseDescription
  readonly to: DatabaseDescription
  /** As the comparison gives them. */
  readonly changes: readonly Change[]
}

/**
 * Adds what stays to tables that are wanted: columns, expressions, keys, indexes, CHECKs and others that no change drops.
 *
 * @param wanted - `to` of the comparison, in whatever spelling
 */
export function withKeptParts(
  wanted: DatabaseDescription,
  { from, to, changes }: Compared,
): DatabaseDescription {
  const tables = [...wanted.tables.values()].map((table) => {
    const [before, now] = [from.tables.get(table.name), to.tables.get(table.name)]
    if (before === undefined || now === undefined) return table
    const own = changes.filter((change) => 'table' in change && change.table === table.name)
    return withKept(table, { before, now, changes: own })
  })
  return { ...wanted, tables: new Map(tables.map((table) => [table.name, table])) }
}

interface ComparedTable {
  readonly before: TableDescription
  readonly now: TableDescription
  readonly changes: readonly Change[]
}

function withKept(wanted: TableDescription, { before, now, changes }: ComparedTable): TableDescription {
  const gone = new Set<unknown>(changes.flatMap((change) => goneOf(change)))
  const kept = <T>(parts: readonly T[]): T[] => parts.filter((part) => !gone.has(part))
  return {
    ...wanted,
    columns: columnsOf(wanted, before, changes),
    indexes: [...wanted.indexes, ...kept(matchIndexes(before, now).onlyFrom)],
    checks: [...wanted.checks, ...kept(matchChecks(before, now).onlyFrom)],
    references: [...wanted.references, ...kept(matchReferences(before, now).onlyFrom)],
    others: [
      ...before.others,
      ...wanted.others.filter(({ name }) => !before.others.some((one) => one.name === name)),
    ],
  }
}

function goneOf(change: Change): unknown[] {
  if (change.kind === 'drop index') return [change.index]
  if (change.kind === 'drop check') return [change.check]
  return change.kind === 'drop reference' ? [change.reference] : []
}

/** In the order in which they are: triggers may insert rows without naming columns. New ones are last. */
function columnsOf(
  wanted: TableDescription,
  before: TableDescription,
  changes: readonly Change[],
): ColumnDescription[] {
  const dropped = new Set(changes.flatMap((change) => (change.kind === 'drop column' ? change.column : [])))
  const altered = new Map(changes.filter(isAltered).map(({ to }) => [to.name, to]))
  const said = new Map(wanted.columns.map((column) => [column.name, column]))
  const present = new Set(before.columns.map(({ name }) => name))
  return [
    ...before.columns
      .filter(({ name }) => !dropped.has(name))
      .map((column) => altered.get(column.name) ?? unchanged(column, said.get(column.name))),
    ...wanted.columns.filter(({ name }) => !present.has(name)),
  ]
}

function isAltered(change: Change): change is ChangeOf<'alter column'> {
  return change.kind === 'alter column'
}

/** In the spelling of the table that is wanted. */
function unchanged(before: ColumnDescription, said: ColumnDescription | undefined): ColumnDescription {
  return said === undefined ? before : { ...before, type: said.type, default: said.default ?? before.default }
}
