// The actions of `alter table` on MySQL and MariaDB.
import { addedColumns, readAddedConstraint, type AddedConstraint, type AlterTable } from './alter-table.ts'
import { columnParts, nameFor, referencesText } from './column-parts.ts'
import { defaultOf, isRequiredWithoutDefault, readColumn, type WrittenColumn } from './columns.ts'
import { columnDangers, hasThreeBytes, type MysqlSubject } from './mysql-columns.ts'
import { Cursor, hasPhrase, textOf, type Name, type Word } from './words.ts'

interface Change {
  readonly subject: MysqlSubject
  readonly table: Name
  /** Whether the server refuses what would keep writes waiting. */
  readonly isGuarded: boolean
  readonly isKeyReplaced: boolean
}

/** Notes what is dangerous in the actions. */
export function mysqlAlterDangers(subject: MysqlSubject, { table, actions }: AlterTable): void {
  if (subject.facts.isNew(table)) {
    for (const action of actions) {
      const cursor = new Cursor(action)
      const to = cursor.take('rename to') ? cursor.name() : undefined
      if (to !== undefined) subject.facts.rename(table, to)
    }
    return
  }
  const change = {
    subject,
    table,
    isGuarded: actions.some(isGuard),
    isKeyReplaced: ['drop', 'add'].every((verb) =>
      actions.some((action) => new Cursor(action).take(`${verb} primary key`)),
    ),
  }
  if (hasPhrase(subject.words.slice(0, 3), 'ignore')) subject.found('rows-ignored', { table: table.written })
  for (const action of actions) actionDangers(change, action)
}

/** `algorithm=instant`, `lock=none`. */
function isGuard(action: readonly Word[]): boolean {
  const said = valueOf(action, 'algorithm')
  return said === 'instant' || said === 'inplace' || said === 'nocopy' || valueOf(action, 'lock') === 'none'
}

function valueOf(action: readonly Word[], option: string): string | undefined {
  const cursor = new Cursor(action)
  if (!cursor.take(option)) return undefined
  cursor.take('=')
  return cursor.rest()[0]?.text
}

function actionDangers(change: Change, action: readonly Word[]): void {
  const { subject, table } = change
  const constraint = readAddedConstraint(action)
  if (constraint !== undefined) return constraintDangers(change, constraint)
  for (const words of addedColumns(action)) {
    const column = readColumn(words)
    if (column !== undefined) addedDangers(change, column)
  }
  const cursor = new Cursor(action)
  switch (action[0]?.text) {
    case 'add':
      cursor.take('add')
      if (cursor.takeOne('fulltext', 'spatial') !== undefined)
        subject.found('index-blocks-writes', { table: table.written, rest: subject.text })
      return
    case 'modify':
    case 'change':
      return changeDangers(change, cursor)
    case 'rename':
      return renameDangers(change, cursor)
    case 'drop':
      return dropDangers(change, cursor)
    default:
      return optionDangers(change, action)
  }
}

function constraintDangers(
  { subject, table, isGuarded, isKeyReplaced }: Change,
  { kind, name, words }: AddedConstraint,
): void {
  const { found, text } = subject
  const body = textOf(text, words)
  const rest = name === undefined ? body : `constraint ${name.written} ${body}`
  const parts = { table: table.written, name: name?.written, rest, first: '' }
  if (isGuarded) return
  if (kind === 'foreign key') found('foreign-key-validated', parts)
  if (kind === 'check') found('check-validated', parts)
  if (kind === 'primary key' && !isKeyReplaced) found('primary-key-changed', parts)
}

function addedDangers({ subject, table, isGuarded }: Change, column: WrittenColumn): void {
  const { found, text } = subject
  const { name, type, words } = column
  const parts = columnParts(text, table, column)
  if (hasThreeBytes(words)) found('three-byte-text', parts)
  columnDangers(subject, table, column)
  if (isRequiredWithoutDefault(column)) found('required-column', parts)
  if (isGuarded) return
  if (hasPhrase(words, 'auto_increment') || type === 'serial') found('numbered-column', parts)
  if (hasPhrase(words, 'stored') || hasPhrase(words, 'persistent')) found('stored-column', parts)
  if (hasPhrase(words, 'references')) {
    const constraint = nameFor(table, [name.text], { kind: 'fkey', quote: '`' })
    const rest = `constraint ${constraint} foreign key (${name.written}) ${referencesText(text, column)}`
    const first = `alter table ${table.written} add column ${name.written} ${parts.nullable}, algorithm=instant;\n`
    found('foreign-key-validated', { ...parts, rest, first })
  }
  const fallback = defaultOf(column)
  const isFunction = fallback.some(
    ({ kind, text }) =>
      kind === 'word' && ['uuid', 'rand', 'uuid_short', 'random_bytes', 'sys_guid'].includes(text),
  )
  if (isFunction) found('volatile-default', { ...parts, rest: textOf(text, fallback) })
}

function changeDangers({ subject, table, isGuarded }: Change, cursor: Cursor): void {
  const { found, text } = subject
  const isChange = cursor.take('change')
  cursor.take('modify')
  cursor.take('column')
  cursor.take('if exists')
  const old = isChange ? cursor.name() : undefined
  const column = readColumn(cursor.rest())
  if (column === undefined) return
  const { name, type, words } = column
  const parts = { ...columnParts(text, table, column), column: old?.written ?? name.written }
  if (old !== undefined && old.key !== name.key) found('column-renamed', { ...parts, name: name.written })
  if (hasThreeBytes(words)) found('three-byte-text', parts)
  if (isGuarded) return
  found(type === 'enum' || type === 'set' ? 'enum-changed' : 'type-change', parts)
  const condition = conditionOf(parts.column, column)
  if (condition !== undefined) found('type-narrowed', { ...parts, rest: condition })
}

/** What rows must be like to lose nothing in a type that has fewer digits after the point, or no time; undefined for other types. */
function conditionOf(written: string, { type, words }: WrittenColumn): string | undefined {
  if (type === 'date') return `${written} = cast(${written} as date)`
  if (!NUMBERS.has(type)) return undefined
  const isSized = words[1]?.text === '('
  const scale = isSized && words[3]?.text === ',' ? Number(words[4]?.text) : 0
  return `${written} = round(${written}, ${scale})`
}

/** Without bigint, to which numbers grow. */
const NUMBERS: ReadonlySet<string> = new Set(
  'decimal numeric dec fixed int integer mediumint smallint tinyint'.split(' '),
)

function renameDangers({ subject, table }: Change, cursor: Cursor): void {
  const { found } = subject
  cursor.take('rename')
  if (cursor.takeOne('index', 'key') !== undefined) return
  if (cursor.take('column')) {
    const column = cursor.name()
    cursor.take('to')
    return found('column-renamed', {
      table: table.written,
      column: column?.written,
      name: cursor.name()?.written,
    })
  }
  cursor.takeOne('to', 'as', '=')
  found('table-renamed', { table: table.written, name: cursor.name()?.written })
}

const KEPT: readonly string[] = ['index', 'key', 'constraint', 'check']

function dropDangers({ subject, table, isGuarded, isKeyReplaced }: Change, cursor: Cursor): void {
  const { found, facts } = subject
  const parts = { table: table.written }
  cursor.take('drop')
  if (cursor.take('partition')) return found('partitions-changed', parts)
  if (cursor.take('primary key')) {
    if (!isKeyReplaced || !isGuarded) found('primary-key-changed', parts)
    return
  }
  if (cursor.take('foreign key')) {
    cursor.take('if exists')
    if (!facts.addsForeignKey) found('foreign-key-dropped', { ...parts, name: cursor.name()?.written })
    return
  }
  if (cursor.takeOne(...KEPT) !== undefined) return
  cursor.take('column')
  cursor.take('if exists')
  const column = cursor.name()
  if (column !== undefined) found('column-dropped', { ...parts, column: column.written })
}

function optionDangers({ subject, table, isGuarded }: Change, action: readonly Word[]): void {
  const { found } = subject
  const parts = { table: table.written }
  const cursor = new Cursor(action)
  if (valueOf(action, 'algorithm') === 'copy') return found('copy-demanded', parts)
  const lock = valueOf(action, 'lock')
  if (lock === 'shared' || lock === 'exclusive') return found('lock-demanded', parts)
  if (cursor.take('convert to')) return found('charset-converted', parts)
  const isPartition = [
    'partition by',
    'remove partitioning',
    'truncate partition',
    'coalesce partition',
    'reorganize partition',
    'exchange partition',
    'discard',
  ]
  if (isPartition.some((phrase) => cursor.take(phrase))) return found('partitions-changed', parts)
  const isRebuild =
    cursor.takeOne('engine', 'row_format', 'force', 'key_block_size', 'page_compressed') !== undefined
  if (isRebuild && !isGuarded) found('table-rewritten', parts)
}
