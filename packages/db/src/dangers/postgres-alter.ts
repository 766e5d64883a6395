// The actions of `alter table` on PostgreSQL.
import { addedColumns, readAddedConstraint, type AddedConstraint, type AlterTable } from './alter-table.ts'
import { defaultOf, isRequiredWithoutDefault, readColumn, type WrittenColumn } from './columns.ts'
import { columnDangers, type PostgresSubject } from './postgres-columns.ts'
import { Cursor, hasPhrase, withinParentheses, type Name, type Word } from './words.ts'

/** Notes what is dangerous in the actions. */
export function alterTableDangers(subject: PostgresSubject, { table, actions }: AlterTable): void {
  const { facts, text, found } = subject
  const parts = { table: table.written, rest: text }
  if (facts.isNew(table)) {
    for (const action of actions) renameNew(subject, table, action)
    return
  }
  const isLight = actions.every(isWithoutLock)
  if (!isLight && !facts.isTransactional && !facts.hasLockTimeout) found('lock-timeout-missing', parts)
  if (!isLight && facts.isTransactional && facts.locked.size > 0 && !facts.locked.has(table.key))
    found('several-tables-locked', parts)
  for (const action of actions) actionDangers(subject, table, action)
  if (!isLight) facts.locked.add(table.key)
}

/** `validate constraint`, `set (…)` and `set statistics` let others read and write; `detach … concurrently` too. */
function isWithoutLock(action: readonly Word[]): boolean {
  const [first, second] = action
  if (first?.text === 'validate') return true
  if (first?.text === 'set' && second?.text === '(') return true
  return hasPhrase(action, 'set statistics') || action.at(-1)?.text === 'concurrently'
}

function renameNew({ facts }: PostgresSubject, table: Name, action: readonly Word[]): void {
  const cursor = new Cursor(action)
  if (!cursor.take('rename to')) return
  const to = cursor.name()
  if (to !== undefined) facts.rename(table, to)
}

function actionDangers(subject: PostgresSubject, table: Name, action: readonly Word[]): void {
  const constraint = readAddedConstraint(action)
  if (constraint !== undefined) return constraintDangers(subject, table, constraint)
  for (const words of addedColumns(action)) {
    const column = readColumn(words)
    if (column !== undefined) addedColumnDangers(subject, table, column)
  }
  const cursor = new Cursor(action)
  switch (action[0]?.text) {
    case 'alter':
      return alterColumnDangers(subject, table, cursor)
    case 'rename':
      return renameDangers(subject, table, cursor)
    case 'drop':
      return dropDangers(subject, table, cursor)
    case 'validate':
      return validateDangers(subject, table, cursor)
    default:
      return otherDangers(subject, table, cursor)
  }
}

function constraintDangers(
  { text, facts, found }: PostgresSubject,
  table: Name,
  { kind, name, words }: AddedConstraint,
): void {
  const first = words[0]!
  const last = words.at(-1)!
  const body = text.slice(first.at, last.at + last.written.length)
  const rest = name === undefined ? body : `constraint ${name.written} ${body}`
  const parts = { table: table.written, name: name?.written, rest }
  if (hasPhrase(words, 'not valid')) {
    if (name !== undefined) facts.notValid.add(`${table.key}.${name.key}`)
    return
  }
  if (hasPhrase(words, 'using index')) return
  const isKey = kind === 'unique' || kind === 'primary key'
  found(CONSTRAINT_CODES[kind], isKey ? { ...parts, rest: columnsText(words) } : parts)
}

const CONSTRAINT_CODES = {
  'foreign key': 'foreign-key-validated',
  check: 'check-validated',
  exclude: 'exclusion-constraint',
  unique: 'unique-constraint',
  'primary key': 'primary-key-added',
} as const

function columnsText(words: readonly Word[]): string {
  const columns = withinParentheses(words).map(({ written }) => written)
  return `(${columns.join('').replaceAll(',', ', ')})`
}

function addedColumnDangers(subject: PostgresSubject, table: Name, column: WrittenColumn): void {
  const { found } = subject
  const { name, type, typeText, words } = column
  const parts = { table: table.written, column: name.written, type: typeText }
  columnDangers(subject, table, column)
  const isNumbered = type.endsWith('serial') || /^serial[248]$/.test(type) || hasPhrase(words, 'as identity')
  if (isNumbered) found('numbered-column', parts)
  else if (hasPhrase(words, 'stored')) found('stored-column', parts)
  else if (isRequiredWithoutDefault(column)) found('required-column', parts)
  const fallback = defaultOf(column)
  if (
    fallback.some(
      ({ kind, text }, at) => kind === 'word' && VOLATILE.has(text) && fallback[at + 1]?.text === '(',
    )
  )
    found('volatile-default', { ...parts, rest: writtenText(fallback) })
  if (hasPhrase(words, 'primary key')) found('primary-key-added', { ...parts, rest: `(${name.written})` })
  else if (hasPhrase(words, 'unique')) found('unique-constraint', { ...parts, rest: `(${name.written})` })
  if (hasPhrase(words, 'references'))
    found('foreign-key-validated', {
      ...parts,
      rest: `foreign key (${name.written}) ${referencesText(words)}`,
    })
}

/** Functions that give another value for each row. */
const VOLATILE: ReadonlySet<string> = new Set(
  'random gen_random_uuid uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuidv4 uuidv7 clock_timestamp timeofday nextval gen_random_bytes txid_current pg_current_xact_id'.split(
    ' ',
  ),
)

function writtenText(words: readonly Word[]): string {
  return words.map(({ written }) => written).join('')
}

function referencesText(words: readonly Word[]): string {
  const at = words.findIndex(({ kind, text }) => kind === 'word' && text === 'references')
  return words
    .slice(at)
    .map(({ written, kind }, index) => (index > 0 && kind !== 'sign' ? ` ${written}` : written))
    .join('')
}

function alterColumnDangers({ text, facts, found }: PostgresSubject, table: Name, cursor: Cursor): void {
  cursor.take('alter')
  if (cursor.take('constraint')) return
  cursor.take('column')
  const column = cursor.name()
  if (column === undefined) return
  const parts = { table: table.written, column: column.written }
  if (cursor.take('set not null')) {
    if (!facts.validated.has(table.key)) found('not-null-validated', parts)
    return
  }
  cursor.take('set data')
  if (!cursor.take('type')) return
  const type = cursor.rest()
  const last = type.at(-1)
  const typeText = text.slice(type[0]?.at, last === undefined ? undefined : last.at + last.written.length)
  const code = typeChange(type)
  if (code !== undefined) found(code, { ...parts, type: typeText })
}

/** Text takes all that varchar has without a copy; a length may be larger or smaller than before. */
function typeChange(type: readonly Word[]): 'type-change' | 'type-narrowed' | undefined {
  const [first, second] = type
  if (first === undefined || hasPhrase(type, 'using')) return 'type-change'
  const hasLength = type.some(({ kind, text }) => kind === 'sign' && text === '(')
  const isText = first.text === 'text' || first.text === 'varchar' || second?.text === 'varying'
  const isNumber = first.text === 'numeric' || first.text === 'decimal'
  if (hasLength && (isText || isNumber)) return 'type-narrowed'
  return isText ? undefined : 'type-change'
}

function renameDangers({ found }: PostgresSubject, table: Name, cursor: Cursor): void {
  cursor.take('rename')
  if (cursor.take('constraint')) return
  if (cursor.take('to')) return found('table-renamed', { table: table.written, name: cursor.name()?.written })
  cursor.take('column')
  const column = cursor.name()
  cursor.take('to')
  found('column-renamed', { table: table.written, column: column?.written, name: cursor.name()?.written })
}

function dropDangers({ text, words, found }: PostgresSubject, table: Name, cursor: Cursor): void {
  cursor.take('drop')
  if (cursor.rest().at(-1)?.text === 'cascade')
    found('drop-cascade', { rest: words.length > 0 ? text.replaceAll(/\s+cascade\b/gi, '') : text })
  if (cursor.take('constraint')) return
  cursor.take('column')
  cursor.take('if exists')
  const column = cursor.name()
  if (column !== undefined) found('column-dropped', { table: table.written, column: column.written })
}

function validateDangers({ facts, found }: PostgresSubject, table: Name, cursor: Cursor): void {
  cursor.take('validate constraint')
  const name = cursor.name()
  if (name === undefined) return
  if (facts.isTransactional && facts.notValid.has(`${table.key}.${name.key}`))
    found('validated-at-once', { table: table.written, name: name.written })
  else facts.validated.add(table.key)
}

function otherDangers({ found }: PostgresSubject, table: Name, cursor: Cursor): void {
  const parts = { table: table.written }
  if (cursor.take('disable trigger')) return found('triggers-disabled', parts)
  if (['logged', 'unlogged', 'tablespace', 'access method'].some((what) => cursor.take(`set ${what}`)))
    return found('table-rewritten', parts)
  if (!cursor.take('detach partition')) return
  const name = cursor.name()
  if (!cursor.take('concurrently') && !cursor.take('finalize'))
    found('partition-not-concurrent', { ...parts, name: name?.written })
}
