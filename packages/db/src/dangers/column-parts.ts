// A column as safe ways write it: whole, and so that rows without a value for it take it.
import { quoteName } from '../adapter/index.ts'
import { constraintName } from '../table/index.ts'
import type { StatementParts } from './contract.ts'
import { valueAfter, type WrittenColumn } from './columns.ts'
import { Cursor, textOf, type Name, type Word } from './words.ts'

/** Reads what a text says of a column. */
export function columnParts(
  text: string,
  table: Name,
  { name, typeText, words }: WrittenColumn,
): Pick<StatementParts, 'table' | 'column' | 'type' | 'definition' | 'nullable'> {
  const placed = without(words, PLACES)
  return {
    table: table.written,
    column: name.written,
    type: typeText,
    definition: pieces(text, placed),
    nullable: pieces(text, without(words, [...PLACES, ...DEMANDS])),
  }
}

/** The definition of a column without its default alone. */
export function withoutDefault(text: string, { words }: WrittenColumn): string {
  return pieces(text, without(words, [takeDefault]))
}

/** `references customers (id) on delete cascade`, of a column that has more. */
export function referencesText(text: string, { words }: WrittenColumn): string {
  const at = words.findIndex(({ kind, text: word }) => kind === 'word' && word === 'references')
  const cursor = new Cursor(words)
  cursor.at = at
  takeReferences(cursor)
  return textOf(text, words.slice(at, cursor.at))
}

/** The name that a constraint without one is given: `orders_customer_fkey`. */
export function nameFor(
  table: Name,
  columns: readonly string[],
  { kind, quote }: { readonly kind: Parameters<typeof constraintName>[2]; readonly quote: '"' | '`' },
): string {
  const name = constraintName(table.text, columns, kind)
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : quoteName(name, quote)
}

/** Goes past a clause, where it comes next. */
type Clause = (cursor: Cursor) => boolean

const takeDefault: Clause = (cursor) => {
  if (!cursor.take('default')) return false
  cursor.at += valueAfter(cursor.rest()).length
  return true
}

const takeReferences: Clause = (cursor) => {
  if (!cursor.take('references')) return false
  cursor.name()
  cursor.skipParentheses()
  const rules = ['on delete', 'on update', 'match', 'not deferrable', 'deferrable', 'initially']
  for (let rule = cursor.takeOne(...rules); rule !== undefined; rule = cursor.takeOne(...rules)) {
    if (rule.endsWith('deferrable')) continue
    cursor.takeOne('set', 'no')
    cursor.at++
  }
  return true
}

/** Where a column stands among the others: `after name`. */
const PLACES: readonly Clause[] = [
  (cursor) => cursor.take('first'),
  (cursor) => cursor.take('after') && cursor.name() !== undefined,
]

/** What asks rows for a value, or gives one. */
const DEMANDS: readonly Clause[] = [
  (cursor) => cursor.take('not null'),
  (cursor) => cursor.take('primary key'),
  (cursor) => cursor.take('unique') && (cursor.take('key') || true),
  (cursor) => cursor.takeOne('auto_increment', 'autoincrement') !== undefined,
  takeDefault,
  takeReferences,
]

/** The runs of words that stay. The name of what is omitted goes with it. */
function without(words: readonly Word[], clauses: readonly Clause[]): (readonly Word[])[] {
  const cursor = new Cursor(words)
  const runs: (readonly Word[])[] = []
  let start = 0
  const depth = words[0]?.depth
  while (!cursor.isAtEnd) {
    const at = cursor.at
    const isNamed = cursor.take('constraint') && cursor.name() !== undefined
    const isOmitted = words[at]!.depth === depth && clauses.some((clause) => clause(cursor))
    if (isOmitted) {
      runs.push(words.slice(start, at))
      start = cursor.at
    } else if (!isNamed) cursor.at = at + 1
  }
  return [...runs, words.slice(start)]
}

function pieces(text: string, runs: readonly (readonly Word[])[]): string {
  return runs.flatMap((run) => (run.length === 0 ? [] : textOf(text, run))).join(' ')
}
