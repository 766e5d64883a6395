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

function alterColumnDangers(subject: PostgresSubject, table: Name, cursor: Cursor): void {
  const { facts, found } = subject
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
  if (cursor.take('type')) typeDangers(subject, parts, cursor.rest())
}

function typeDangers(
  { text, found }: PostgresSubject,
  parts: { readonly table: string; readonly column: string },
  words: readonly Word[],
): void {
  const using = words.findIndex(({ kind, text: word }) => kind === 'word' && word === 'using')
  const isConverted = using !== -1
  const said = isConverted ? words.slice(0, using) : words
  const type = textOf(text, said)
  const value = isConverted ? textOf(text, words.slice(using + 1)) : parts.column
  if (isConverted || (!isText(said) && !isSized(said))) found('type-change', { ...parts, type, rest: value })
  if (isSized(said) || (isConverted && isWhole(said)))
    found('type-narrowed', { ...parts, type, rest: conditionOf(parts.column, said) })
}

/** What rows must be like to fit into a type with a length, or without digits after the point. */
function conditionOf(written: string, type: readonly Word[]): string {
  const [most = 0, scale = 0] = withinParentheses(type).flatMap(({ text }) =>
    text === ',' ? [] : Number(text),
  )
  if (isText(type)) return `char_length(${written}::text) <= ${most}`
  if (type[0]?.text === 'date') return `${written} = ${written}::date`
  return isWhole(type)
    ? `${written} = ${written}::numeric::bigint`
    : `abs(${written}::numeric) < 1e${most - scale} and ${written}::numeric = round(${written}::numeric, ${scale})`
}

/** Text takes all that varchar has without a copy. */
function isText([first, second]: readonly Word[]): boolean {
  return first?.text === 'text' || first?.text === 'varchar' || second?.text === 'varying'
}

/** A length may be larger or smaller than before. */
function isSized(type: readonly Word[]): boolean {
  const isNumber = type[0]?.text === 'numeric' || type[0]?.text === 'decimal'
  return (isText(type) || isNumber) && type.some(({ kind, text }) => kind === 'sign' && text === '(')
}

const WHOLE: ReadonlySet<string> = new Set('smallint int2 integer int int4 bigint int8 date'.split(' '))

/** Of another kind: without digits after the point, or without a time. */
function isWhole([first]: readonly Word[]): boolean {
  return first !== undefined && WHOLE.has(first.text)
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
