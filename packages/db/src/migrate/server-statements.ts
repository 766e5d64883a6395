// Statements that are about the server, and not about the database that they run in.
import type { Dialect } from '../adapter/index.ts'
import type { SqlWord } from './sql-words.ts'

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '))

const MAKES = setOf('create alter drop rename')
/** Of which kind is what is made: the first of them counts. */
const MYSQL_KINDS = setOf(
  'table view index sequence procedure function trigger event package user role database schema server tablespace instance logfile resource reference',
)
const MYSQL_SERVER_KINDS = setOf(
  'user role database schema server tablespace instance logfile resource reference',
)
const MYSQL_SERVER = setOf(
  'grant revoke flush kill shutdown restart purge reset change stop install uninstall backup binlog clone import',
)
/** A library of functions, a file of the server. */
const MYSQL_FILES = setOf('soname outfile dumpfile')
const MYSQL_SETTINGS = setOf('global persist persist_only password role')
/** By the first word. */
const POSTGRES_PHRASES: ReadonlyMap<string, readonly string[]> = new Map([
  ['grant', ['grant']],
  ['revoke', ['revoke']],
  ['reassign', ['reassign']],
  ['alter', ['owner to']],
  ['comment', ['on role', 'on database', 'on tablespace', 'on subscription']],
  ['security', ['on role', 'on database', 'on tablespace', 'on subscription']],
  ['set', ['set role', 'local role', 'session role', 'session authorization']],
  ['reset', ['reset role', 'session authorization']],
  ['reindex', ['database', 'system']],
  ['copy', ['to', 'program']],
])
const POSTGRES_KINDS = setOf('role user group database tablespace subscription system owned default')
const POSTGRES_ROLES = /\b(?:create|alter|drop)\s+(?:role|user|group)\b/i

const DYNAMIC = setOf('prepare execute')
/** Of which a body has statements of its own. */
const WITH_BODY = setOf('procedure function trigger event package')
const BLOCKS = setOf('begin if while loop repeat for case')
/** Behind which a statement of a body begins. */
const BODY_STARTS = setOf('; begin atomic then else do loop repeat row')

/** The statements within one of MySQL or MariaDB that has a body, with its head; one part for any other. */
export function bodyParts(
  words: readonly SqlWord[],
  system: Dialect['system'],
): readonly (readonly SqlWord[])[] {
  if (!isMysql(system)) return [words]
  if (hasPhrase(words.slice(0, 2), 'set statement'))
    return [words, words.slice(words.findIndex(({ text }) => text === 'for') + 1)]
  const hasBody = beginsWith(words, BLOCKS) || (beginsWith(words, MAKES) && WITH_BODY.has(kindOf(words)))
  if (!hasBody) return [words]
  const parts: SqlWord[][] = [[]]
  for (const word of words) {
    if (isKeyword(word) && BODY_STARTS.has(word.text)) parts.push([])
    else parts.at(-1)!.push(word)
  }
  return parts
}

/** Whether a statement makes its text at run time: `prepare`, `execute immediate`. */
export function isDynamic(words: readonly SqlWord[]): boolean {
  return beginsWith(words, DYNAMIC)
}

/** Whether a statement is about users, databases, settings or files of the server. */
export function isOfServer(
  words: readonly SqlWord[],
  { system, text }: { readonly system: Dialect['system']; readonly text: string },
): boolean {
  if (system === 'postgresql') return isOfPostgres(words, text)
  if (isMysql(system)) return isOfMysql(words)
  return hasPhrase(words.slice(0, 1), 'vacuum') && hasPhrase(words, 'into')
}

function isOfMysql(words: readonly SqlWord[]): boolean {
  if (beginsWith(words, MYSQL_SERVER) || words.some((word) => isOneOf(word, MYSQL_FILES))) return true
  if (beginsWith(words, MAKES)) return MYSQL_SERVER_KINDS.has(kindOf(words))
  return hasPhrase(words.slice(0, 1), 'set') && words.some((word) => isOneOf(word, MYSQL_SETTINGS))
}

/** `definer = role @ localhost` says no kind. */
function kindOf(words: readonly SqlWord[]): string {
  return (
    words.find(
      (word, at) => word.kind === 'word' && MYSQL_KINDS.has(word.text) && words[at - 1]?.text !== '=',
    )?.text ?? ''
  )
}

function isOfPostgres(words: readonly SqlWord[], text: string): boolean {
  if (beginsWith(words, MAKES) && isOneOf(words[1], POSTGRES_KINDS)) return true
  // Of a body the whole is omitted: most such make a role that is not there yet.
  if (hasPhrase(words.slice(0, 1), 'do') && POSTGRES_ROLES.test(text)) return true
  return POSTGRES_PHRASES.get(words[0]?.text ?? '')?.some((phrase) => hasPhrase(words, phrase)) ?? false
}

function hasPhrase(words: readonly SqlWord[], phrase: string): boolean {
  const wanted = phrase.split(' ')
  return words.some((_, at) =>
    wanted.every((word, ahead) => isKeyword(words[at + ahead]) && words[at + ahead]?.text === word),
  )
}

function beginsWith([first]: readonly SqlWord[], words: ReadonlySet<string>): boolean {
  return isOneOf(first, words)
}

function isOneOf(word: SqlWord | undefined, words: ReadonlySet<string>): boolean {
  return isKeyword(word) && words.has(word.text)
}

/** What is quoted is none. */
function isKeyword(word: SqlWord | undefined): word is SqlWord {
  return word?.kind === 'word' || word?.kind === 'sign'
}

function isMysql(system: Dialect['system']): boolean {
  return system === 'mysql' || system === 'mariadb'
}
