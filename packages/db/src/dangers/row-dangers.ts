// Statements that write or delete rows: all of a table, or those that are in the way.
import type { DangerSubject } from './file-facts.ts'
import { Cursor, withinParentheses, type Name, type Word } from './words.ts'

/** What is asked of a statement that may have a danger. */
type RowSubject<TCode extends string> = Pick<DangerSubject<TCode>, 'words' | 'text' | 'facts' | 'found'>

/** Notes an update or delete of all rows of a table; in `with a as (delete …) …` too. */
export function allRowsDangers({ words, text, facts, found }: RowSubject<'update-all-rows'>): void {
  for (const part of partsOf(words)) {
    const table = allRowsOf(part)
    if (table !== undefined && !facts.isNew(table))
      found('update-all-rows', { table: table.written, rest: text })
  }
}

/** Notes a `replace`, which deletes rows. */
export function replaceDangers({ words, facts, found }: RowSubject<'rows-replaced'>): void {
  for (const part of partsOf(words)) {
    const table = replacedTable(part)
    if (table !== undefined && !facts.isNew(table)) found('rows-replaced', { table: table.written })
  }
}

/** A statement, or those that `with` joins. */
function partsOf(words: readonly Word[]): (readonly Word[])[] {
  if (words[0]?.text !== 'with') return [words]
  const { depth } = words[0]
  return words.flatMap(({ kind, text, depth: at }, index) => {
    if (kind !== 'word' || !WRITES.has(text)) return []
    if (at === depth) return [words.slice(index)]
    return words[index - 1]?.text === '(' ? [withinParentheses(words.slice(index - 1))] : []
  })
}

const WRITES: ReadonlySet<string> = new Set(['update', 'delete', 'insert', 'replace'])

const HINTS = ['low_priority', 'quick', 'ignore', 'delayed'] as const

/** Reads the table of an update or delete of all its rows. */
function allRowsOf(words: readonly Word[]): Name | undefined {
  const cursor = new Cursor(words)
  const isDelete = cursor.take('delete')
  if (!isDelete && !cursor.take('update')) return undefined
  while (cursor.takeOne(...HINTS) !== undefined);
  if (isDelete && !takeFrom(cursor)) return undefined
  cursor.take('only')
  // `update or ignore orders` of SQLite.
  if (!isDelete && cursor.take('or')) cursor.at++
  const name = cursor.name()
  const depth = words[0]!.depth
  const isAll = !words.some(({ kind, text, depth: at }) => kind === 'word' && at === depth && STOPS.has(text))
  return isAll ? name : undefined
}

/** `delete o from orders o` names the tables before, which may be other names of those that follow. */
function takeFrom(cursor: Cursor): boolean {
  const at = cursor.rest().findIndex(({ kind, text }) => kind === 'word' && text === 'from')
  cursor.at += at + 1
  return at !== -1
}

const STOPS: ReadonlySet<string> = new Set(['where', 'limit', 'join', 'using'])

/** Reads the table of `replace`, and of `insert or replace`. */
function replacedTable(words: readonly Word[]): Name | undefined {
  const cursor = new Cursor(words)
  if (!cursor.take('replace') && !cursor.take('insert or replace')) return undefined
  while (cursor.takeOne(...HINTS) !== undefined);
  cursor.take('into')
  return cursor.name()
}
