// The actions of `alter table` on PostgreSQL.
import { addedColumns, readAddedConstraint, type AddedConstraint, type AlterTable } from './alter-table.ts'
import { columnParts, nameFor, referencesText } from './column-parts.ts'
import { defaultOf, isRequiredWithoutDefault, readColumn, type WrittenColumn } from './columns.ts'
import { columnDangers, type PostgresSubject } from './postgres-columns.ts'
import { Cursor, hasPhrase, textOf, withinParentheses, type Name, type Word } from './words.ts'

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
  const written = name?.written ?? constraintNameFor(table, kind, namesIn(words))
  const rest = `constraint ${written} ${textOf(text, words)}`
  const parts = { table: table.written, name: written, rest, first: '' }
  if (hasPhrase(words, 'not valid')) {
    if (name !== undefined) facts.notValid.add(`${table.key}.${name.key}`)
    return
  }
  if (hasPhrase(words, 'using index')) return
  const isKey = kind === 'unique' || kind === 'primary key'
  found(CONSTRAINT_CODES[kind], isKey ? { ...parts, rest: keyText(text, words) } : parts)
}

const CONSTRAINT_CODES = {
  'foreign key': 'foreign-key-validated',
  check: 'check-validated',
  exclude: 'exclusion-constraint',
  unique: 'unique-constraint',
  'primary key': 'primary-key-added',
} as const

const NAME_ENDS = {
  'foreign key': 'fkey',
  check: 'check',
  exclude: 'key',
  unique: 'key',
  'primary key': 'pkey',
} as const

function constraintNameFor(table: Name, kind: AddedConstraint['kind'], columns: readonly string[]): string {
  return nameFor(table, kind === 'primary key' ? [] : columns, { kind: NAME_ENDS[kind], quote: '"' })
}

/** The columns of a key; nothing where parentheses hold a condition. */
function namesIn(words: readonly Word[]): string[] {
  const within = withinParentheses(words)
  const isList = within.every(({ kind, text }, at) => (at % 2 === 0 ? kind !== 'sign' : text === ','))
  return isList ? within.filter((_, at) => at % 2 === 0).map(({ text }) => text) : []
}

/** The columns of a key with what else its index says: `(a) include (b) nulls not distinct`. */
function keyText(text: string, words: readonly Word[]): string {
  const open = words.findIndex(({ kind, text: word }) => kind === 'sign' && word === '(')
  const rest = words.slice(open)
  const end = rest.findIndex(({ kind, text: word }) => kind === 'word' && KEY_ENDS.has(word))
  const isDistinct = hasPhrase(words.slice(0, open), 'nulls not distinct')
  return textOf(text, end === -1 ? rest : rest.slice(0, end)) + (isDistinct ? ' nulls not distinct' : '')
}

const KEY_ENDS: ReadonlySet<string> = new Set(['deferrable', 'not', 'initially', 'using'])

function addedColumnDangers(subject: PostgresSubject, table: Name, column: WrittenColumn): void {
  const { found, text } = subject
  const { name, type, words } = column
  const parts = columnParts(text, table, column)
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
    found('volatile-default', { ...parts, rest: textOf(text, fallback) })
  const first = `alter table ${table.written} add column ${name.written} ${parts.nullable};\n`
  const add = (kind: AddedConstraint['kind'], restOf: (constraint: string) => string): void => {
    const constraint = constraintNameFor(table, kind, [name.text])
    found(CONSTRAINT_CODES[kind], { ...parts, first, name: constraint, rest: restOf(constraint) })
  }
  if (hasPhrase(words, 'primary key')) add('primary key', () => `(${name.written})`)
  else if (hasPhrase(words, 'unique')) add('unique', () => `(${name.written})`)
  if (hasPhrase(words, 'references'))
    add(
      'foreign key',
      (constraint) =>
        `constraint ${constraint} foreign key (${name.written}) ${referencesText(text, column)}`,
    )
}

/** Functions that give another value for each row. */
const VOLATILE: ReadonlySet<string> = new Set(
  'random gen_random_uuid uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuidv4 uuidv7 clock_timestamp timeofday nextval gen_random_bytes txid_current pg_current_xact_id'.split(
    ' ',
  ),
)

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
  const rest = cursor.rest()
  const using = rest.findIndex(({ kind, text: word }) => kind === 'word' && word === 'using')
  const type = textOf(text, using === -1 ? rest : rest.slice(0, using))
  const code = typeChange(rest)
  if (code === 'type-change')
    found(code, { ...parts, type, rest: using === -1 ? column.written : textOf(text, rest.slice(using + 1)) })
  else if (code === 'type-narrowed') found(code, { ...parts, type, rest: conditionOf(column, rest) })
}

/** What rows must be like to fit into a type with a length. */
function conditionOf({ written }: Name, type: readonly Word[]): string {
  const [most = 0, scale = 0] = withinParentheses(type).flatMap(({ text }) =>
    text === ',' ? [] : Number(text),
  )
  const isNumber = type[0]?.text === 'numeric' || type[0]?.text === 'decimal'
  return isNumber ? `abs(${written}) < 1e${most - scale}` : `char_length(${written}) <= ${most}`
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
  if (cursor.take('to')) {
    const name = cursor.name()?.written
    return found('table-renamed', { table: table.written, name, rest: `${table.schema}${name}` })
  }
  cursor.take('column')
  const column = cursor.name()
  cursor.take('to')
  found('column-renamed', { table: table.written, column: column?.written, name: cursor.name()?.written })
}

function dropDangers({ text, found }: PostgresSubject, table: Name, cursor: Cursor): void {
  cursor.take('drop')
  const last = cursor.rest().at(-1)
  if (last?.text === 'cascade')
    found('drop-cascade', {
      rest: text.slice(0, last.at).trimEnd() + text.slice(last.at + last.written.length),
    })
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
  if (cursor.take('set schema')) {
    const name = cursor.name()?.written
    return found('table-moved', { ...parts, name, rest: `${name}.${table.last}` })
  }
  if (!cursor.take('detach partition')) return
  const name = cursor.name()
  if (!cursor.take('concurrently') && !cursor.take('finalize'))
    found('partition-not-concurrent', { ...parts, name: name?.written })
}
