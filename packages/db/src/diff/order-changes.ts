// Changes in an order in which each can be made, on every system.
import type {
  Change,
  ChangeOf,
  DatabaseDescription,
  ReferenceDescription,
  TableDescription,
} from '../adapter/index.ts'
import { namesOf, orderIndexes } from './order-indexes.ts'

interface Ends {
  readonly from: DatabaseDescription
  readonly to: DatabaseDescription
}

/** What {@link orderChanges} is given. */
export interface ChangesToOrder extends Ends {
  readonly changes: readonly Change[]
  /** Whether a column with a foreign key takes another type only without it: all but SQLite, which makes tables anew. */
  readonly detachesReferences: boolean
}

/**
 * What is in the way goes first: foreign keys and CHECKs. Then come tables and columns; new indexes before old ones, since MariaDB
 * needs one for a foreign key at any time; then what is to hold.
 */
export function orderChanges({ changes, from, to, detachesReferences }: ChangesToOrder): Change[] {
  const of = <K extends Change['kind']>(kind: K): ChangeOf<K>[] =>
    changes.filter((change): change is ChangeOf<K> => change.kind === kind)
  const dropped = dropOrder(
    of('drop table').map(({ table }) => table),
    from,
  )
  const created = createOrder(of('create table'))
  const altered = retyped(of('alter column'))
  const detached = detachesReferences ? detach(changes, altered, { from, to }) : []
  const isDetached = ({ table, of: part, from: name }: ChangeOf<'rename constraint'>): boolean =>
    part === 'reference' && detached.some((one) => one.table === table && one.reference.name === name)
  const renamed = of('rename constraint')
  const indexes = orderIndexes({
    dropped: of('drop index'),
    added: of('add index'),
    renamed: renamed.filter((rename) => !isDetached(rename)),
    retyped: altered,
    tables: [...from.tables.values()].filter(({ name }) => to.tables.has(name)),
    freed: [
      ...of('drop reference').map(({ reference }) => reference.name),
      ...of('drop check').map(({ check }) => check.name),
      ...detached.map(({ reference }) => reference.name),
    ],
  })
  const drops = dropped.tables.map((table): Change => ({ kind: 'drop table', table }))
  const isEarly = holdNeededNames(dropped.tables, { from, to })
  return [
    ...of('drop reference'),
    ...dropped.circular,
    ...detached.map(({ table, reference }): Change => ({ kind: 'drop reference', table, reference })),
    ...(isEarly ? drops : []),
    ...of('drop check'),
    ...indexes.before,
    ...created.tables,
    ...of('add column'),
    ...of('alter storage'),
    ...of('alter column'),
    ...of('alter primary'),
    ...of('add index'),
    ...indexes.after,
    ...of('drop column'),
    ...of('add check'),
    ...attachAgain(detached, renamed),
    ...of('add reference'),
    ...created.references,
    ...(isEarly ? [] : drops),
  ]
}

/** Whether parts of tables that go have names that others get: then the tables go first, and else last. */
function holdNeededNames(dropped: readonly string[], { from, to }: Ends): boolean {
  const needed = new Set([...to.tables.values()].flatMap(namesOf))
  return dropped.some((name) => {
    const table = from.tables.get(name)
    return table !== undefined && namesOf(table).some((one) => needed.has(one))
  })
}

type CreateTable = ChangeOf<'create table'>

/** Tables after those that they refer to, with these references; and the references of circles. */
function createOrder(created: readonly CreateTable[]): {
  readonly tables: readonly Change[]
  readonly references: readonly Change[]
} {
  const left = new Map(created.map((one) => [one.table, one]))
  const tables: Change[] = []
  const references: Change[] = []
  while (left.size > 0) {
    const waits = ({ table, created: { references: all } }: CreateTable): boolean =>
      all.some(({ toTable }) => toTable !== table && left.has(toTable))
    const next = [...left.values()].find((one) => !waits(one)) ?? [...left.values()][0]
    if (next === undefined) break
    left.delete(next.table)
    const inline = next.created.references.filter(({ toTable }) => !left.has(toTable))
    tables.push({ ...next, references: inline })
    for (const reference of next.created.references)
      if (left.has(reference.toTable))
        references.push({ kind: 'add reference', table: next.table, reference })
  }
  return { tables, references }
}

/** Columns whose type changes, as `table.column`. */
function retyped(altered: readonly ChangeOf<'alter column'>[]): ReadonlySet<string> {
  return new Set(
    altered.filter(({ from, to }) => from.type !== to.type).map(({ table, to }) => `${table}.${to.name}`),
  )
}

interface Detached {
  readonly table: string
  readonly reference: ReferenceDescription
}

/** Under the name that they get, if that is another one. */
function attachAgain(
  detached: readonly Detached[],
  renamed: readonly ChangeOf<'rename constraint'>[],
): Change[] {
  return detached.map(({ table, reference }) => {
    const rename = renamed.find(
      (one) => one.of === 'reference' && one.table === table && one.from === reference.name,
    )
    return { kind: 'add reference', table, reference: { ...reference, name: rename?.to ?? reference.name } }
  })
}

/**
 * Foreign keys that stay, and a column of which, or of the index that it needs, gets another type. One that rows may violate would not come
 * back.
 */
function detach(changes: readonly Change[], altered: ReadonlySet<string>, { from, to }: Ends): Detached[] {
  const dropped = new Set(
    changes.flatMap((change) => (change.kind === 'drop reference' ? [change.reference] : [])),
  )
  return [...from.tables.values()]
    .filter(({ name }) => to.tables.has(name))
    .flatMap(({ name, references }) =>
      references
        .filter(
          (one) =>
            !dropped.has(one) &&
            one.isValid &&
            (altered.has(`${name}.${one.column}`) || altered.has(`${one.toTable}.${one.toColumn}`)),
        )
        .map((reference) => ({ table: name, reference })),
    )
}

/** Tables after those that refer to them; foreign keys of circles are dropped before. */
function dropOrder(
  names: readonly string[],
  from: DatabaseDescription,
): { readonly tables: readonly string[]; readonly circular: readonly Change[] } {
  const left = new Map(names.flatMap((name) => pairOf(name, from.tables.get(name))))
  const tables: string[] = []
  const circular: Change[] = []
  while (left.size > 0) {
    const free = [...left.values()].find((table) => !isReferredTo(table.name, left))
    const next = free ?? [...left.values()][0]
    if (next === undefined) break
    left.delete(next.name)
    tables.push(next.name)
    if (free === undefined)
      circular.push(...[...left.values()].flatMap((table) => referring(table, next.name)))
  }
  return { tables, circular }
}

function pairOf(name: string, table: TableDescription | undefined): [string, TableDescription][] {
  return table === undefined ? [] : [[name, table]]
}

function isReferredTo(name: string, tables: ReadonlyMap<string, TableDescription>): boolean {
  return [...tables.values()].some(
    (table) => table.name !== name && table.references.some(({ toTable }) => toTable === name),
  )
}

function referring({ name, references }: TableDescription, to: string): Change[] {
  return references
    .filter(({ toTable }) => toTable === to)
    .map((reference): Change => ({ kind: 'drop reference', table: name, reference }))
}
