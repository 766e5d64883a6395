// `alter table`: the table and its actions, one by one.
import { Cursor, splitAtCommas, type Name, type Word } from './words.ts'

/** A change of a table. */
export interface AlterTable {
  readonly table: Name
  readonly actions: readonly (readonly Word[])[]
}

/** Reads `alter table`; undefined for other statements. */
export function readAlterTable(words: readonly Word[]): AlterTable | undefined {
  const cursor = new Cursor(words)
  if (!cursor.take('alter')) return undefined
  while (cursor.takeOne('online', 'ignore') !== undefined);
  if (!cursor.take('table')) return undefined
  cursor.take('if exists')
  cursor.take('only')
  const table = cursor.name()
  if (table === undefined) return undefined
  cursor.take('*')
  // MariaDB: `wait 5`, `nowait`.
  if (cursor.take('wait')) cursor.at++
  cursor.take('nowait')
  return { table, actions: splitAtCommas(cursor.rest()) }
}

const CONSTRAINTS = ['foreign key', 'check', 'unique', 'primary key', 'exclude'] as const

/** A constraint that an action adds. */
export interface AddedConstraint {
  readonly kind: (typeof CONSTRAINTS)[number]
  readonly name: Name | undefined
  /** From its kind on: `foreign key (…) …`. */
  readonly words: readonly Word[]
}

/** Reads `add constraint`, with a name or without; undefined for other actions. */
export function readAddedConstraint(action: readonly Word[]): AddedConstraint | undefined {
  const cursor = new Cursor(action)
  if (!cursor.take('add')) return undefined
  const isSaid = cursor.take('constraint')
  if (isSaid) cursor.take('if not exists')
  const name = isSaid && takeKind(new Cursor(cursor.rest())) === undefined ? cursor.name() : undefined
  const words = cursor.rest()
  const kind = takeKind(cursor)
  return kind === undefined ? undefined : { kind, name, words }
}

function takeKind(cursor: Cursor): AddedConstraint['kind'] | undefined {
  return CONSTRAINTS.find((kind) => cursor.take(kind))
}

/** The words of each added column, its name and what follows; none for other actions. */
export function addedColumns(action: readonly Word[]): (readonly Word[])[] {
  const cursor = new Cursor(action)
  if (!cursor.take('add')) return []
  const isColumn = cursor.take('column')
  cursor.take('if not exists')
  const rest = cursor.rest()
  const [first] = rest
  if (first === undefined) return []
  // `add (a int, b int)` of MySQL.
  if (first.kind === 'sign' && first.text === '(') {
    const within = rest.slice(1).filter(({ depth }) => depth > first.depth)
    return splitAtCommas(within)
  }
  if (!isColumn && first.kind === 'word' && NO_COLUMN.has(first.text)) return []
  return [rest]
}

const NO_COLUMN: ReadonlySet<string> = new Set(
  'constraint index key fulltext spatial partition period system table vector value'.split(' '),
)
