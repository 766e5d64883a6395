// What a statement that others wrote does, and what it must not do.
import type { Dialect } from '../adapter/index.ts'
import { QueryError } from '../errors.ts'
import { callsOnlyKnown } from './known-calls.ts'
import { misplacedValue } from './misplaced-value.ts'
import { tokensOf, type Token } from './tokens.ts'

/** What is known of a statement. */
export interface Inspected {
  readonly isRead: boolean
  /** Whether MySQL and MariaDB commit before they run it. */
  readonly commits: boolean
}

const TRANSACTIONS =
  "Transactions are begun and ended by db.transaction(…), a savepoint by propagation: 'nested'."
const SETTINGS =
  'A setting would stay on the connection, which others use next. Isolation and read only are options of db.transaction(…); limits are options of the adapter.'
const OTHER_DATABASE = 'Open the other database with an adapter of its own.'
const NOTIFICATIONS = 'They come on a connection of their own, by the driver.'
const HANDLERS = 'It would stay open on the connection, which others use next. Write a select.'
const COPIES = 'Its rows come beside the statement. Write db.orders.insertMany(…), or db.orders.stream(…).'
const BLOCKS =
  'What it does to the connection cannot be seen. Make a function of it, or run it by a client of the database.'
const PREPARED = 'Statements are prepared by the adapter; db.prepare(…) compiles one once.'

/** Statements by their first word that change what the connection is. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ...['begin', 'start', 'commit', 'end', 'rollback', 'abort', 'savepoint', 'release', 'xa'].map(
    (word) => [word, TRANSACTIONS] as const,
  ),
  ...['set', 'reset', 'discard'].map((word) => [word, SETTINGS] as const),
  ...['use', 'attach', 'detach'].map((word) => [word, OTHER_DATABASE] as const),
  ...['prepare', 'deallocate', 'execute'].map((word) => [word, PREPARED] as const),
  ['unlock', TRANSACTIONS],
  ...['listen', 'unlisten'].map((word) => [word, NOTIFICATIONS] as const),
  ['handler', HANDLERS],
])

/** What SQLite tells of its tables; every other pragma with a value sets something. */
const PRAGMAS: ReadonlySet<string> = new Set([
  'table_info',
  'table_xinfo',
  'table_list',
  'index_list',
  'index_info',
  'index_xinfo',
  'foreign_key_list',
  'foreign_key_check',
  'integrity_check',
  'quick_check',
])

const READS: ReadonlySet<string> = new Set([
  'select',
  'with',
  'values',
  'explain',
  'show',
  'describe',
  'pragma',
  'table',
])
/** Words of statements that begin like a read. */
const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'merge', 'into'])

/** The statements that commit no transaction on MySQL and MariaDB. Most others do, in a list that grows. */
const COMMITLESS: ReadonlySet<string> = new Set(
  'select insert update delete replace with values table ( explain show describe desc call do checksum signal kill'.split(
    ' ',
  ),
)

/**
 * Reads a statement before it runs.
 *
 * @param values - how many values it has
 * @throws {QueryError} for one that changes the connection, several at once, and a value where none can be
 */
export function inspectText(text: string, values: number, dialect: Dialect): Inspected {
  const tokens = withoutEnd(tokensOf(text, dialect))
  const first = tokens[0]?.text ?? ''
  const problem = problemOf(tokens, values, dialect)
  if (problem !== undefined) throw new QueryError({ message: `sql: ${problem}` })
  return {
    isRead: READS.has(first) && !tokens.some(writes) && callsOnlyKnown(tokens, dialect),
    commits: !dialect.has.transactionalDdl && commitsBefore(tokens),
  }
}

function writes({ kind, text }: Token): boolean {
  return kind === 'word' && WRITES.has(text)
}

/** Whether MySQL and MariaDB commit before they run a statement. */
export function commitsBefore(tokens: readonly Token[]): boolean {
  return commits(tokens[0]?.text ?? '', tokens[1]?.text)
}

function commits(first: string, second: string | undefined): boolean {
  if (first === 'create' || first === 'drop') return second !== 'temporary'
  if (first === 'load') return second !== 'data' && second !== 'xml'
  return !COMMITLESS.has(first)
}

function problemOf(tokens: readonly Token[], values: number, dialect: Dialect): string | undefined {
  if (tokens.length === 0) return 'The statement is empty.'
  return (
    refusal(tokens, dialect) ??
    severalStatements(tokens) ??
    misplacedValue(tokens) ??
    wrongCount(tokens, values)
  )
}

function withoutEnd(tokens: Token[]): readonly Token[] {
  let end = tokens.length
  while (tokens[end - 1]?.text === ';') end--
  return tokens.slice(0, end)
}

function refusal(tokens: readonly Token[], { system }: Dialect): string | undefined {
  const first = tokens[0]?.text ?? ''
  const remedy = REFUSED.get(first) ?? remedyOf(first, tokens, system)
  if (remedy !== undefined) return `'${first}' is refused. ${remedy}`
  if (tokens.some(({ kind }) => kind === 'hidden'))
    return 'Comments that the server runs, /*! … */, are refused.'
  return undefined
}

/** Of words that are refused on one system, or for what follows. */
function remedyOf(first: string, tokens: readonly Token[], system: Dialect['system']): string | undefined {
  switch (first) {
    case 'lock':
      return system === 'postgresql' ? undefined : TRANSACTIONS
    case 'do':
      return system === 'postgresql' ? BLOCKS : undefined
    case 'pragma':
      return setsPragma(tokens) ? SETTINGS : undefined
    case 'copy':
      return tokens.some(({ text }) => text === 'stdin' || text === 'stdout') ? COPIES : undefined
    default:
      return undefined
  }
}

/** `pragma foreign_keys = 0`, `pragma foreign_keys(0)`. */
function setsPragma(tokens: readonly Token[]): boolean {
  const at = tokens.findIndex(({ text }) => text === '=' || text === '(')
  return at > 0 && !(tokens[at]?.text === '(' && PRAGMAS.has(tokens[at - 1]?.text ?? ''))
}

function severalStatements(tokens: readonly Token[]): string | undefined {
  // The body of a trigger has statements of its own.
  if (tokens[0]?.text === 'create' && tokens.some(({ text }) => text === 'trigger')) return undefined
  return tokens.some(({ kind, text }) => kind === 'sign' && text === ';')
    ? 'There are several statements in one text. Run each by itself, within db.transaction(…) where they belong together.'
    : undefined
}

function wrongCount(tokens: readonly Token[], values: number): string | undefined {
  const found = tokens.filter(({ kind }) => kind === 'parameter').length
  if (found === values) return undefined
  return found < values
    ? 'A value stands within quotes or a comment. Write ${value} without quotes: it is sent apart from the text.'
    : 'The text has a placeholder of its own. Write values as ${value}.'
}
