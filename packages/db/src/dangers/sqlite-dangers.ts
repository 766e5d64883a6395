// Finds what is dangerous on SQLite.
import { addedColumns, readAlterTable } from './alter-table.ts'
import {
  defaultOf,
  isRequiredWithoutDefault,
  readColumn,
  readCreateTable,
  type WrittenColumn,
} from './columns.ts'
import { columnParts, withoutDefault } from './column-parts.ts'
import { droppedNames, viewDangers, type DangerSubject } from './file-facts.ts'
import { allRowsDangers, replaceDangers } from './row-dangers.ts'
import type { SQLITE_TEXTS } from './sqlite-texts.ts'
import { Cursor, hasPhrase, textOf, type Name, type Word } from './words.ts'

/** A statement of SQLite. */
export type SqliteSubject = DangerSubject<keyof typeof SQLITE_TEXTS>

/** Notes what is dangerous in a statement. */
export function sqliteDangers(subject: SqliteSubject): void {
  FIRST_WORDS.get(subject.words[0]?.text ?? '')?.(subject)
}

/** What is looked for in a statement, by its first word. */
const FIRST_WORDS: ReadonlyMap<string, (subject: SqliteSubject) => void> = new Map(
  Object.entries({
    create: createTableDangers,
    alter: alterDangers,
    drop: dropDangers,
    update: rowDangers,
    delete: rowDangers,
    with: rowDangers,
    insert: rowDangers,
    replace: rowDangers,
    vacuum: ({ words, found }: SqliteSubject) =>
      hasPhrase(words, 'into') ? undefined : found('database-locked'),
    pragma: pragmaDangers,
  }),
)

function rowDangers(subject: SqliteSubject): void {
  allRowsDangers(subject)
  replaceDangers(subject)
}

function createTableDangers({ words, facts, found }: SqliteSubject): void {
  const table = readCreateTable(words)
  if (table === undefined) return
  facts.make(table.name)
  if (hasPhrase(words, 'without rowid')) return
  for (const { name, type, typeText, words: column } of table.columns) {
    const isKey = hasPhrase(column, 'primary key')
    if (isKey && type !== 'integer' && !hasPhrase(column, 'not null'))
      found('null-key', { table: table.name.written, column: name.written, type: typeText })
  }
}

/** A table that is made anew under its name is in use as before. */
function dropDangers(subject: SqliteSubject): void {
  const { words, facts, found } = subject
  viewDangers(subject)
  for (const name of droppedNames(words, 'table')) {
    if (facts.isNew(name)) continue
    if (facts.hasForeignKeys) found('drop-deletes-rows', { table: name.written })
    if (!facts.isReplaced(name.key)) found('table-dropped', { table: name.written })
  }
}

function alterDangers(subject: SqliteSubject): void {
  const { words: whole, facts } = subject
  const alter = readAlterTable(whole)
  if (alter === undefined) return
  const { table, actions } = alter
  for (const action of actions) {
    if (action[0]?.text === 'rename') renameDangers(subject, table, new Cursor(action))
    else if (!facts.isNew(table)) actionDangers(subject, table, action)
  }
}

function renameDangers({ facts, found }: SqliteSubject, table: Name, cursor: Cursor): void {
  cursor.take('rename')
  if (cursor.take('to')) {
    const name = cursor.name()
    if (name !== undefined) facts.rename(table, name)
    if (!facts.isNew(table))
      found('table-renamed', {
        table: table.written,
        name: name?.written,
        rest: `${table.schema}${name?.written}`,
      })
    return
  }
  cursor.take('column')
  const column = cursor.name()
  cursor.take('to')
  if (!facts.isNew(table))
    found('column-renamed', { table: table.written, column: column?.written, name: cursor.name()?.written })
}

function actionDangers(subject: SqliteSubject, table: Name, action: readonly Word[]): void {
  const cursor = new Cursor(action)
  if (cursor.take('drop') && !cursor.take('constraint')) {
    cursor.take('column')
    const column = cursor.name()
    if (column !== undefined)
      subject.found('column-dropped', { table: table.written, column: column.written })
  }
  for (const words of addedColumns(action)) {
    const column = readColumn(words)
    if (column !== undefined) addedDangers(subject, table, column)
  }
}

function addedDangers({ text, facts, found }: SqliteSubject, table: Name, column: WrittenColumn): void {
  const { words } = column
  const fallback = defaultOf(column)
  const parts = { ...columnParts(text, table, column), rest: textOf(text, fallback) }
  const isUnique = hasPhrase(words, 'unique') || hasPhrase(words, 'primary key')
  if (isUnique) found('unique-column', parts)
  else if (isRequiredWithoutDefault(column)) found('required-column', parts)
  if (hasPhrase(words, 'stored')) found('stored-column', parts)
  if (isVolatile(fallback)) found('volatile-default', parts)
  const hasDefault = fallback.length > 0 && fallback[0]!.text !== 'null'
  if (facts.hasForeignKeys && hasDefault && hasPhrase(words, 'references'))
    found('reference-with-default', { ...parts, definition: withoutDefault(text, column) })
}

/** `current_timestamp`, or an expression in parentheses. */
function isVolatile(fallback: readonly Word[]): boolean {
  const first = fallback[0]
  if (first === undefined || first.kind === 'string') return false
  if (first.text.startsWith('current_')) return true
  return (
    first.text === '(' &&
    fallback.some(
      ({ kind, text }) => kind === 'word' && text !== 'null' && text !== 'true' && text !== 'false',
    )
  )
}

const UNSAFE: Readonly<Record<string, readonly string[]>> = {
  writable_schema: ['1', 'on', 'true', 'yes'],
  ignore_check_constraints: ['1', 'on', 'true', 'yes'],
  synchronous: ['0', 'off'],
  journal_mode: ['off', 'memory'],
  foreign_keys: ['0', 'off', 'false', 'no'],
}

function pragmaDangers({ words, text, found }: SqliteSubject): void {
  const cursor = new Cursor(words)
  cursor.take('pragma')
  const pragma = cursor.rest().find(({ text: word }) => word in UNSAFE)
  if (pragma === undefined) return
  const value = words.at(words.at(-1)?.text === ')' ? -2 : -1)?.text ?? ''
  if (UNSAFE[pragma.text]!.includes(value)) found('unsafe-setting', { rest: text })
}
