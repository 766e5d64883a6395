// Finds what is dangerous on PostgreSQL, apart from the actions of `alter table`.
import { readAlterTable } from './alter-table.ts'
import { readCreateTable } from './columns.ts'
import { droppedNames, viewDangers, writtenTable } from './file-facts.ts'
import { alterTableDangers } from './postgres-alter.ts'
import { columnDangers, keyDangers, type PostgresSubject } from './postgres-columns.ts'
import { allRowsDangers } from './row-dangers.ts'
import { Cursor, hasPhrase, type Word } from './words.ts'

/** Notes what is dangerous in a statement. */
export function postgresDangers(subject: PostgresSubject): void {
  const { words } = subject
  enumValueDangers(subject)
  const look = FIRST_WORDS.get(words[0]?.text ?? '') ?? otherDangers
  look(subject)
}

const noteUnread = ({ text, found }: PostgresSubject): void => found('not-looked-into', { rest: text })

/** What is looked for in a statement, by its first word. */
const FIRST_WORDS: ReadonlyMap<string, (subject: PostgresSubject) => void> = new Map(
  Object.entries({
    create: createDangers,
    alter: alterDangers,
    drop: dropDangers,
    update: rowDangers,
    delete: rowDangers,
    with: rowDangers,
    merge: mergeDangers,
    explain: explainDangers,
    do: noteUnread,
    call: noteUnread,
    execute: noteUnread,
    set: settingDangers,
    reset: settingDangers,
  }),
)

/** A value of an enum that the same transaction adds. */
function enumValueDangers({ words, facts, found }: PostgresSubject): void {
  if (facts.enumValues.size === 0 || !facts.isTransactional) return
  const used = words.find(({ kind, text }) => kind === 'string' && facts.enumValues.has(text))
  const isAdded = words[0]?.text === 'alter' && words[1]?.text === 'type'
  if (used !== undefined && !isAdded)
    found('enum-value-in-transaction', { name: facts.enumValues.get(used.text), type: used.written })
}

function createDangers(subject: PostgresSubject): void {
  const { words, facts } = subject
  const table = readCreateTable(words)
  if (table !== undefined) {
    facts.make(table.name)
    for (const column of table.columns) {
      columnDangers(subject, table.name, column)
      keyDangers(subject, table.name, column)
    }
    return
  }
  const cursor = new Cursor(words)
  cursor.take('create')
  if (cursor.take('materialized view')) {
    cursor.take('if not exists')
    const view = cursor.name()
    if (view !== undefined) facts.make(view)
    return
  }
  cursor.take('unique')
  if (cursor.take('index')) indexDangers(subject, cursor)
}

function indexDangers({ words, text, facts, found }: PostgresSubject, cursor: Cursor): void {
  const start = words[cursor.at]?.at
  const isConcurrent = cursor.take('concurrently')
  if (isConcurrent && facts.isTransactional) return found('concurrently-in-transaction', { rest: text })
  cursor.take('if not exists')
  if (!cursor.take('on')) {
    cursor.name()
    cursor.take('on')
  }
  cursor.take('only')
  const table = cursor.name()
  if (isConcurrent || table === undefined || facts.isNew(table)) return
  const rest = `${text.slice(0, start)}concurrently ${text.slice(start)}`
  found('index-not-concurrent', { table: table.written, rest })
}

function alterDangers(subject: PostgresSubject): void {
  const { words, facts, found } = subject
  const alter = readAlterTable(words)
  if (alter !== undefined) return alterTableDangers(subject, alter)
  const cursor = new Cursor(words)
  cursor.take('alter')
  if (!cursor.take('type')) return
  const name = cursor.name()
  if (name === undefined) return
  if (cursor.take('add value')) {
    cursor.take('if not exists')
    const value = cursor.rest()[0]
    if (value?.kind === 'string') facts.enumValues.set(value.text, name.written)
  } else if (cursor.take('rename value')) {
    const [from, , to] = cursor.rest()
    found('enum-value-renamed', { name: name.written, type: to?.written, rest: from?.written })
  }
}

function dropDangers(subject: PostgresSubject): void {
  const { words, text, facts, found } = subject
  if (isLast(words, 'cascade')) found('drop-cascade', { rest: text.replace(/\s+cascade\s*$/i, '') })
  for (const name of droppedNames(words, 'table'))
    if (!facts.isNew(name)) found('table-dropped', { table: name.written })
  viewDangers(subject)
  if (words[1]?.text === 'owned') found('owned-dropped', { name: words.at(3)?.written, rest: text })
  for (const name of droppedNames(words, 'schema')) found('schema-dropped', { name: name.written })
  for (const name of droppedNames(words, 'type')) found('enum-dropped', { name: name.written })
  indexDropDangers(subject)
}

function indexDropDangers({ words, text, facts, found }: PostgresSubject): void {
  const indexes = droppedNames(words, 'index')
  if (indexes.length === 0) return
  const isConcurrent = words[2]?.text === 'concurrently'
  const drop = hasPhrase(words, 'if exists') ? 'drop index concurrently if exists' : 'drop index concurrently'
  // At once it takes one.
  const rest = indexes.map(({ written }) => `${drop} ${written};`).join('\n')
  if (isConcurrent && facts.isTransactional) found('concurrently-in-transaction', { rest: text })
  else if (!isConcurrent) found('index-drop-not-concurrent', { rest })
}

function isLast(words: readonly Word[], text: string): boolean {
  const last = words.at(-1)
  return last?.kind === 'word' && last.text === text
}

function rowDangers(subject: PostgresSubject): void {
  const { words, text, facts, found } = subject
  allRowsDangers(subject)
  const table = writtenTable(words)
  if (table === undefined || facts.isNew(table)) return
  if (facts.isTransactional && facts.locked.has(table.key))
    found('backfill-with-change', { table: table.written, rest: text })
}

/** With `analyze` it runs what it explains. */
function explainDangers(subject: PostgresSubject): void {
  const { words } = subject
  const at = words.findIndex(({ kind, text, depth }) => kind === 'word' && depth === 0 && EXPLAINED.has(text))
  const isRun = words.slice(0, at).some(({ text }) => text === 'analyze')
  if (at !== -1 && isRun) postgresDangers({ ...subject, words: words.slice(at) })
}

const EXPLAINED: ReadonlySet<string> = new Set(['update', 'delete', 'merge', 'with', 'execute'])

function mergeDangers({ words, found }: PostgresSubject): void {
  const cursor = new Cursor(words)
  cursor.take('merge into')
  cursor.take('only')
  if (hasPhrase(words, 'then delete')) found('rows-merged', { table: cursor.name()?.written })
}

function settingDangers({ words, facts, found }: PostgresSubject): void {
  const cursor = new Cursor(words)
  const isReset = cursor.take('reset')
  cursor.take('set')
  cursor.takeOne('local', 'session')
  if (cursor.take('lock_timeout') || (isReset && cursor.take('all'))) {
    cursor.takeOne('to', '=')
    const value = cursor.rest()[0]?.text ?? ''
    const isOff = isReset || value === 'default' || /^0\D*$/.test(value)
    facts.hasLockTimeout = !isOff
    if (isOff) found('lock-timeout-removed')
  } else if (cursor.take('session_replication_role') && words.some(({ text }) => text === 'replica'))
    found('triggers-disabled')
}

function otherDangers(subject: PostgresSubject): void {
  const cursor = new Cursor(subject.words)
  cursor.at = 1
  switch (subject.words[0]?.text) {
    case 'truncate':
      return truncateDangers(subject, cursor)
    case 'reindex':
      return reindexDangers(subject, cursor)
    case 'refresh':
      return refreshDangers(subject, cursor)
    case 'lock':
      cursor.take('table')
      cursor.take('only')
      return subject.found('table-locked', { table: cursor.name()?.written })
    case 'cluster':
    case 'vacuum':
      return rewriteDangers(subject, cursor)
    default:
      return undefined
  }
}

function truncateDangers({ words, text, facts, found }: PostgresSubject, cursor: Cursor): void {
  cursor.take('table')
  cursor.take('only')
  const table = cursor.name()
  if (table !== undefined && !facts.isNew(table)) found('rows-truncated', { table: table.written })
  if (isLast(words, 'cascade')) found('drop-cascade', { rest: text.replace(/\s+cascade\s*$/i, '') })
}

function refreshDangers({ words, facts, found }: PostgresSubject, cursor: Cursor): void {
  if (!cursor.take('materialized view')) return
  const isConcurrent = cursor.take('concurrently')
  const name = cursor.name()
  if (name === undefined || isConcurrent || facts.isNew(name) || hasPhrase(words, 'with no data')) return
  found('refresh-not-concurrent', { name: name.written })
}

function rewriteDangers({ words, found }: PostgresSubject, cursor: Cursor): void {
  if (words[0]?.text === 'vacuum' && !words.some(({ text }) => text === 'full')) return
  cursor.skipParentheses()
  while (cursor.takeOne(...VACUUM) !== undefined);
  found('table-rewritten', { table: cursor.name()?.written })
}

const VACUUM: readonly string[] = ['full', 'analyze', 'verbose', 'freeze']

function reindexDangers({ text, facts, found }: PostgresSubject, cursor: Cursor): void {
  cursor.skipParentheses()
  const type = cursor.takeOne('index', 'table', 'schema', 'database', 'system')
  const isConcurrent = cursor.take('concurrently')
  if (isConcurrent && facts.isTransactional) found('concurrently-in-transaction', { rest: text })
  if (!isConcurrent && type !== undefined)
    found('reindex-not-concurrent', { type, name: cursor.name()?.written })
}
