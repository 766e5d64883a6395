// After a rename, indexes and constraints get the names that a fresh table would give them. Other names are those of the database.
import type { Change, DatabaseDescription, TableDescription } from '../adapter/index.ts'
import { matchChecks, matchIndexes, matchReferences } from './compare-parts.ts'
import { namesOf } from './order-indexes.ts'

/** How constraints are named. */
export interface ConstraintNames {
  /** Whether a table value says this name itself. */
  isSaid(table: string, name: string): boolean
  /** Names by the rule that constraints had before renames, by the names that the rule gives now. */
  formerNames(table: string): ReadonlyMap<string, ReadonlySet<string>>
}

/** Finds constraints whose name follows from a name that was renamed, is said and another, or is needed for another table. */
export function constraintRenames(
  from: DatabaseDescription,
  to: DatabaseDescription,
  names: ConstraintNames,
): Change[] {
  const owners = new Map(
    [...to.tables.values()].flatMap((table) => namesOf(table).map((name) => [name, table.name])),
  )
  return [...to.tables.values()].flatMap((table) => {
    const before = from.tables.get(table.name)
    const isNeeded = (name: string): boolean => (owners.get(name) ?? table.name) !== table.name
    return before === undefined ? [] : renamesOf(before, table, { names, isNeeded })
  })
}

type Kind = Extract<Change, { kind: 'rename constraint' }>['of']
type Named = readonly [of: Kind, from: string | undefined, to: string | undefined]

interface NamesInUse {
  readonly names: ConstraintNames
  /** Whether another table is to have something of this name. */
  isNeeded(name: string): boolean
}

function renamesOf(from: TableDescription, to: TableDescription, { names, isNeeded }: NamesInUse): Change[] {
  const former = names.formerNames(to.name)
  const pairs: Named[] = [
    ['primary', from.primary?.name, to.primary?.name],
    ...matchIndexes(from, to).pairs.map(([a, b]): Named => ['index', a.name, b.name]),
    ...matchChecks(from, to).pairs.map(([a, b]): Named => ['check', a.name, b.name]),
    ...matchReferences(from, to).pairs.map(([a, b]): Named => ['reference', a.name, b.name]),
  ]
  return pairs.flatMap(([of, before, now]): Change[] => {
    if (before === undefined || now === undefined || before === now) return []
    if (!names.isSaid(to.name, now) && former.get(now)?.has(before) !== true && !isNeeded(before)) return []
    return [{ kind: 'rename constraint', table: to.name, of, from: before, to: now }]
  })
}
