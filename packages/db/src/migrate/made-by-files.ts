// What files of SQL make that a reset would not find in the schema of the database: it is in the way when they run again.
import type { Dialect } from '../adapter/index.ts'
import { pieceAt, type WrittenStatement } from '../sql/index.ts'
import type { MigrationFile } from './contract.ts'

/** What was found in files. */
export interface MadeByFiles {
  /** Names of tables and the like, in lower case, without their schemas. */
  readonly names: ReadonlySet<string>
  /** Statements that drop schemas, extensions and what was made in other schemas, in the order in which they are made. */
  readonly drops: readonly string[]
}

/** Before the kind. */
const BEFORE = new Set('create or replace temporary temp unlogged global local recursive'.split(' '))
/** In a schema; with a word before it, as `materialized view`, where `drop` says it too. */
const WITHIN = new Set('table view sequence type domain'.split(' '))
/** What may have such a word. */
const SECOND_WORDS = new Set('table view trigger'.split(' '))
/** Beside all schemas: with `if not exists` they may be those of others. */
const BESIDE: Readonly<Record<'postgresql' | 'mysql', ReadonlySet<string>>> = {
  postgresql: new Set('schema,extension,publication,server,event trigger'.split(',')),
  mysql: new Set(['schema', 'database']),
}

/** Reads what the files make; of those of code, nothing is known. */
export function madeByFiles(files: readonly MigrationFile[], system: Dialect['system']): MadeByFiles {
  const names = new Set<string>()
  const drops: string[] = []
  for (const { content } of files)
    for (const statement of content.kind === 'sql' ? content.up : []) {
      const name = madeName(statement, system)
      if (name !== undefined) names.add(name.parts.at(-1)!.toLowerCase())
      const drop = name === undefined || system === 'sqlite' ? undefined : dropOf(name, system)
      if (drop !== undefined) drops.push(drop)
    }
  return { names, drops }
}

interface MadeName {
  /** `table`, `event trigger`. */
  readonly kind: string
  readonly unlessThere: boolean
  /** As it is written, with its schema. */
  readonly text: string
  /** Without quotes. */
  readonly parts: readonly string[]
}

function dropOf({ kind, unlessThere, text, parts }: MadeName, system: Dialect['system']): string | undefined {
  const isPostgres = system === 'postgresql'
  const isBeside = BESIDE[isPostgres ? 'postgresql' : 'mysql'].has(kind) && !unlessThere
  if (!isBeside && !(WITHIN.has(kind.split(' ').at(-1)!) && parts.length > 1)) return undefined
  return `drop ${kind} if exists ${text}${isPostgres ? ' cascade' : ''}`
}

/** What a statement makes, or gives another name. */
function madeName(statement: WrittenStatement, system: Dialect['system']): MadeName | undefined {
  const words = statement.tokens.map(({ text }) => text)
  if (words[0] !== 'create') return newName(statement, words, system)
  let at = words.findIndex((word) => !BEFORE.has(word))
  let kind = words[at] ?? ''
  if (SECOND_WORDS.has(words[at + 1] ?? '')) kind += ` ${words[++at]}`
  at += 1
  const unlessThere = words[at] === 'if' && words[at + 1] === 'not'
  return nameAt(statement, { at: unlessThere ? at + 3 : at, kind, unlessThere, system })
}

/** `alter table a rename to b`, `rename table a to b`. */
function newName(
  statement: WrittenStatement,
  words: readonly string[],
  system: Dialect['system'],
): MadeName | undefined {
  if (!words.includes('rename') || words.includes('column')) return undefined
  const kind = words[0] === 'alter' ? words[1]! : 'table'
  return nameAt(statement, { at: words.lastIndexOf('to') + 1, kind, unlessThere: false, system })
}

function nameAt(
  { tokens, text, at: start }: WrittenStatement,
  {
    at,
    system,
    ...about
  }: Pick<MadeName, 'kind' | 'unlessThere'> & { readonly at: number; readonly system: Dialect['system'] },
): MadeName | undefined {
  const parts: string[] = []
  for (let next = at; next < tokens.length; next += 2) {
    const token = tokens[next]!
    if (token.kind !== 'word' && token.kind !== 'quoted') break
    parts.push(pieceAt(text, token.at - start, system).text)
    if (tokens[next + 1]?.text !== '.') break
  }
  // `create schema authorization ana`
  if (parts.length === 0 || parts[0]!.toLowerCase() === 'authorization') return undefined
  return { ...about, text: parts.join('.'), parts: parts.map(unquoted) }
}

function unquoted(name: string): string {
  const [sign = ''] = name
  return '"`['.includes(sign) ? name.slice(1, -1).replaceAll(sign + sign, sign) : name
}
