// What a statement would reach outside of the database that it runs in: roles and settings of the server, other databases.
import type { Dialect } from '../adapter/index.ts'
import { wordsOf, type SqlWord } from './sql-words.ts'
import { bodyParts, isDynamic, isOfServer } from './server-statements.ts'

/** Why a statement is not run in a scratch database. */
export interface Beyond {
  /** Its first words. */
  readonly what: string
  /** What it reaches, the end of a sentence. */
  readonly reach: string
  /** Whether it can be omitted, since it makes no tables of its own database; else it is refused. */
  readonly isOmitted: boolean
  readonly remedy: string
}

/** Where a statement is to stay. */
export interface Around {
  readonly system: Dialect['system']
  /** The databases of the server, in lower case: one that is not there cannot be reached. */
  readonly databases: ReadonlySet<string>
}

/** What a statement reaches outside of its database, as far as its words say; undefined for nothing. */
export function beyondDatabase(text: string, { system, databases }: Around): Beyond | undefined {
  const words = wordsOf(text, system)
  const what = words
    .slice(0, 2)
    .map((word) => word.text)
    .join(' ')
  const parts = bodyParts(words, system)
  if (parts.some((part) => isOfServer(part, { system, text })))
    return { what, reach: 'the server', isOmitted: parts.length === 1, remedy: OWN_USER }
  if (system !== 'mysql' && system !== 'mariadb') return undefined
  if (parts.some(isDynamic))
    return { what, reach: 'what its text says at run time', isOmitted: false, remedy: STATIC }
  const other = otherDatabase(words, databases)
  if (other === undefined) return undefined
  const isOmitted = ROWS.has(words[0]?.text ?? '')
  return {
    what,
    reach: `the database ${other}`,
    isOmitted,
    remedy: `Write the name without '${other}.'. ${OWN_USER}`,
  }
}

const OWN_USER =
  'Or give scratch databases a user that can change nothing else: migrations: { scratch: mysql(SCRATCH_URL) }.'
const STATIC = `Write the statement itself. ${OWN_USER}`

/** Statements that change rows alone, and make no tables. */
const ROWS: ReadonlySet<string> = new Set([
  'insert',
  'update',
  'delete',
  'replace',
  'select',
  'with',
  'load',
  'do',
])

/** Words after which a name is that of a table, a procedure, or the like. */
const BEFORE_NAMES: ReadonlySet<string> = new Set(
  'table tables exists into update from join references view procedure function trigger event sequence call truncate ignore rename'.split(
    ' ',
  ),
)

/** The first database that is named. Elsewhere a name before a point may be an alias, if the statement has it alone as well. */
function otherDatabase(words: readonly SqlWord[], databases: ReadonlySet<string>): string | undefined {
  const isSign = (at: number, sign: string): boolean => words[at]?.kind === 'sign' && words[at].text === sign
  const isQualifier = (at: number): boolean => isSign(at + 1, '.')
  const isAlone = (at: number): boolean => !isQualifier(at) && !isSign(at - 1, '.') && !isSign(at - 1, '@')
  const isAlias = (name: string): boolean =>
    words.some(({ kind, text }, at) => kind !== 'string' && text.toLowerCase() === name && isAlone(at))
  for (const [at, { kind, text }] of words.entries()) {
    const name = text.toLowerCase()
    if (kind === 'string' || kind === 'sign' || !databases.has(name)) continue
    // `@@session.sql_mode`, `root@localhost`.
    if (!isQualifier(at) || isSign(at - 1, '.') || isSign(at - 1, '@')) continue
    const before = words[at - 1]
    if ((before?.kind === 'word' && BEFORE_NAMES.has(before.text)) || !isAlias(name)) return text
  }
  return undefined
}
