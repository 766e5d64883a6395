// Finds what is dangerous on MySQL and MariaDB, apart from the actions of `alter table`.
import { readAlterTable } from './alter-table.ts'
import { readCreateTable } from './columns.ts'
import { droppedNames, viewDangers } from './file-facts.ts'
import { mysqlAlterDangers } from './mysql-alter.ts'
import { columnDangers, hasThreeBytes, type MysqlSubject } from './mysql-columns.ts'
import type { MYSQL_TEXTS } from './mysql-texts.ts'
import { allRowsDangers, replaceDangers } from './row-dangers.ts'
import { Cursor, hasPhrase, type Word } from './words.ts'

/** Notes what is dangerous in a statement. */
export function mysqlDangers(subject: MysqlSubject): void {
  const look = FIRST_WORDS.get(subject.words[0]?.text ?? '') ?? otherDangers
  look(subject)
}

const noteUnread = ({ text, found }: MysqlSubject): void => found('not-looked-into', { rest: text })

/** What is looked for in a statement, by its first word. */
const FIRST_WORDS: ReadonlyMap<string, (subject: MysqlSubject) => void> = new Map(
  Object.entries({
    create: createDangers,
    alter: alterDangers,
    drop: dropDangers,
    update: rowDangers,
    delete: rowDangers,
    with: rowDangers,
    replace: rowDangers,
    analyze: analyzeDangers,
    execute: noteUnread,
    prepare: noteUnread,
    call: noteUnread,
    begin: noteUnread,
    set: settingDangers,
  }),
)

function alterDangers(subject: MysqlSubject): void {
  const alter = readAlterTable(subject.words)
  if (alter !== undefined) mysqlAlterDangers(subject, alter)
}

function rowDangers(subject: MysqlSubject): void {
  allRowsDangers(subject)
  replaceDangers(subject)
}

/** `analyze delete from orders` of MariaDB does what it tells of. */
function analyzeDangers(subject: MysqlSubject): void {
  const at = subject.words.findIndex(
    ({ kind, text }) => kind === 'word' && (text === 'update' || text === 'delete'),
  )
  if (at !== -1) allRowsDangers({ ...subject, words: subject.words.slice(at) })
}

function createDangers(subject: MysqlSubject): void {
  const { words, facts, found } = subject
  const table = readCreateTable(words)
  if (table !== undefined) {
    const isReplaced = hasPhrase(words.slice(0, 3), 'or replace') && words[3]?.text === 'table'
    if (isReplaced && !facts.isNew(table.name)) found('table-replaced', { table: table.name.written })
    facts.make(table.name)
    if (hasThreeBytes(words)) found('three-byte-text', { table: table.name.written })
    for (const column of table.columns) columnDangers(subject, table.name, column)
    return
  }
  indexDangers(subject)
}

function indexDangers({ words, text, facts, found }: MysqlSubject): void {
  const cursor = new Cursor(words)
  cursor.take('create')
  cursor.take('or replace')
  if (cursor.takeOne('fulltext', 'spatial') === undefined || !cursor.take('index')) return
  cursor.take('if not exists')
  cursor.name()
  if (!cursor.take('on')) return
  const on = cursor.name()
  if (on !== undefined && !facts.isNew(on)) found('index-blocks-writes', { table: on.written, rest: text })
}

function dropDangers(subject: MysqlSubject): void {
  const { words, facts, found } = subject
  viewDangers(subject)
  if (words[1]?.text === 'temporary') return
  for (const name of droppedNames(words, 'table', 'tables'))
    if (!facts.isNew(name)) found('table-dropped', { table: name.written })
  for (const kind of ['schema', 'database'])
    for (const name of droppedNames(words, kind)) found('schema-dropped', { name: name.written })
}

/** Settings in a list, with their scope or as variables of the system: `set a = 1, session b = 2`. */
function settingDangers({ words, found }: MysqlSubject): void {
  for (const [at, { kind, text }] of words.entries()) {
    const value = kind === 'word' ? assigned(words, at) : undefined
    const code = value === undefined ? undefined : settingDanger(text, value)
    if (code !== undefined) found(code)
  }
}

/** What is set by `=` or `:=`. */
function assigned(words: readonly Word[], at: number): string | undefined {
  if (words[at + 1]?.text === '=') return words[at + 2]?.text
  return words[at + 1]?.text === ':' && words[at + 2]?.text === '=' ? words[at + 3]?.text : undefined
}

const OFF: ReadonlySet<string> = new Set(['0', 'off', 'false'])

/** Above a minute others wait too long behind a statement that waits, s. */
const LONGEST_WAIT = 60

function settingDanger(setting: string, value: string): keyof typeof MYSQL_TEXTS | undefined {
  switch (setting) {
    case 'foreign_key_checks':
      return OFF.has(value) ? 'foreign-keys-off' : undefined
    case 'unique_checks':
      return OFF.has(value) ? 'unique-checks-off' : undefined
    case 'sql_mode':
      return isLax(value) ? 'sql-mode-changed' : undefined
    case 'lock_wait_timeout':
      return isLong(value) ? 'lock-timeout-removed' : undefined
    default:
      return undefined
  }
}

function isLong(value: string): boolean {
  return value === 'default' || Number(value) > LONGEST_WAIT
}

/** What is not a list of modes, as `@old_mode`, may be anything. */
function isLax(value: string): boolean {
  if (!/^[a-z_,]*$/i.test(value) || value === 'default') return false
  return !/strict_(?:trans|all)_tables|traditional/i.test(value)
}

function renameDangers({ facts, found }: Pick<MysqlSubject, 'facts' | 'found'>, cursor: Cursor): void {
  cursor.take('if exists')
  do {
    const table = cursor.name()
    cursor.take('to')
    const name = cursor.name()
    if (table !== undefined && !facts.isNew(table))
      found('table-renamed', { table: table.written, name: name?.written })
  } while (cursor.take(','))
}

function otherDangers({ words, facts, found }: MysqlSubject): void {
  const cursor = new Cursor(words)
  if (cursor.take('truncate')) {
    cursor.take('table')
    const table = cursor.name()
    if (table !== undefined && !facts.isNew(table)) found('rows-truncated', { table: table.written })
  } else if (cursor.take('rename table') || cursor.take('rename tables')) {
    renameDangers({ facts, found }, cursor)
  } else if (cursor.take('optimize')) {
    cursor.takeOne('no_write_to_binlog', 'local')
    cursor.takeOne('table', 'tables')
    found('table-rewritten', { table: cursor.name()?.written })
  } else if (cursor.take('flush') && (hasPhrase(words, 'read lock') || hasPhrase(words, 'for export')))
    found('tables-locked')
}
