// Finds what is dangerous on MySQL and MariaDB, apart from the actions of `alter table`.
import { readAlterTable } from './alter-table.ts'
import { readCreateTable } from './columns.ts'
import { allRowsOf, droppedNames } from './file-facts.ts'
import { mysqlAlterDangers } from './mysql-alter.ts'
import { columnDangers, hasThreeBytes, type MysqlSubject } from './mysql-columns.ts'
import type { MYSQL_TEXTS } from './mysql-texts.ts'
import { Cursor, type Word } from './words.ts'

/** Notes what is dangerous in a statement. */
export function mysqlDangers(subject: MysqlSubject): void {
  const { words, text, facts, found } = subject
  switch (words[0]?.text) {
    case 'create':
      return createDangers(subject)
    case 'alter': {
      const alter = readAlterTable(words)
      return alter === undefined ? undefined : mysqlAlterDangers(subject, alter)
    }
    case 'drop':
      return dropDangers(subject)
    case 'update':
    case 'delete': {
      const table = allRowsOf(words)
      if (table !== undefined && !facts.isNew(table))
        found('update-all-rows', { table: table.written, rest: text })
      return
    }
    case 'set':
      return settingDangers(subject)
    default:
      return otherDangers(subject)
  }
}

function createDangers(subject: MysqlSubject): void {
  const { words, text, facts, found } = subject
  const table = readCreateTable(words)
  if (table !== undefined) {
    facts.make(table.name)
    if (hasThreeBytes(words)) found('three-byte-text', { table: table.name.written })
    for (const column of table.columns) columnDangers(subject, table.name, column)
    return
  }
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

function dropDangers({ words, facts, found }: MysqlSubject): void {
  if (words[1]?.text === 'temporary') return
  for (const name of droppedNames(words, 'table'))
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

function otherDangers({ words, facts, found }: MysqlSubject): void {
  const cursor = new Cursor(words)
  if (cursor.take('truncate')) {
    cursor.take('table')
    const table = cursor.name()
    if (table !== undefined && !facts.isNew(table)) found('rows-truncated', { table: table.written })
  } else if (cursor.take('rename table') || cursor.take('rename tables')) {
    cursor.take('if exists')
    const table = cursor.name()
    cursor.take('to')
    const name = cursor.name()
    if (table !== undefined && !facts.isNew(table))
      found('table-renamed', { table: table.written, name: name?.written })
  } else if (cursor.take('optimize')) {
    cursor.takeOne('no_write_to_binlog', 'local')
    cursor.takeOne('table', 'tables')
    found('table-rewritten', { table: cursor.name()?.written })
  }
}
