// Indexes that come, go, and take the names of others.
import type { Change, ChangeOf, DatabaseDescription } from '../adapter/index.ts'

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
  readonly from: DatabaseDescription
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
  from,
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
        to: goneName(name),
      })),
      ...orderRenames(renamed, namesIn(from, gone)),
    ],
    after: late.map((one): Change =>
      given.includes(one) ? { ...one, index: { ...one.index, name: goneName(one.index.name) } } : one,
    ),
  }
}

function goneName(name: string): string {
  return `${name.slice(0, 50)}_keelson_old`
}

function namesIn({ tables }: DatabaseDescription, without: ReadonlySet<string | undefined>): Set<string> {
  const names = [...tables.values()].flatMap(({ indexes, checks, references }) =>
    [...indexes, ...checks, ...references].map(({ name = '' }) => name),
  )
  return new Set(names.filter((name) => !without.has(name)))
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
    const next = free ?? [...left].find(({ to }) => [...left].some(({ from }) => from === to))
    if (next === undefined) break
    left.delete(next)
    if (free !== undefined) {
      make(next)
      continue
    }
    const between = `${next.from.slice(0, 50)}_keelson_swap`
    make({ ...next, to: between })
    left.add({ ...next, from: between })
  }
  return ordered
}
