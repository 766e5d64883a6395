// Which renames tables ask for by `was`, and the order in which they work: chains from their end, swaps by way of a third name,
// and onto the name of what is dropped after that was put aside.
import type { SetupProblem } from '@keelson/core'
import type { Change, DatabaseDescription, TableDescription } from '../adapter/index.ts'
import { oldName, swapName } from './names-between.ts'

/** Names that tables and columns had, by the names that they have now. */
export interface FormerNames {
  readonly tables: ReadonlyMap<string, string>
  /** By the name that the table has now. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Whether something has this name now: a table, or a column of a table. */
  isDeclared(name: string, table: string | undefined): boolean
}

/** Renames, in the order in which they are made, and why some cannot be. */
export interface Renames {
  readonly changes: readonly Change[]
  readonly problems: readonly SetupProblem[]
  /** Marks of those after which an old name is there again. */
  readonly marks: readonly string[]
  /** What has another name until it is dropped, by the name in the tables' words: `orders.b` is `b_keelson_old`. */
  readonly aside: ReadonlyMap<string, string>
  /** What a reader may not expect, as sentences. */
  readonly notes: readonly string[]
}

/** Where {@link findRenames} looks. */
export interface RenamePlace {
  readonly from: DatabaseDescription
  readonly former: FormerNames
  /** Renames that a migration has made already, as {@link renameMark} writes them. */
  readonly made: ReadonlySet<string>
  /** Tables, and `table.column`, that are to go with their data. */
  readonly drops: readonly string[]
}

/** Finds the renames that are not made yet. Those that are made already are harmless. */
export function findRenames({ from, former, made, drops }: RenamePlace): Renames {
  const namesOf = (names: Pick<Names, 'present' | 'former' | 'owner'>): Found =>
    renamesOf({ ...names, made, drops, isDeclared: (name) => former.isDeclared(name, names.owner) })
  const tables = namesOf({ present: from.tables, former: former.tables, owner: undefined })
  const before = new Map(tables.pairs.map(([old, now]) => [now, old]))
  const columns = [...former.columns].map(([table, names]) => {
    const described = from.tables.get(before.get(table) ?? table)
    if (described === undefined) return { ...NOTHING, table }
    return { table, ...namesOf({ present: columnNames(described), former: names, owner: table }) }
  })
  const all = [tables, ...columns]
  return {
    changes: [
      ...tables.steps.map(([old, now]): Change => ({ kind: 'rename table', from: old, to: now })),
      ...columns.flatMap(({ table, steps }) =>
        steps.map(([old, now]): Change => ({ kind: 'rename column', table, from: old, to: now })),
      ),
    ],
    problems: all.flatMap(({ problems }) => problems),
    marks: all.flatMap(({ marks }) => marks),
    aside: new Map(all.flatMap(({ aside }) => aside)),
    notes: all.flatMap(({ notes }) => notes),
  }
}

/** How a migration says which names it gave, where an old one is there again, so that the next comparison knows: `orders.a=b, orders.b=a`. */
export function renameMark(owner: string | undefined, pairs: readonly Pair[]): string {
  const prefix = owner === undefined ? '' : `${owner}.`
  return pairs
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
  readonly made: ReadonlySet<string>
  readonly drops: readonly string[]
  isDeclared(name: string): boolean
}

interface Found {
  /** Old and new names. */
  readonly pairs: readonly Pair[]
  /** The same, in an order that works. */
  readonly steps: readonly Pair[]
  readonly problems: readonly SetupProblem[]
  readonly marks: readonly string[]
  readonly aside: readonly Pair[]
  readonly notes: readonly string[]
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
    marks: found.flatMap(({ marks }) => marks),
    aside: found.flatMap(({ aside }) => aside),
    notes: found.flatMap(({ notes }) => notes),
  }
}

interface Chain {
  /** Each takes the name that the one before it had. */
  readonly pairs: readonly Pair[]
  readonly isCycle: boolean
}

const NOTHING: Found = { pairs: [], steps: [], problems: [], marks: [], aside: [], notes: [] }

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

function move({ pairs }: Chain, names: Names): Found {
  const { present, owner, made, drops } = names
  const { head, tail } = endsOf(pairs)
  // Where the first name is gone, all of it was done before, or nothing of it was ever there.
  if (!present.has(head) || made.has(renameMark(owner, pairs))) return NOTHING
  const dropped = placeOf(owner, tail)
  const place = placeOf(owner, pairs[0]?.[1] ?? tail)
  if (present.has(tail) && !drops.includes(dropped))
    return refused(
      place,
      `It was ${head}, and ${head} is there again beside ${tail}.`,
      `If the rename is done, omit was('${head}'): then ${head} is another one, to be declared or dropped. If it is not, and ${tail} is to go with its data, run the command with --drop ${dropped}.`,
    )
  const missing = pairs.filter(([old]) => !present.has(old))
  if (missing.length === 0) return moved(pairs, names)
  return refused(
    place,
    `${missing.map(([old, now]) => `${now} was ${old}, which is not there`).join('; ')}, while ${head} is.`,
    'Omit the was(…) of what is renamed already.',
  )
}

/** The first name of a chain, and the last. */
function endsOf(pairs: readonly Pair[]): { readonly head: string; readonly tail: string } {
  return { head: pairs[0]?.[0] ?? '', tail: pairs.at(-1)?.[1] ?? '' }
}

/** What is dropped gives up its name first: all that hangs on it goes by the comparison. */
function moved(pairs: readonly Pair[], { present, owner, isDeclared }: Names): Found {
  const { head, tail } = endsOf(pairs)
  const aside: readonly Pair[] = present.has(tail) ? [[tail, oldName(tail)]] : []
  const isAgain = isDeclared(head)
  return {
    pairs,
    steps: [...aside, ...pairs.toReversed()],
    problems: [],
    marks: isAgain ? [renameMark(owner, pairs)] : [],
    aside: aside.map(([name, old]) => [placeOf(owner, name), placeOf(owner, old)]),
    notes: isAgain ? pairs.slice(0, 1).map((pair) => againNote(owner, pair)) : [],
  }
}

/** Another one of the old name is declared, which may be meant, or be what was left in the code. */
function againNote(owner: string | undefined, [old, now]: Pair): string {
  return owner === undefined
    ? `The rows of ${old} go with ${now}; the new table ${old} begins empty`
    : `The values of ${owner}.${old} go with ${now}; the new column ${old} begins without them`
}

function swap({ pairs }: Chain, { present, owner, made }: Names): Found {
  const mark = renameMark(owner, pairs)
  if (made.has(mark) || !pairs.every(([old]) => present.has(old))) return NOTHING
  const [first, ...rest] = pairs
  if (first === undefined) return NOTHING
  const [old, now] = first
  const between = swapName(old)
  const steps: Pair[] = [[old, between], ...rest.toReversed(), [between, now]]
  return { ...NOTHING, pairs, steps, marks: [mark] }
}

function refused(place: string, message: string, remedy: string): Found {
  return { ...NOTHING, problems: [{ code: 'ERR_DB_MIGRATION', place, message, remedy }] }
}

function placeOf(owner: string | undefined, name: string): string {
  return owner === undefined ? name : `${owner}.${name}`
}
