// What a statement that others wrote does, and what it must not do.
import type { Dialect } from '../adapter/index.ts'
import { QueryError } from '../errors.ts'
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

const COMMITS: ReadonlySet<string> = new Set([
  'create',
  'alter',
  'drop',
  'truncate',
  'rename',
  'grant',
  'revoke',
  'analyze',
  'optimize',
  'repair',
  'flush',
  'install',
  'uninstall',
])

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
    isRead: READS.has(first) && !tokens.some((token) => token.kind === 'word' && WRITES.has(token.text)),
    commits: !dialect.has.transactionalDdl && COMMITS.has(first) && tokens[1]?.text !== 'temporary',
  }
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
  const remedy = REFUSED.get(first)
  if (remedy !== undefined) return `'${first}' is refused. ${remedy}`
  if (first === 'lock' && system !== 'postgresql') return `'lock' is refused. ${TRANSACTIONS}`
  if (first === 'pragma' && tokens.some(({ text }) => text === '=')) return `'pragma' is refused. ${SETTINGS}`
  if (tokens.some(({ kind }) => kind === 'hidden'))
    return 'Comments that the server runs, /*! … */, are refused.'
  return undefined
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
