// Which renames tables ask for by `was`, and the order in which they work: chains from their end, swaps by way of a third name.
import type { SetupProblem } from '@keelson/core'
import type { Change, DatabaseDescription, TableDescription } from '../adapter/index.ts'

/** Names that tables and columns had, by the names that they have now. */
export interface FormerNames {
  readonly tables: ReadonlyMap<string, string>
  /** By the name that the table has now. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, string>>
}

/** Renames, in the order in which they are made, and why some cannot be. */
export interface Renames {
  readonly changes: readonly Change[]
  readonly problems: readonly SetupProblem[]
  /** Marks of the swaps among them. */
  readonly swaps: readonly string[]
}

/** Where {@link findRenames} looks. */
export interface RenamePlace {
  readonly from: DatabaseDescription
  readonly former: FormerNames
  /** Swaps that a migration has made already, as {@link swapMark} writes them. */
  readonly swapped: ReadonlySet<string>
}

/** Finds the renames that are not made yet. Those that are made already are harmless. */
export function findRenames({ from, former, swapped }: RenamePlace): Renames {
  const tables = renamesOf({ present: from.tables, former: former.tables, owner: undefined, swapped })
  const before = new Map(tables.pairs.map(([old, now]) => [now, old]))
  const columns = [...former.columns].map(([table, names]) => {
    const described = from.tables.get(before.get(table) ?? table)
    if (described === undefined) return { ...NOTHING, table }
    return { table, ...renamesOf({ present: columnNames(described), former: names, owner: table, swapped }) }
  })
  return {
    changes: [
      ...tables.steps.map(([old, now]): Change => ({ kind: 'rename table', from: old, to: now })),
      ...columns.flatMap(({ table, steps }) =>
        steps.map(([old, now]): Change => ({ kind: 'rename column', table, from: old, to: now })),
      ),
    ],
    problems: [...tables.problems, ...columns.flatMap(({ problems }) => problems)],
    swaps: [...tables.swaps, ...columns.flatMap(({ swaps }) => swaps)],
  }
}

/** How a migration says that it swaps names, so that the next comparison knows: `orders.a=b, orders.b=a`. */
export function swapMark(owner: string | undefined, cycle: readonly Pair[]): string {
  const prefix = owner === undefined ? '' : `${owner}.`
  return cycle
    .map(([old, now]) => `${prefix}${old}=${now}`)
    .toSorted()
    .join(', ')
}

type Pair = readonly [old: string, now: string]

interface Names {
  readonly present: { has(name: string): boolean }
  readonly former: ReadonlyMap<string, string>
  /** The table of columns. */
  readonly owner: string | undefined
  readonly swapped: ReadonlySet<string>
}

interface Found {
  /** Old and new names. */
  readonly pairs: readonly Pair[]
  /** The same, in an order that works. */
  readonly steps: readonly Pair[]
  readonly problems: readonly SetupProblem[]
  readonly swaps: readonly string[]
}

function columnNames({ columns }: TableDescription): ReadonlySet<string> {
  return new Set(columns.map(({ name }) => name))
}

function renamesOf(names: Names): Found {
  const found = chainsOf(names.former).map((chain) =>
    chain.isCycle ? swap(chain, names) : move(chain, names),
  )
  return {
    pairs: found.flatMap(({ pairs }) => pairs),
    steps: found.flatMap(({ steps }) => steps),
    problems: found.flatMap(({ problems }) => problems),
    swaps: found.flatMap(({ swaps }) => swaps),
  }
}

interface Chain {
  /** Each takes the name that the one before it had. */
  readonly pairs: readonly Pair[]
  readonly isCycle: boolean
}

const NOTHING: Found = { pairs: [], steps: [], problems: [], swaps: [] }

/** Renames that hang together: `b` was `a`, `c` was `b`. */
function chainsOf(former: ReadonlyMap<string, string>): Chain[] {
  const byOld = new Map([...former].map(([now, old]) => [old, now]))
  const seen = new Set<string>()
  const follow = (start: string): Chain => {
    const pairs: Pair[] = []
    let old = start
    for (let now = byOld.get(old); now !== undefined && !seen.has(now); now = byOld.get(old)) {
      seen.add(now)
      pairs.push([old, now])
      old = now
    }
    return { pairs, isCycle: old === start && pairs.length > 0 }
  }
  const heads = [...byOld.keys()].filter((old) => !former.has(old))
  return [...heads, ...byOld.keys()].map(follow).filter(({ pairs }) => pairs.length > 0)
}

function move({ pairs }: Chain, { present, owner }: Names): Found {
  const [head = ''] = pairs[0] ?? []
  const [, tail = ''] = pairs.at(-1) ?? []
  // Where the first name is gone, all of it was done before, or nothing of it was ever there.
  if (!present.has(head)) return NOTHING
  const missing = pairs.filter(([old]) => !present.has(old))
  if (!present.has(tail) && missing.length === 0) return { ...NOTHING, pairs, steps: pairs.toReversed() }
  const place = placeOf(owner, pairs[0]?.[1] ?? tail)
  if (present.has(tail))
    return refused(
      place,
      `It was ${head}, and ${head} is there again beside ${tail}.`,
      `Omit was('${head}') if the rename is done: then ${head} is another one, to be declared or dropped.`,
    )
  return refused(
    place,
    `${missing.map(([old, now]) => `${now} was ${old}, which is not there`).join('; ')}, while ${head} is.`,
    'Omit the was(…) of what is renamed already.',
  )
}

function swap({ pairs }: Chain, { present, owner, swapped }: Names): Found {
  const mark = swapMark(owner, pairs)
  if (swapped.has(mark) || !pairs.every(([old]) => present.has(old))) return NOTHING
  const [first, ...rest] = pairs
  if (first === undefined) return NOTHING
  const [old, now] = first
  const between = `${old}_keelson_swap`
  const steps: Pair[] = [[old, between], ...rest.toReversed(), [between, now]]
  return { pairs, steps, problems: [], swaps: [mark] }
}

function refused(place: string, message: string, remedy: string): Found {
  return { ...NOTHING, problems: [{ code: 'ERR_DB_MIGRATION', place, message, remedy }] }
}

function placeOf(owner: string | undefined, name: string): string {
  return owner === undefined ? name : `${owner}.${name}`
}
