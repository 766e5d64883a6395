// Statements that a file of migrations cannot have: what the runner does itself, and what no server understands.
import type { Dialect } from '../adapter/index.ts'
import type { Token, WrittenStatement } from '../sql/index.ts'

/** Why a statement is refused. */
export interface Refusal {
  readonly line: number
  readonly message: string
  readonly remedy: string
}

interface About {
  readonly system: Dialect['system']
  readonly isTransactional: boolean
}

const TRANSACTION =
  "A file is one transaction already, with its row of the history. Where it must not be one, write '-- transaction: off' at its head, and one file for each step."
const OTHER_DATABASE =
  'A file is run in the database of the adapter alone. Give the other database files of its own.'
const COPY =
  'Its rows come beside the statement, by a client of the database. Write insert statements, or a migration of TypeScript.'
const CLIENT = 'A file is read by the server, and not by its client. Write SQL alone.'
const DUMP = String.raw`pg_dump writes it for psql, in two lines. Omit them: pg_dump --schema-only --no-owner --no-privileges "$DATABASE_URL" | sed -E '/^\\(un)?restrict /d' > 0001-before.sql`
const DELIMITER =
  "'delimiter' is for the client of MySQL. Remove it, and end each statement by a semicolon: begin … end is read as one."
const LOCK = 'It would let go of the lock that keeps other runners out.'

const TRANSACTIONS: ReadonlySet<string> = new Set(
  'begin start commit end rollback abort savepoint release xa'.split(' '),
)
const DATABASES: ReadonlySet<string> = new Set(['use', 'attach', 'detach'])

/** By the first word. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ...[...TRANSACTIONS].map((word) => [word, TRANSACTION] as const),
  ...[...DATABASES].map((word) => [word, OTHER_DATABASE] as const),
  ['delimiter', DELIMITER],
  ['source', CLIENT],
  ['connect', CLIENT],
  ['discard', LOCK],
])

/** Why a statement is refused; undefined for one that may run. */
export function refusalOf({ tokens, text, line }: WrittenStatement, about: About): Refusal | undefined {
  const said = wordRefusal(tokens, about) ?? signRefusal(tokens, about) ?? hiddenRefusal(tokens, text)
  if (said === undefined) return undefined
  return { ...said, line }
}

type Found = Omit<Refusal, 'line'>

function refuse(what: string, remedy: string): Found {
  return { message: `'${what}' is refused.`, remedy }
}

function wordRefusal(tokens: readonly Token[], { system, isTransactional }: About): Found | undefined {
  const first = tokens[0]?.text ?? ''
  const isMysql = system === 'mysql' || system === 'mariadb'
  const remedy = REMEDIES.get(first)
  if (remedy !== undefined) {
    const isBody = isMysql && first === 'begin' && tokens[1]?.text === 'not'
    return isBody ? undefined : refuse(first, remedy)
  }
  if (isMysql) return mysqlRefusal(tokens, first)
  return system === 'sqlite' ? pragmaRefusal(tokens, isTransactional) : postgresRefusal(tokens, first)
}

function postgresRefusal(tokens: readonly Token[], first: string): Found | undefined {
  if (first === 'prepare' && tokens[1]?.text === 'transaction')
    return refuse('prepare transaction', TRANSACTION)
  if (first === 'copy' && tokens.some(({ text }) => text === 'stdin' || text === 'stdout'))
    return refuse('copy … from stdin', COPY)
  return undefined
}

function mysqlRefusal(tokens: readonly Token[], first: string): Found | undefined {
  if (first === 'lock' || first === 'unlock') return refuse(`${first} tables`, LOCK_TABLES)
  if (first === 'set' && tokens.some(({ text }) => text === 'autocommit'))
    return refuse('set autocommit', AUTOCOMMIT)
  return undefined
}

const LOCK_TABLES =
  'The history could not be written meanwhile. Each statement takes the locks that it needs.'
const AUTOCOMMIT = 'The runner commits what is done after each statement.'

/** Within a transaction SQLite takes it, and does nothing. */
function pragmaRefusal(tokens: readonly Token[], isTransactional: boolean): Found | undefined {
  const isSet = tokens[0]?.text === 'pragma' && tokens.some(({ text }) => text === '=' || text === '(')
  if (!isSet || !isTransactional || !tokens.some(({ text }) => text === 'foreign_keys')) return undefined
  return {
    message: 'SQLite ignores this pragma within a transaction, and a file is one.',
    remedy:
      "Write '-- foreign keys: off' at the head of the file: they are off for it, and checked before its end.",
  }
}

/** `\c shop` of psql, `.read` of sqlite3. */
function signRefusal(tokens: readonly Token[], { system }: About): Found | undefined {
  const first = tokens[0]
  if (system === 'sqlite')
    return first?.text === '.' ? refuse(`.${tokens[1]?.text ?? ''}`, CLIENT) : undefined
  const at = tokens.findIndex(({ kind, text }) => kind === 'sign' && text === '\\')
  if (at === -1) return undefined
  const word = tokens[at + 1]?.text ?? ''
  return refuse(`\\${word}`, word === 'restrict' || word === 'unrestrict' ? DUMP : CLIENT)
}

/** The server runs what is in such a comment. */
function hiddenRefusal(tokens: readonly Token[], text: string): Found | undefined {
  const start = tokens[0]?.at ?? 0
  for (const { kind, at } of tokens) {
    if (kind !== 'hidden') continue
    const word = /^\/\*M?!\d*\s*([a-z]+)/i.exec(text.slice(at - start))?.[1]?.toLowerCase() ?? ''
    const remedy = TRANSACTIONS.has(word) ? TRANSACTION : DATABASES.has(word) ? OTHER_DATABASE : undefined
    if (remedy !== undefined) return refuse(`/*! ${word} … */`, remedy)
  }
  return undefined
}
