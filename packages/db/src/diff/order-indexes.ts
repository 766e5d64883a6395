// Indexes that come, go, and take the names of others.
import type { Change, ChangeOf, TableDescription } from '../adapter/index.ts'
import { oldName, swapName } from './names-between.ts'

type DropIndex = ChangeOf<'drop index'>
type Rename = ChangeOf<'rename constraint'>

/** What is done of indexes before tables and columns change, and what after new indexes are there. */
export interface OrderedIndexes {
  readonly before: readonly Change[]
  readonly after: readonly Change[]
}

/** What {@link orderIndexes} is given. */
export interface IndexesToOrder {
  readonly dropped: readonly DropIndex[]
  readonly added: readonly ChangeOf<'add index'>[]
  readonly renamed: readonly Rename[]
  /** Columns whose type changes, as `table.column`. */
  readonly retyped: ReadonlySet<string>
  /** Tables that stay. */
  readonly tables: readonly TableDescription[]
  /** Names of foreign keys and CHECKs that are dropped before. */
  readonly freed: readonly (string | undefined)[]
}

/**
 * An index goes first where a column of it gets another type, else last: a foreign key of MariaDB needs one at any time. One whose name is
 * needed again gives that up before.
 */
export function orderIndexes({
  dropped,
  added,
  renamed,
  retyped,
  tables,
  freed,
}: IndexesToOrder): OrderedIndexes {
  const needed = new Set([...added.map(({ index }) => index.name), ...renamed.map(({ to }) => to)])
  const isRetyped = ({ table, index }: DropIndex): boolean =>
    index.columns.some(({ name }) => retyped.has(`${table}.${name}`))
  const early = dropped.filter(isRetyped)
  const late = dropped.filter((one) => !isRetyped(one))
  const given = late.filter(({ index }) => needed.has(index.name))
  const gone = new Set([...freed, ...[...early, ...given].map(({ index }) => index.name)])
  return {
    before: [
      ...early,
      ...given.map(({ table, index: { name } }): Change => ({
        kind: 'rename constraint',
        table,
        of: 'index',
        from: name,
        to: oldName(name),
      })),
      ...orderRenames(renamed, namesIn(tables, gone)),
    ],
    after: late.map((one): Change =>
      given.includes(one) ? { ...one, index: { ...one.index, name: oldName(one.index.name) } } : one,
    ),
  }
}

function namesIn(tables: readonly TableDescription[], without: ReadonlySet<string | undefined>): Set<string> {
  return new Set(tables.flatMap(namesOf).filter((name) => !without.has(name)))
}

/** Names of a table's parts: those of indexes and keys are taken for all tables on PostgreSQL and SQLite, of foreign keys on MariaDB. */
export function namesOf({ primary, indexes, checks, references }: TableDescription): string[] {
  return [primary, ...indexes, ...checks, ...references].flatMap((part) => part?.name ?? [])
}

/** Each when its new name is free; of a circle one goes by way of a third name. One whose name stays taken keeps the old one. */
function orderRenames(renames: readonly Rename[], present: Set<string>): Change[] {
  const left = new Set(renames)
  const ordered: Change[] = []
  const make = (rename: Rename): void => {
    ordered.push(rename)
    present.delete(rename.from)
    present.add(rename.to)
  }
  while (left.size > 0) {
    const free = [...left].find(({ to }) => !present.has(to))
    const next = free ?? [...left].find((one) => isInCircle(one, left))
    if (next === undefined) break
    left.delete(next)
    if (free !== undefined) {
      make(next)
      continue
    }
    const between = swapName(next.from)
    make({ ...next, to: between })
    left.add({ ...next, from: between })
  }
  return ordered
}

/** Whether renames lead from the new name back to the old one. */
function isInCircle(one: Rename, renames: ReadonlySet<Rename>): boolean {
  const byFrom = new Map([...renames].map((rename) => [rename.from, rename]))
  let at = byFrom.get(one.to)
  for (let steps = 0; at !== undefined && at !== one && steps < renames.size; steps += 1)
    at = byFrom.get(at.to)
  return at === one
}
